import type { ApproachId, Body } from './motion.ts';
import { draw, drawCount, drawFrom, mix } from './random.ts';

/** How much traffic wants to come, and of what kind. */
export interface Demand {
  /** Vehicles an hour (everything on wheels) by where they come from, at factor 1. */
  readonly vehiclesPerHour: Readonly<Record<ApproachId, number>>;
  /** Multiplies everything at a time; day profiles and bursts. */
  readonly factorAt: (seconds: number) => number;
  readonly mix: Readonly<Partial<Record<Body, number>>>;
  /** Shares of those who turn. */
  readonly left: number;
  readonly right: number;
  /** People an hour on each of the eight pavement directions. */
  readonly pedestriansPerHour: number;
  /** Scales desired speeds. */
  readonly pace: number;
  /** Length of a loop after which the very same arrivals repeat; undefined for never. */
  readonly loopSeconds: number | undefined;
}

export const vietnameseMix: Demand['mix'] = {
  motorbike: 71,
  bicycle: 2,
  hatchback: 5,
  sedan: 6.5,
  suv: 5.5,
  pickup: 1.5,
  van: 2.5,
  minibus: 1.2,
  bus: 1.2,
  'box-truck': 1.6,
  'tarpaulin-truck': 0.8,
  'open-truck': 1.2,
};

/** A second counted from the beginning of its loop, so that every loop draws the same lots. */
export function inLoop({ loopSeconds }: Demand, seconds: number): number {
  return loopSeconds === undefined ? seconds : ((seconds % loopSeconds) + loopSeconds) % loopSeconds;
}

export interface Arrival {
  readonly body: Body;
  readonly seed: number;
  readonly seconds: number;
  /** Sent along for a happening: goes straight on in this lane. */
  readonly lane?: number;
}

/**
 * The arrivals of one stream within the second that starts at `second`. A function of seed, stream and second only, so
 * the same second of the next loop brings the same people.
 */
export function arrivalsIn(
  demand: Demand,
  perHour: number,
  seed: number,
  stream: number,
  second: number,
): readonly Arrival[] {
  const rate = (perHour / 3600) * demand.factorAt(inLoop(demand, second));
  if (rate <= 0) return nobody;
  const slot = inLoop(demand, second);
  const own = mix(mix(seed, stream), slot);
  const count = drawCount(own, 1, rate);
  if (count === 0) return nobody;
  const arrivals: Arrival[] = [];
  for (let k = 0; k < count; k++) {
    const body = drawFrom(own, 100 + k, demand.mix);
    arrivals.push({ body, seed: mix(own, 200 + k), seconds: second + draw(own, 300 + k) });
  }
  return arrivals.sort((a, b) => a.seconds - b.seconds);
}

const nobody: readonly Arrival[] = [];
