import { describe, expect, it } from 'vitest';
import type { ScriptedUser } from './scripted-street.ts';
import { passing, play } from './street-play.ts';

const against = (x: number, kind: ScriptedUser['kind'], speed = 6): ScriptedUser => ({
  track: 1,
  kind,
  way: [
    [10, x, 56],
    [10 + 44 / speed, x, 12],
  ],
});

const told = (users: readonly ScriptedUser[]) => play({ users, seconds: 60 }).told;

describe('wrong way', () => {
  it.each([
    ['a motorbike against its lane', against(5.2, 'motorbike'), 'right-2'],
    ['a car against its lane', against(1.8, 'car', 9), 'right-1'],
    ['a motorbike along the kerb', against(8, 'motorbike'), 'shoulder'],
    ['a rider whom the detector calls a person', against(5.2, 'person'), 'right-2'],
  ] as const)('is %s', (_, user, place) => {
    expect(told([user])).toEqual([
      expect.stringMatching(`^opened wrong-way ${place} @1[1-4]$`),
      expect.stringMatching(`^cleared wrong-way ${place} @2\\d$`),
    ]);
  });

  it('is told within three seconds of ten metres', () => {
    const { changes } = play({ users: [against(5.2, 'motorbike', 5)], seconds: 30 });
    const { detectedAt, onsetAt, measures, path, severity } = changes[0]!.incident;
    expect(detectedAt - onsetAt).toBeLessThan(2_000 + 3_000);
    expect(measures.againstMetres).toBeGreaterThanOrEqual(10);
    expect(path).toHaveLength(2);
    expect(severity).toBe('critical');
  });

  it.each<[string, readonly ScriptedUser[]]>([
    ['driving with the lane', [passing(1, 5.2, 5)]],
    [
      'the other carriageway',
      [
        {
          track: 1,
          kind: 'car',
          way: [
            [10, -1.8, 56],
            [16, -1.8, 10],
          ],
        },
      ],
    ],
    [
      'a walker against the traffic',
      [
        {
          track: 1,
          kind: 'person',
          way: [
            [10, 8, 50],
            [50, 8, 20],
          ],
        },
      ],
    ],
    [
      'a bus on the other carriageway whose box reaches over the centre line',
      [
        {
          track: 1,
          kind: 'bus',
          way: [
            [10, -0.9, 56],
            [16, -0.9, 10],
          ],
        },
      ],
    ],
    [
      'rolling back a few metres',
      [
        {
          track: 1,
          kind: 'truck',
          way: [
            [0, 2, 12],
            [5, 2, 40],
            [10, 2, 33],
            [12, 2, 33],
            [20, 2, 60],
          ],
        },
      ],
    ],
    [
      // The track is found on the vehicle behind, again and again, a second later.
      'a track that hops backwards through a stream',
      [0, 1, 2, 3, 4].map(
        (i): ScriptedUser => ({
          track: 1,
          kind: i % 2 === 0 ? 'car' : 'motorbike',
          way: [
            [10 + 1.2 * i, 5.2, 45 - 5 * i],
            [10.3 + 1.2 * i, 5.2, 47 - 5 * i],
          ],
        }),
      ),
    ],
  ])('is not %s', (_, users) => {
    expect(told(users).filter((line) => line.includes('wrong-way'))).toEqual([]);
  });

  it('is nothing faster than anybody drives, from picture to picture or all in all', () => {
    const { told } = play({ users: [against(5.2, 'car', 40)], seconds: 30, rate: 12 });
    expect(told).toEqual([]);
  });

  it('is no walker who seems to ride where metres are assumed', () => {
    const walker: ScriptedUser = {
      track: 1,
      kind: 'person',
      way: [
        [10, 5.2, 50],
        [33, 5.2, 20],
      ],
    };
    const { told } = play({ users: [walker], seconds: 60, street: { groundPlane: false } });
    expect(told.filter((line) => line.includes('wrong-way'))).toEqual([]);
  });
});
