import { describe, expect, it } from 'vitest';
import type { ScriptedUser } from './scripted-street.ts';
import { passing, play } from './street-play.ts';

/** A full road: cars and riders every few metres in both lanes, from second `from` to `to` at `speed` metres a second. */
function jam(from: number, to: number, speed = 0): ScriptedUser[] {
  const rows = [14, 20, 26, 32, 38, 44, 50];
  return rows.flatMap((y, i) =>
    [1.8, 5.2].flatMap((x, k): ScriptedUser[] => [
      {
        track: 100 + 10 * i + k,
        kind: 'car',
        way: [
          [from, x, y],
          [to, x, y + speed * (to - from)],
        ],
      },
      {
        track: 300 + 10 * i + k,
        kind: 'motorbike',
        way: [
          [from, x + 1.4, y + 2],
          [to, x + 1.4, y + 2 + speed * (to - from)],
        ],
      },
    ]),
  );
}

/** A queue that forms at a red light from `red` on and leaves, from its head backwards, after `green`. */
function queue(red: number, green: number): ScriptedUser[] {
  return [44, 37, 30, 23, 16].flatMap((y, i) =>
    [1.8, 5.2].map((x, k): ScriptedUser => {
      const arrives = red + i;
      const starts = green + 1 + i * 1.5;
      return {
        track: 1000 * red + 10 * i + k,
        kind: 'car',
        way: [
          [arrives - (y - 8) / 9, x, 8],
          [arrives, x, y],
          [starts, x, y],
          [starts + (70 - y) / 8, x, 70],
        ],
      };
    }),
  );
}

const congestion = (told: readonly string[]) => told.filter((line) => line.includes('congestion'));

describe('congestion', () => {
  it('is raised when a road stays full and slow, and cleared when it is free again', () => {
    const { told } = play({ users: jam(10, 60), seconds: 90 });
    expect(congestion(told)).toEqual([
      expect.stringMatching(/^opened congestion away @[23]\d$/),
      expect.stringMatching(/^cleared congestion away @7\d$/),
    ]);
  });

  it('is raised for traffic that creeps', () => {
    expect(congestion(play({ users: jam(10, 60, 0.4), seconds: 60 }).told)).toHaveLength(1);
  });

  it('says how bad it is', () => {
    const { incident } = play({ users: jam(10, 60), seconds: 45 }).changes.find(
      ({ change }) => change === 'opened',
    )!;
    expect(incident.measures).toMatchObject({
      standingShare: expect.any(Number),
      speedKmh: expect.any(Number),
    });
    expect(incident.measures.congestionIndex).toBeGreaterThan(75);
    expect(incident.severity).toBe('major');
  });

  it('is not a queue at a red light that leaves with the green', () => {
    const users = [0, 60, 120, 180].flatMap((start) => queue(start + 10, start + 40));
    expect(play({ users, seconds: 240, street: { stopLineAt: 48, maxRedSeconds: 35 } }).told).toEqual([]);
  });

  it('is not dense traffic that flows', () => {
    const users = Array.from({ length: 60 }, (_, i) => passing(i + 1, i % 2 === 0 ? 1.8 : 5.2, 0.7 * i, 8));
    expect(play({ users, seconds: 45 }).told).toEqual([]);
  });

  it('is not a single bus at its stop', () => {
    const users: ScriptedUser[] = [
      {
        track: 1,
        kind: 'bus',
        way: [
          [0, 5.2, 8],
          [3, 5.2, 30],
          [60, 5.2, 30],
        ],
      },
    ];
    expect(congestion(play({ users, seconds: 60 }).told)).toEqual([]);
  });

  it('is raised where a queue stands through the green', () => {
    const users = jam(5, 120).filter((_, i) => i < 28);
    const { told } = play({ users, seconds: 120, street: { stopLineAt: 53, maxRedSeconds: 30 } });
    expect(congestion(told)).toEqual([expect.stringMatching(/^opened congestion away @\d\d$/)]);
  });

  it('keeps other thresholds at other times of day', () => {
    const profile = { from: '17:00', to: '18:00', dwellSeconds: 600 } as const;
    const settings = { congestion: { profiles: [profile] } };
    // The street's clock starts at ten in the morning UTC: five in the afternoon in Vietnam.
    expect(congestion(play({ users: jam(10, 60), seconds: 60, settings }).told)).toEqual([]);
    const { told } = play({
      users: jam(10, 60),
      seconds: 60,
      settings: { congestion: { profiles: [{ ...profile, from: '16:00', to: '17:00' }] } },
    });
    expect(congestion(told)).toHaveLength(1);
  });
});
