import { type Demand, vietnameseMix } from './demand.ts';
import type { Disturbances, Happening } from './happenings.ts';
import { demonstrationPlan, type SignalPlan } from './signals.ts';

/** A small description of what is to happen at the junction; together with a seed it fixes everything. */
export interface Scenario {
  readonly name: string;
  readonly plan: SignalPlan;
  readonly demand: Demand;
  readonly happenings: readonly Happening[];
  readonly disturbances?: Disturbances;
}

function demand(main: number, cross: number, changes: Partial<Demand> = {}): Demand {
  return {
    vehiclesPerHour: { northbound: main, southbound: main, eastbound: cross, westbound: cross },
    factorAt: () => 1,
    mix: vietnameseMix,
    left: 0.12,
    right: 0.12,
    pedestriansPerHour: 60,
    pace: 1,
    loopSeconds: undefined,
    ...changes,
  };
}

/** Free flow: `density` 0.5 is a quiet morning, 1 is ordinary, 1.6 is busy but never jams. */
export function freeFlow(density = 1): Scenario {
  return {
    name: 'free-flow',
    plan: demonstrationPlan,
    demand: demand(1500 * density, 500 * density),
    happenings: [],
  };
}

/** Dense traffic and a clip that begins with the main road's red. */
export function redLightQueue(): Scenario {
  return {
    name: 'red-light-queue',
    plan: { ...demonstrationPlan, offsetSeconds: 30 },
    demand: demand(2300, 700),
    happenings: [],
  };
}
