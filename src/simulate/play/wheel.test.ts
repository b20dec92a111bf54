import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Due, Wheel } from './wheel.ts';

let now = 0;
const clock = { now: () => now, monotonicMs: () => now };

beforeEach(() => {
  now = 10_000;
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

/** Lets time pass in steps, as a loop that is sometimes late does. */
function pass(stepsMs: readonly number[]): void {
  for (const step of stepsMs) {
    now += step;
    vi.advanceTimersByTime(5);
  }
}

describe('Wheel', () => {
  it('runs everything once, never early, and within a tick where the loop is on time', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { maxLength: 50 }), (delays) => {
        const wheel = new Wheel(clock);
        const ran: number[] = [];
        for (const dueMs of delays.map((delay) => now + delay))
          wheel.at({ dueMs, nextDue: undefined, run: (at) => ran.push(at - dueMs) });
        pass(new Array(450).fill(5));
        wheel.close();
        expect(ran).toHaveLength(delays.length);
        expect(Math.min(0, ...ran)).toBe(0);
        expect(Math.max(0, ...ran)).toBeLessThanOrEqual(10);
      }),
      { numRuns: 50 },
    );
  });

  it('lets a task come back, and catches up after a stall without running it twice', () => {
    const wheel = new Wheel(clock);
    const ran: number[] = [];
    const task: Due = {
      dueMs: now + 20,
      nextDue: undefined,
      run(at) {
        ran.push(at);
        this.dueMs = at + 20;
        wheel.at(this);
      },
    };
    wheel.at(task);
    pass(new Array(40).fill(5));
    expect(ran.length).toBeGreaterThanOrEqual(7);
    const before = ran.length;
    pass([60_000]);
    expect(ran.length).toBe(before + 1);
    wheel.close();
  });

  it('runs what lies beyond its reach early, so that the task can look again', () => {
    const wheel = new Wheel(clock);
    let runs = 0;
    const task: Due = {
      dueMs: now + 60_000,
      nextDue: undefined,
      run(at) {
        runs++;
        if (at < this.dueMs) wheel.at(this);
      },
    };
    wheel.at(task);
    pass(new Array(12_100).fill(5));
    expect(runs).toBeGreaterThan(1);
    expect(now).toBeGreaterThan(task.dueMs);
    wheel.close();
  });
});
