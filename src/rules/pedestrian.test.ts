import { describe, expect, it } from 'vitest';
import { rectangle, type ScriptedUser, type StreetOptions } from './scripted-street.ts';
import { play } from './street-play.ts';

const walker = (way: ScriptedUser['way'], kind: ScriptedUser['kind'] = 'person'): ScriptedUser => ({
  track: 1,
  kind,
  way,
});
const told = (users: readonly ScriptedUser[], street: StreetOptions = {}) =>
  play({ users, seconds: 60, street }).told.filter((line) => line.includes('pedestrian'));

describe('pedestrian on the carriageway', () => {
  it.each<[string, ScriptedUser['way']]>([
    [
      'across it',
      [
        [10, 9, 25],
        [25, -5, 25],
      ],
    ],
    [
      'along it against the traffic',
      [
        [10, 5, 40],
        [35, 5, 14],
      ],
    ],
    [
      'along it with the traffic',
      [
        [10, 5, 14],
        [35, 5, 44],
      ],
    ],
  ])('walks %s', (_, way) => {
    expect(told([walker(way)])).toEqual([
      expect.stringMatching(/^opened pedestrian road @1[3-9]$/),
      expect.stringMatching(/^cleared pedestrian road @[2-4]\d$/),
    ]);
  });

  it.each<[string, readonly ScriptedUser[]]>([
    [
      'on the shoulder',
      [
        walker([
          [10, 8.2, 15],
          [30, 8.2, 40],
        ]),
      ],
    ],
    [
      'for a moment',
      [
        walker([
          [10, 9, 25],
          [12, 6.2, 25],
          [14, 9, 25],
        ]),
      ],
    ],
    [
      'riding',
      [
        walker([
          [10, 5, 12],
          [16, 5, 50],
        ]),
      ],
    ],
    [
      'a rider who brakes and waits',
      [
        walker([
          [10, 5, 12],
          [13, 5, 32],
          [15, 5, 36],
          [18, 5, 38],
          [50, 5, 38],
        ]),
      ],
    ],
    [
      'a rider who filters aslant through a queue',
      [
        walker([
          [10, 6.4, 14],
          [16, 3.6, 23],
        ]),
        {
          track: 2,
          kind: 'car',
          way: [
            [0, 2, 30],
            [60, 2, 30],
          ],
        },
      ],
    ],
    [
      'a motorbike that creeps',
      [
        walker(
          [
            [10, 5, 14],
            [35, 5, 40],
          ],
          'motorbike',
        ),
      ],
    ],
    [
      'a post that looks like somebody',
      [
        walker([
          [0, 5, 25],
          [60, 5, 25],
        ]),
      ],
    ],
    [
      'a track that jumps between standing riders',
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) =>
        walker([
          [10 + 2 * i, 4 + 1.2 * (i % 3), 30],
          [11.9 + 2 * i, 4 + 1.2 * (i % 3), 30],
        ]),
      ),
    ],
  ])('is nobody %s', (_, users) => {
    expect(told(users)).toEqual([]);
  });

  it('may use the crossing', () => {
    const zones = [
      { id: 'crossing', name: 'Crossing', kind: 'crossing', polygon: rectangle(-4, 9, 23, 28) },
    ] as const;
    expect(
      told(
        [
          walker([
            [10, 9, 25],
            [25, -5, 25],
          ]),
        ],
        { zones },
      ),
    ).toEqual([]);
  });
});
