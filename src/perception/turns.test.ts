import { expect, it } from 'vitest';
import { Pace } from './pace.ts';
import { Recent } from './recent.ts';
import { Throttle } from './throttle.ts';
import { createTurns } from './turns.ts';

it('gives every camera its turn, the newest picture of each, and hands back what was overtaken', () => {
  const turns = createTurns<string, string>();
  expect(turns.offer('a', 'a1')).toBeUndefined();
  expect(turns.offer('a', 'a2')).toBe('a1');
  turns.offer('b', 'b1');
  expect(turns.waiting).toBe(2);
  expect(turns.take()).toBe('a2');
  turns.offer('a', 'a3');
  expect(turns.take()).toBe('b1');
  // a is being looked at: its next picture waits.
  expect(turns.take()).toBeUndefined();
  turns.done('a');
  expect(turns.take()).toBe('a3');
});

it('shares a network that is too slow evenly among cameras that want different amounts', () => {
  const turns = createTurns<number, number>();
  const served = [0, 0, 0, 0];
  for (let step = 0; step < 400; step++) {
    for (let camera = 0; camera < 4; camera++) if (step % (camera + 1) === 0) turns.offer(camera, camera);
    const camera = turns.take();
    if (camera === undefined) continue;
    served[camera]!++;
    turns.done(camera);
  }
  expect(Math.max(...served) - Math.min(...served)).toBeLessThan(6);
});

it('forgets a camera with what waited', () => {
  const turns = createTurns<string, string>();
  turns.offer('a', 'a1');
  expect(turns.remove('a')).toBe('a1');
  expect(turns.waiting).toBe(0);
  expect(turns.take()).toBeUndefined();
});

const wanted = (pace: Pace, from: number, seconds: number, perSecond = 15): number => {
  let count = 0;
  for (let i = 0; i < seconds * perSecond; i++) if (pace.wants(from + (i * 1000) / perSecond)) count++;
  return count;
};

it('looks at full rate while things move, slower when quiet, and is never off', () => {
  const pace = new Pace(5);
  expect(wanted(pace, 0, 8)).toBeCloseTo(40, -1);
  expect(wanted(pace, 60_000, 60)).toBeGreaterThan(55);
  expect(wanted(pace, 120_000, 60)).toBeLessThan(65);
  pace.moved(200_000);
  expect(wanted(pace, 200_000, 8)).toBeCloseTo(40, -1);
  pace.attend(400_000);
  expect(pace.perSecond(399_000)).toBe(5);
});

it('keeps its rate on odd picture rates, and through a clock that jumps', () => {
  for (const cameraRate of [12.5, 25, 29.97]) {
    const pace = new Pace(5);
    pace.attend(1e9);
    const count = wanted(pace, 0, 40, cameraRate);
    expect(count).toBeGreaterThan(180);
    expect(count).toBeLessThan(210);
  }
  const pace = new Pace(5);
  pace.wants(1_000_000);
  expect(pace.wants(10_000)).toBe(true);
  expect(pace.wants(2_000_000)).toBe(true);
});

it('counts whole seconds that have passed, and forgets old ones', () => {
  const recent = new Recent(10);
  for (let i = 0; i < 100; i++) recent.add(i * 100, i);
  expect(recent.perSecond(10_000)).toBe(10);
  expect(recent.mean(10_000)).toBeCloseTo(49.5);
  expect(recent.quantile(10_000, 0.95)).toBe(95);
  expect(recent.perSecond(15_500)).toBe(5);
  expect(recent.perSecond(60_000)).toBe(0);
});

it('asks for fewer pictures while many are overtaken, and for all again when there is room', () => {
  const throttle = new Throttle();
  const pace = new Pace(5);
  pace.attend(1e9);
  for (let second = 0; second < 30; second++) {
    const decoded = 150 * throttle.share;
    throttle.told(decoded, Math.max(0, decoded - 80), 1);
  }
  pace.throttle(throttle.share);
  expect(30 * pace.perSecond(0)).toBeGreaterThan(70);
  expect(30 * pace.perSecond(0)).toBeLessThan(100);
  for (let second = 0; second < 30; second++) throttle.told(60, 0, 0.5);
  expect(throttle.share).toBe(1);
  pace.throttle(0.1);
  expect(pace.perSecond(0)).toBe(1);
});
