import { describe, expect, it } from 'vitest';
import { rectangle, type ScriptedUser } from './scripted-street.ts';
import { type Play, passing, play, stopping } from './street-play.ts';

const told = (script: Play) => play(script).told;

/** Something always drives by, so that the street is alive. */
const stream = (from: number, to: number, x = 5.2): ScriptedUser[] =>
  Array.from({ length: Math.floor((to - from) / 3) }, (_, i) => passing(1000 + i, x, from + 3 * i));

describe('stopped vehicle: raised', () => {
  it.each([
    [
      'in a lane',
      stopping(1, 2, 30, 50),
      ['opened stopped-vehicle right-1 @31', 'cleared stopped-vehicle right-1 @52'],
    ],
    [
      'on the shoulder',
      stopping(1, 8, 30, 50),
      ['opened stopped-vehicle shoulder @31', 'cleared stopped-vehicle shoulder @52'],
    ],
    [
      'on a motorbike',
      stopping(1, 2, 25, 50, 'motorbike'),
      ['opened stopped-vehicle right-1 @31', 'cleared stopped-vehicle right-1 @52'],
    ],
  ] as const)('%s', (_, user, changes) => {
    expect(told({ users: [user], seconds: 70 })).toEqual(changes);
  });

  it('in a forbidden zone, whatever the lane', () => {
    const zones = [
      { id: 'box', name: 'Box', kind: 'forbidden', polygon: rectangle(0.5, 3, 28, 33) },
    ] as const;
    expect(told({ users: [stopping(1, 2, 30, 50)], seconds: 70, street: { zones } })[0]).toBe(
      'opened stopped-vehicle box @31',
    );
  });

  it('at its onset, with where to look and how long it has stood', () => {
    const { changes } = play({ users: [stopping(1, 2, 30, 50)], seconds: 40 });
    const { incident } = changes[0]!;
    expect(incident).toMatchObject({ severity: 'major', camera: 'test', measures: { vehicles: 1 } });
    expect(incident.detectedAt - incident.onsetAt).toBeGreaterThanOrEqual(10_000);
    expect(incident.detectedAt - incident.onsetAt).toBeLessThan(12_500);
    expect(incident.box).toBeDefined();
  });

  it('once for two in the same lane, until both have gone', () => {
    const users = [...stream(0, 80), stopping(1, 2, 40, 50), stopping(2, 2, 20, 60)];
    expect(told({ users, seconds: 80 })).toEqual([
      'opened stopped-vehicle right-1 @31',
      'cleared stopped-vehicle right-1 @62',
    ]);
  });

  it('for the head of those that stand behind it while others get past', () => {
    const users = [...stream(0, 80), stopping(1, 2, 40, 60), stopping(2, 2, 33, 62), stopping(3, 2, 26, 64)];
    expect(told({ users, seconds: 80 })[0]).toBe('opened stopped-vehicle right-1 @31');
  });

  it('though it is not seen for seconds while it stands', () => {
    const car = {
      ...stopping(1, 2, 30, 60),
      unseen: [
        [24, 27],
        [33, 36],
      ] as const,
    };
    expect(told({ users: [car], seconds: 80 })).toEqual([
      expect.stringMatching(/^opened stopped-vehicle right-1 @3\d$/),
      'cleared stopped-vehicle right-1 @62',
    ]);
  });

  it('though its coming was missed, if its place was seen empty before', () => {
    const car = { ...stopping(1, 2, 30, 70), unseen: [[0, 24]] as const };
    expect(told({ users: [car, ...stream(0, 80)], seconds: 80 })[0]).toMatch(
      /^opened stopped-vehicle right-1 @(3[89]|4\d)$/,
    );
  });

  it('as the same incident when it is lost and found under another track', () => {
    const way = stopping(1, 2, 30, 60).way;
    const users = [
      { track: 1, kind: 'car', way, unseen: [[36, 99]] },
      { track: 2, kind: 'car', way, unseen: [[0, 38]] },
    ] as const;
    expect(told({ users, seconds: 80 })).toEqual([
      'opened stopped-vehicle right-1 @31',
      'cleared stopped-vehicle right-1 @62',
    ]);
  });

  it('while another passes before it and hides it', () => {
    const hider: ScriptedUser = {
      track: 9,
      kind: 'bus',
      way: [
        [33, 2, 22],
        [43, 2, 22.01],
      ],
    };
    const car = { ...stopping(1, 2, 26, 60), unseen: [[33, 43]] as const };
    const cleared = told({ users: [car, hider], seconds: 80 }).filter((line) =>
      line.startsWith('cleared stopped-vehicle right-1'),
    );
    expect(cleared).toEqual(['cleared stopped-vehicle right-1 @62']);
  });
});

