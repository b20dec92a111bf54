import { describe, expect, it } from 'vitest';
import { passing, play } from './street-play.ts';

/** Cars at ten metres a second until the lane is learned, then at `speed` for two minutes, then at ten again. */
const slowed = (speed: number) => {
  const users = [];
  let track = 1;
  for (let s = 0; s < 660; s += 3) {
    const slow = s >= 400 && s < 520;
    users.push(passing(track++, s % 2 === 0 ? 1.8 : 5.2, s, slow ? speed : 10));
  }
  return play({ users, seconds: 660, settings: { congestion: { enabled: false } } });
};

describe('slow traffic', () => {
  it.each([
    [4, 'minor'],
    [2.6, 'major'],
  ])('at %d m/s where ten are usual is %s', (speed, severity) => {
    const { told, changes } = slowed(speed);
    expect(told).toEqual([
      expect.stringMatching(/^opened slow-traffic away @4\d\d$/),
      expect.stringMatching(/^cleared slow-traffic away @5\d\d$/),
    ]);
    expect(changes.some(({ incident }) => incident.severity === severity)).toBe(true);
  });

  it('is not somewhat slower traffic', () => {
    expect(slowed(7).told).toEqual([]);
  });

  it('is not told before free flow is known', () => {
    const users = Array.from({ length: 30 }, (_, i) => passing(i + 1, 1.8, 4 * i, 3));
    expect(play({ users, seconds: 120, settings: { congestion: { enabled: false } } }).told).toEqual([]);
  });
});
