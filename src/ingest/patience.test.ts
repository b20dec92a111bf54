import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '#base';
import { createPatience, PATIENCE_TICK_MS } from './patience.ts';

const clock: Clock = { now: () => Date.now(), monotonicMs: () => Date.now() };

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function start() {
  const patience = createPatience(clock);
  setInterval(() => patience.turn(), PATIENCE_TICK_MS);
  return patience;
}

describe('patience', () => {
  it('waits as long as it was told, once', () => {
    const patience = start();
    const expired: number[] = [];
    patience.after(1000, () => expired.push(Date.now() - 1_000_000));
    patience.after(2000, () => expired.push(-1)).close();
    vi.advanceTimersByTime(5000);
    expect(expired).toEqual([1000]);
  });

  it('does not count the time in which the whole process stood still', () => {
    const patience = start();
    const expired: string[] = [];
    patience.after(5000, () => expired.push('late'));
    vi.advanceTimersByTime(1000);
    vi.setSystemTime(Date.now() + 60_000);
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual([]);
    expect(patience.listenedMs()).toBeLessThan(2500);
    vi.advanceTimersByTime(4000);
    expect(expired).toEqual(['late']);
  });
});