describe('stopped vehicle: not raised', () => {
  it.each<[string, Play]>([
    ['for a bus that stops for eight seconds', { users: [stopping(1, 5.2, 30, 28, 'bus')], seconds: 60 }],
    [
      'for a parked car that was there before the camera',
      {
        users: [
          {
            track: 1,
            kind: 'car',
            way: [
              [0, 8, 30],
              [300, 8, 30],
            ],
          },
        ],
        seconds: 120,
      },
    ],
    [
      'for somebody on foot',
      {
        users: [
          {
            track: 1,
            kind: 'person',
            way: [
              [0, 8, 20],
              [10, 8, 33],
              [60, 8, 33],
            ],
          },
        ],
        seconds: 60,
      },
    ],
    [
      'while the rule is off',
      { users: [stopping(1, 2, 30, 50)], seconds: 70, settings: { stoppedVehicle: { enabled: false } } },
    ],
    [
      'where the place is off',
      {
        users: [stopping(1, 2, 30, 50)],
        seconds: 70,
        settings: { stoppedVehicle: { places: { 'right-1': { enabled: false } } } },
      },
    ],
    [
      'for a kind that is not asked for',
      { users: [stopping(1, 2, 30, 50)], seconds: 70, settings: { stoppedVehicle: { kinds: ['bus'] } } },
    ],
  ])('%s', (_, script) => {
    expect(told(script)).toEqual([]);
  });

  it('for whoever waits at the stop line', () => {
    const users = [stopping(1, 2, 44, 45), stopping(2, 5.2, 44, 45, 'motorbike')];
    expect(told({ users, seconds: 60, street: { stopLineAt: 48, maxRedSeconds: 40 } })).toEqual([]);
  });

  it('for a rider taken for a car who waits on the shoulder at red', () => {
    const rider = { ...stopping(1, 8, 44, 45), truly: 'motorbike' as const };
    const street = { stopLineAt: 48, maxRedSeconds: 40 };
    expect(told({ users: [rider], seconds: 60, street })).toEqual([]);
    // A car that is one does not wait there.
    expect(told({ users: [stopping(1, 8, 44, 45)], seconds: 60, street })).not.toEqual([]);
  });

  it('for a queue behind the stop line', () => {
    const users = [44, 37, 30, 23].map((y, i) => stopping(i + 1, 2, y, 45 + 2 * i));
    expect(told({ users, seconds: 70, street: { stopLineAt: 48, maxRedSeconds: 40 } })).toEqual([]);
  });

  it('for a queue whose head is out of sight', () => {
    const users = [50, 43, 36].flatMap((y, i) => [
      stopping(i + 1, 2, y, 60 + i),
      stopping(i + 11, 5.2, y, 60 + i),
    ]);
    expect(told({ users, seconds: 90, settings: { congestion: { enabled: false } } })).toEqual([]);
  });

  it('for what appears in mid-road when the picture jumps', () => {
    const before = [1, 2, 3, 4, 5].map(
      (track): ScriptedUser => ({
        track,
        kind: 'car',
        way: [
          [0, 2 + (track % 2) * 3.2, 8 + 5 * track],
          [20, 2 + (track % 2) * 3.2, 30 + 5 * track],
        ],
      }),
    );
    const after = [11, 12].map(
      (track): ScriptedUser => ({
        track,
        kind: 'car',
        way: [
          [20.25, track - 9, 30],
          [90, track - 9, 30],
        ],
      }),
    );
    expect(told({ users: [...before, ...after], seconds: 80 })).toEqual([]);
  });
});
