import type { Moment } from './motion.ts';
import { run } from './run.ts';
import type { Scenario } from './scenarios.ts';
import { periodSeconds } from './signals.ts';

/**
 * Clips that play in an endless loop. In a looped scenario the same people arrive and the same happens in every loop.
 * Traffic forgets: after some loops most seeds do the very same each time, to the millimetre, so that the picture after
 * the last is the first again and nobody jumps. Some seeds settle on a rhythm of two loops, or none; try another.
 */

/** The scenario repeated every `loopSeconds`, which must be whole periods of its signals. */
export function looped(scenario: Scenario, loopSeconds: number): Scenario {
  const period = periodSeconds(scenario.plan);
  if (!Number.isInteger(loopSeconds) || loopSeconds % period !== 0) {
    throw new Error(
      `${scenario.name}: a loop of ${loopSeconds} s is not made of whole signal periods of ${period} s`,
    );
  }
  return { ...scenario, demand: { ...scenario.demand, loopSeconds } };
}

/** What somebody who watches the loop sees at its seam. */
export interface Seam {
  /** Road users that are there before and not after, or the other way round. */
  readonly strangers: number;
  /** The furthest that anybody jumps, metres. */
  readonly worstMetres: number;
}

/** Compares the end of a looped scenario's clip with its beginning. */
export function seamOf(scenario: Scenario, seed: number, rate = 15): Seam {
  const loopSeconds = scenario.demand.loopSeconds ?? 0;
  let first: Moment | undefined;
  let last: Moment | undefined;
  for (const moment of run(scenario, seed, { rate, seconds: loopSeconds + 1 / rate })) {
    first ??= moment;
    last = moment;
  }
  return first === undefined || last === undefined ? { strangers: 0, worstMetres: 0 } : compare(first, last);
}

/** Slow ones live through several loops, so the same seed may be there several times: the nearest is the same. */
function compare(first: Moment, last: Moment): Seam {
  let worstMetres = 0;
  let strangers = Math.abs(first.movers.length - last.movers.length);
  for (const mover of first.movers) {
    const same = last.movers.filter(({ seed }) => seed === mover.seed);
    if (same.length === 0) strangers++;
    else
      worstMetres = Math.max(
        worstMetres,
        Math.min(...same.map(({ x, y }) => Math.hypot(mover.x - x, mover.y - y))),
      );
  }
  return { strangers, worstMetres };
}
