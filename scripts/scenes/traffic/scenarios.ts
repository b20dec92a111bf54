import { dayProfile } from './day-profile.ts';
import { type Demand, vietnameseMix } from './demand.ts';
import type { Disturbances, Happening } from './happenings.ts';
import type { ApproachId } from './motion.ts';
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
    left: 0.09,
    right: 0.11,
    pedestriansPerHour: 60,
    pace: 1,
    loopSeconds: undefined,
    ...changes,
  };
}

function scenario(name: string, main: number, cross: number, happenings: readonly Happening[]): Scenario {
  return { name, plan: demonstrationPlan, demand: demand(main, cross), happenings };
}

/** Free flow: `density` 0.5 is a quiet morning, 1 is ordinary, 1.5 is busy. */
export function freeFlow(density = 1): Scenario {
  return scenario('free-flow', 1400 * density, 450 * density, []);
}

/** Dense traffic and a clip that begins with the main road's red. */
export function redLightQueue(): Scenario {
  const plan = { ...demonstrationPlan, offsetSeconds: 30 };
  return { ...scenario('red-light-queue', 2000, 600, []), plan };
}

/** Where, when and how long; each scenario has its own defaults. */
export interface Where {
  readonly approach?: ApproachId;
  /** Metres along the approach: negative before the junction, positive behind it. */
  readonly at?: number;
  readonly lane?: number;
  readonly onsetSeconds?: number;
  readonly seconds?: number;
}

/** A car breaks down in a lane: others change lane round it or queue behind it, riders flow past. */
export function stoppedInLane(where: Where = {}, density = 0.8): Scenario {
  const { approach = 'northbound', at = 30, lane = 2, onsetSeconds = 12, seconds = 35 } = where;
  const happening: Happening = { kind: 'breakdown', approach, at, lane, onsetSeconds, seconds };
  return scenario('stopped-in-lane', 1400 * density, 450 * density, [happening]);
}

/** A car pulls over onto the shoulder and stands. */
export function stoppedOnShoulder(where: Where = {}, density = 0.8): Scenario {
  const { approach = 'northbound', at = 30, onsetSeconds = 12, seconds = 35 } = where;
  const happening: Happening = { kind: 'pull-over', approach, at, onsetSeconds, seconds };
  return scenario('stopped-on-shoulder', 1400 * density, 450 * density, [happening]);
}

/** The exit is shut downstream for a while: it fills up, the junction's approach cannot leave, and later all dissolves. */
export function congestion(where: Where & { readonly speed?: number } = {}, density = 1.1): Scenario {
  const { approach = 'northbound', at = 45, onsetSeconds = 5, seconds = 45, speed = 0 } = where;
  const happening: Happening = { kind: 'bottleneck', approach, at, onsetSeconds, seconds, speed };
  return scenario('congestion', 1400 * density, 450 * density, [happening]);
}

/** A queue that grows past the spill-back line of its approach: a bottleneck before the stop line. */
export function spillback(where: Where = {}, density = 1.1): Scenario {
  const { approach = 'northbound', at = -20, onsetSeconds = 5, seconds = 50 } = where;
  const happening: Happening = { kind: 'bottleneck', approach, at, onsetSeconds, seconds, speed: 0 };
  return scenario('queue-spillback', 1400 * density, 450 * density, [happening]);
}

/** Road works: all crawl along a stretch. */
export function slowTraffic(
  where: Where & { readonly metres?: number; readonly speed?: number } = {},
): Scenario {
  const {
    approach = 'northbound',
    at = 16,
    onsetSeconds = 10,
    seconds = 60,
    metres = 60,
    speed = 3.5,
  } = where;
  const happening: Happening = { kind: 'slow-stretch', approach, at, onsetSeconds, seconds, metres, speed };
  return scenario('slow-traffic', 1000, 400, [happening]);
}

/** A rider against the flow, from the far end; it is `reach` metres from the junction at its onset. */
export function wrongWay(where: Where & { readonly side?: 'kerb' | 'lane' } = {}, density = 0.7): Scenario {
  const { approach = 'northbound', onsetSeconds = 0, side = 'kerb' } = where;
  const happening: Happening = { kind: 'wrong-way', approach, where: side, onsetSeconds };
  return scenario('wrong-way', 1400 * density, 450 * density, [happening]);
}

/** Somebody walks along the carriageway, away from the crossing. */
export function walkerOnCarriageway(
  where: Where & { readonly metres?: number; readonly d?: number; readonly along?: 1 | -1 } = {},
  density = 0.7,
): Scenario {
  const { approach = 'northbound', at = 20, onsetSeconds = 12, metres = 30, d = 5.6, along = 1 } = where;
  const happening: Happening = { kind: 'walker', approach, at, onsetSeconds, metres, d, along };
  return scenario('pedestrian-on-carriageway', 1400 * density, 450 * density, [happening]);
}

/** Everyday traffic with its small disturbances, none of them an incident: what must not raise an alarm. */
export function ordinary(density = 1): Scenario {
  const parked: Happening = { kind: 'parked', approach: 'northbound', at: 38, body: 'sedan' };
  return {
    ...scenario('ordinary', 1400 * density, 450 * density, [parked]),
    disturbances: { busStopsPerHour: 30, kerbStopsPerHour: 60, hesitationsPerHour: 40 },
  };
}

/** A whole day of everyday traffic: quiet at night, two peaks. `startHour` is the hour at second 0. */
export function ordinaryDay(peakDensity = 1, startHour = 0): Scenario {
  const day = ordinary(peakDensity);
  return { ...day, name: 'ordinary-day', demand: { ...day.demand, factorAt: dayProfile(startHour) } };
}
