import { describe, expect, it } from 'vitest';
import { type ScriptedUser, seenAt } from './scripted-street.ts';
import { play } from './street-play.ts';

const line = {
  id: 'line',
  name: 'Line',
  kind: 'spillback',
  group: 'away',
  points: [seenAt(0, 20), seenAt(7, 20)],
} as const;
const queueTo = (tail: number): ScriptedUser[] =>
  [48, 41, 34, 27, 20]
    .filter((y) => y >= tail)
    .map((y, i) => ({
      track: i + 1,
      kind: 'car',
      way: [
        [5, 2, y - 10],
        [8, 2, y],
        [40 + i, 2, y],
        [44 + i, 2, y + 40],
      ],
    }));

const told = (users: readonly ScriptedUser[]) =>
  play({ users, seconds: 70, street: { lines: [line] } }).told.filter((line) => line.includes('spillback'));

describe('queue spill-back', () => {
  it('is raised when a standing queue reaches the line, and cleared when it has left', () => {
    expect(told(queueTo(20))).toEqual([
      expect.stringMatching(/^opened queue-spillback line @1\d$/),
      expect.stringMatching(/^cleared queue-spillback line @(4[89]|5\d)$/),
    ]);
  });

  it('is not a queue that ends before it', () => {
    expect(told(queueTo(30))).toEqual([]);
  });

  it('is not one vehicle standing there', () => {
    expect(told(queueTo(20).slice(-1))).toEqual([]);
  });
});
