import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '#base';
import { createDrainSchedule, DRAIN_TICK_MS } from './drain.ts';
import { defaultIngestOptions } from './options.ts';

const clock: Clock = { now: () => Date.now(), monotonicMs: () => Date.now() };

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('drain schedule', () => {
  const { keptBytes, keptMostMs, watchedMostMs } = defaultIngestOptions.drain;

  function start() {
    const schedule = createDrainSchedule(clock, defaultIngestOptions.drain);
    setInterval(() => schedule.turn(), DRAIN_TICK_MS);
    return (rate: number) => {
      let bytesPerSecond = rate;
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
      const slow = (slower: number) => {
        bytesPerSecond = slower;
        last = Date.now();
      };
      return { place, drains, flows: () => flows, slow };
    };
  }

  const periods = (drains: readonly number[]) => drains.slice(1).map((at, i) => at - drains[i]!);

  it('drains what nobody watches so that no more than its limit waits', () => {
    const join = start();
    for (const rate of [1000, 62_500, 250_000, 800_000]) {
      const { place, drains } = join(rate);
      place.demand('kept');
      vi.advanceTimersByTime(20_000);
      const expected = Math.min(keptMostMs, (keptBytes / rate) * 1000);
      for (const period of periods(drains).slice(-5))
        expect(Math.abs(period - expected)).toBeLessThanOrEqual(DRAIN_TICK_MS / 2);
      place.close();
    }
  });

  it('reads a stream that is too fast for that as its bytes come, and holds it again once it is slow', () => {
    const join = start();
    const { place, drains, flows, slow } = join(5_000_000);
    place.demand('kept');
    vi.advanceTimersByTime(1000);
    expect(flows()).toBe(1);
    const flowing = drains.length;
    for (let second = 0; second < 20; second++) {
      vi.advanceTimersByTime(1000);
      slow(20_000);
      place.read(20_000);
    }
    expect(drains.length).toBeGreaterThan(flowing + 5);
    expect(flows()).toBe(1);
  });

  it('drains at once when the demand is raised, then more often, and stops when the bytes flow', () => {
    const { place, drains, flows } = start()(62_500);
    place.demand('kept');
    vi.advanceTimersByTime(5300);
    const before = drains.length;
    place.demand('watched');
    expect(drains.length).toBe(before + 1);
    vi.advanceTimersByTime(1000);
    expect(Math.max(...periods(drains.slice(before)))).toBeLessThanOrEqual(DRAIN_TICK_MS);
    place.demand('prompt');
    expect(flows()).toBe(1);
    const flowing = drains.length;
    vi.advanceTimersByTime(2000);
    expect(drains.length).toBe(flowing);
    place.demand('kept');
    vi.advanceTimersByTime(2000);
    expect(drains.length).toBeLessThan(flowing + 8);
  });

  it('drains less often when hundreds are watched, but often enough', () => {
    const join = start();
    const all = Array.from({ length: 500 }, () => join(62_500));
    for (const { place } of all) place.demand('watched');
    vi.advanceTimersByTime(2000);
    const widest = Math.max(...all.flatMap(({ drains }) => periods(drains.slice(3))));
    expect(widest).toBe(watchedMostMs);
  });

  it('drains nothing any more once it is left', () => {
    const { place, drains } = start()(62_500);
    place.demand('kept');
    vi.advanceTimersByTime(1000);
    place.close();
    const left = drains.length;
    vi.advanceTimersByTime(3000);
    expect(drains.length).toBe(left);
  });
});
