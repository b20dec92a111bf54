import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '#base';
import { createDrainSchedule } from './drain.ts';
import { defaultIngestOptions } from './options.ts';

const clock: Clock = { now: () => Date.now(), monotonicMs: () => Date.now() };

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('drain schedule', () => {
  function start() {
    const schedule = createDrainSchedule(clock, defaultIngestOptions.drain);
    const join = (bytesPerSecond: number) => {
      const drains: number[] = [];
      let flows = 0;
      let last = Date.now();
      const place = schedule.join({
        drain() {
          drains.push(Date.now());
          place.read(Math.round((bytesPerSecond * (Date.now() - last)) / 1000));
          last = Date.now();
        },
        flow: () => flows++,
        hold: () => {},
      });
      return { place, drains, flows: () => flows };
    };
    return { schedule, join };
  }

  const periods = (drains: readonly number[]) => drains.slice(1).map((at, i) => at - drains[i]!);

  it('drains what nobody watches so that no more than its limit waits, within its periods', () => {
    const { schedule, join } = start();
    const { keptBytes, keptLeastMs, keptMostMs } = defaultIngestOptions.drain;
    for (const rate of [1000, 62_500, 250_000, 5_000_000]) {
      const { place, drains } = join(rate);
      place.demand('kept');
      vi.advanceTimersByTime(20_000);
      const settled = periods(drains).slice(-5);
      const expected = Math.min(keptMostMs, Math.max(keptLeastMs, (keptBytes / rate) * 1000));
      for (const period of settled) expect(Math.abs(period - expected)).toBeLessThanOrEqual(20);
      place.close();
    }
    schedule.close();
  });

  it('drains a stream of many megabits often enough from its first read on', () => {
    const { schedule, join } = start();
    const { place, drains } = join(2_000_000);
    place.demand('kept');
    vi.advanceTimersByTime(600);
    expect(periods(drains).at(-1)).toBeLessThanOrEqual(30);
    schedule.close();
  });

  it('drains at once when the demand is raised, then more often, and stops when the bytes flow', () => {
    const { schedule, join } = start();
    const { place, drains, flows } = join(62_500);
    place.demand('kept');
    vi.advanceTimersByTime(5300);
    const before = drains.length;
    place.demand('watched');
    expect(drains.length).toBe(before + 1);
    vi.advanceTimersByTime(1000);
    expect(Math.max(...periods(drains.slice(before)))).toBeLessThanOrEqual(70);
    place.demand('prompt');
    expect(flows()).toBe(1);
    const flowing = drains.length;
    vi.advanceTimersByTime(2000);
    expect(drains.length).toBe(flowing);
    place.demand('kept');
    vi.advanceTimersByTime(2000);
    expect(drains.length).toBeLessThan(flowing + 8);
    schedule.close();
  });

  it('drains less often when hundreds are watched, but often enough', () => {
    const { schedule, join } = start();
    const all = Array.from({ length: 500 }, () => join(62_500));
    for (const { place } of all) place.demand('watched');
    vi.advanceTimersByTime(2000);
    const widest = Math.max(...all.flatMap(({ drains }) => periods(drains.slice(3))));
    expect(widest).toBeGreaterThan(100);
    expect(widest).toBeLessThanOrEqual(140);
    schedule.close();
  });

  it('drains nothing any more once it is left', () => {
    const { schedule, join } = start();
    const { place, drains } = join(62_500);
    place.demand('kept');
    vi.advanceTimersByTime(1000);
    place.close();
    const left = drains.length;
    vi.advanceTimersByTime(3000);
    expect(drains.length).toBe(left);
    schedule.close();
  });
});
