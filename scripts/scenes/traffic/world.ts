import type { Agent, Spot } from './agent.ts';
import { createPlaces, type Places } from './choose-place.ts';
import { createEntrance, type Entrance } from './entrance.ts';
import type { Allowance } from './following.ts';
import type { RoadLayout } from './motion.ts';
import { createRightOfWay, type RightOfWay } from './right-of-way.ts';
import { type Road, roadsOf } from './roads.ts';
import type { Scenario } from './scenarios.ts';
import type { SignalState } from './signals.ts';

/** Everything that changes while a simulation runs. */
export interface World {
  readonly scenario: Scenario;
  readonly layout: RoadLayout;
  readonly seed: number;
  readonly stepSeconds: number;
  readonly roads: readonly Road[];
  /** For each road, the spots of all on it or reaching into it, sorted along it. */
  readonly strips: readonly Spot[][];
  readonly entrances: readonly Entrance[];
  readonly agents: Agent[];
  /** Those in and around the junction. */
  readonly near: Agent[];
  readonly rules: RightOfWay;
  readonly signals: Readonly<Record<'main' | 'cross', SignalState>>;
  /** Stretches that are slow or shut at the moment. */
  readonly slow: SlowZone[];
  /** Seconds of the clip; negative during the warm-up. */
  seconds: number;
  lastId: number;
  /** Scratch, so that a step allocates nothing. */
  readonly places: Places;
  readonly allowance: Allowance;
  readonly shadows: Spot[];
}

export interface SlowZone {
  readonly road: Road;
  readonly from: number;
  readonly to: number;
  readonly speed: number;
  readonly untilSeconds: number;
}

export function createWorld(
  scenario: Scenario,
  seed: number,
  layout: RoadLayout,
  stepSeconds: number,
  startsAt: number,
): World {
  const roads = roadsOf(layout);
  return {
    scenario,
    layout,
    seed,
    stepSeconds,
    roads,
    strips: roads.map(() => []),
    entrances: roads.map(createEntrance),
    agents: [],
    near: [],
    rules: createRightOfWay(),
    signals: {
      main: { colour: 'red', sinceSeconds: 0, leftSeconds: 0 },
      cross: { colour: 'red', sinceSeconds: 0, leftSeconds: 0 },
    },
    slow: [],
    seconds: startsAt,
    lastId: 0,
    places: createPlaces(),
    allowance: { calm: 0, safeSpeed: 0 },
    shadows: [],
  };
}

export function admit(world: World, agent: Agent): void {
  world.agents.push(agent);
  world.strips[agent.road.index]!.unshift(agent.spot);
}

export function stripOf(world: World, road: Road): Spot[] {
  return world.strips[road.index]!;
}
