import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CameraState } from '#camera';
import { addUptime, emptySum, isUp, periodsOf, type Run, type StateChange, stretches } from './uptime.ts';

const states = ['live', 'silent', 'degraded', 'frozen', 'removed'] as const;

/** A small world in whole milliseconds that can be counted out one by one. */
const world = fc
  .record({
    runs: fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 20 })), {
      maxLength: 4,
    }),
    changes: fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.constantFrom(...states)), {
      maxLength: 12,
    }),
  })
  .map(({ runs, changes }) => {
    let at = 0;
    const made = runs.map(([length, pause], key): Run => {
      const run = { key, from: at + pause, to: at + pause + length };
      at = run.to;
      return run;
    });
    const sorted = changes
      .map(([since, state]) => ({ since, state }))
      .sort((a, b) => a.since - b.since)
      .flatMap(({ since, state }): StateChange[] => {
        const run = made.find(({ from, to }) => since >= from && since < to);
        return run === undefined ? [] : [{ run: run.key, since, state }];
      });
    return { runs: made, changes: sorted };
  });

function stateAt(
  ms: number,
  runs: readonly Run[],
  changes: readonly StateChange[],
): CameraState | 'removed' | undefined {
  const run = runs.find(({ from, to }) => ms >= from && ms < to);
  return changes.filter((change) => change.run === run?.key && change.since <= ms).at(-1)?.state;
}

describe('uptime', () => {
  it('is what one would count millisecond by millisecond', () => {
    fc.assert(
      fc.property(world, fc.nat(100), fc.nat(100), ({ runs, changes }, from, length) => {
        const sum = emptySum();
        const byKey = new Map(runs.map((run) => [run.key, run]));
        addUptime(sum, stretches(changes, byKey), { from, to: from + length });
        const counted = { up: 0, down: 0, outages: 0 };
        for (let ms = from; ms < from + length; ms++) {
          const [state, before] = [stateAt(ms, runs, changes), stateAt(ms - 1, runs, changes)];
          if (state === undefined || state === 'removed') continue;
          if (isUp(state)) counted.up++;
          else counted.down++;
          const sameRun = runs.some((run) => ms - 1 >= run.from && ms < run.to);
          if (sameRun && before !== undefined && isUp(before) && !isUp(state)) counted.outages++;
        }
        expect([sum.upMs, sum.downMs, sum.outages]).toEqual([counted.up, counted.down, counted.outages]);
        const states = Object.values(sum.msByState).reduce((total, ms) => total + (ms ?? 0), 0);
        expect(states).toBe(sum.upMs + sum.downMs);
      }),
    );
  });

  it('cuts time without a hole, at local midnights and firsts of months', () => {
    const from = Date.UTC(2026, 0, 30, 20);
    const to = Date.UTC(2026, 2, 2, 3);
    const months = periodsOf({ from, to, period: 'month', utcOffsetMinutes: 420 });
    expect(months.map((one) => new Date(one.from).toISOString())).toEqual([
      '2026-01-30T20:00:00.000Z',
      '2026-01-31T17:00:00.000Z',
      '2026-02-28T17:00:00.000Z',
    ]);
    const days = periodsOf({ from, to, period: 'day', utcOffsetMinutes: -300 });
    expect(days[0]?.from).toBe(from);
    expect(days.at(-1)?.to).toBe(to);
    days.slice(1).forEach((day, at) => {
      expect(day.from).toBe(days[at]?.to);
      expect(new Date(day.from).getUTCHours()).toBe(5);
    });
    expect(periodsOf({ from, to: from, period: 'day', utcOffsetMinutes: 0 })).toEqual([]);
  });
});
