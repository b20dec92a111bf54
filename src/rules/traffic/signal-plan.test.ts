import { expect, it } from 'vitest';
import { newSignal, SignalPlan } from './signal-plan.ts';

const start = 1_704_103_200_000;

/** `cycles` of 46 seconds, with a discharge at each of `into` seconds after the cycle began. */
function learned(cycles: number, into: readonly number[]): SignalPlan {
  const plan = new SignalPlan(newSignal(), 30);
  for (let cycle = 0; cycle < cycles; cycle++)
    for (const seconds of into) plan.begin(start + (cycle * 46 + seconds) * 1000, 20);
  return plan;
}

it('finds the period of a fixed-time signal', () => {
  expect(learned(12, [26]).periodSeconds).toBeCloseTo(46, 0);
});

it('takes a gap in the stream and more of the same green for one green', () => {
  expect(learned(12, [26.2, 35.6]).periodSeconds).toBeCloseTo(46, 0);
});

it('never calls green what the named red covers', () => {
  const plan = learned(12, [26]);
  const cycle = Array.from(
    { length: 46 },
    (_, second) => plan.greenSeconds(start + (12 * 46 + second) * 1000)!,
  );
  expect(cycle.filter((seconds) => seconds > 0).length).toBeGreaterThan(4);
  expect(cycle.filter((seconds) => seconds > 0).length).toBeLessThanOrEqual(46 - 30);
});
