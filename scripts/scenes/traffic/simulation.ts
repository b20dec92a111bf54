import type { Agent, Spot } from './agent.ts';
import { choosePlace, createPlaces } from './choose-place.ts';
import type { Demand } from './demand.ts';
import { arrive, createEntrance, letIn } from './entrance.ts';
import { type Allowance, accelerate, followSpots, openRoad, stopAt } from './following.ts';
import type { RoadLayout } from './motion.ts';
import { settleBody, settleOnRoad, steerOnRoad } from './pose.ts';
import { roadsOf } from './roads.ts';
import { type SignalPlan, type SignalState, signalAt } from './signals.ts';

export interface SimulationOptions {
  readonly layout: RoadLayout;
  readonly plan: SignalPlan;
  readonly demand: Demand;
  readonly seed: number;
  /** Length of a step. */
  readonly stepSeconds: number;
  /** Where time begins; before 0 is warm-up. */
  readonly startsAt: number;
}

/** The state of one junction's traffic, moved on by `step`. */
export function createSimulation(options: SimulationOptions) {
  const { plan, demand, seed, stepSeconds } = options;
  const roads = roadsOf(options.layout);
  const strips: Spot[][] = roads.map(() => []);
  const entrances = roads.map(createEntrance);
  const agents: Agent[] = [];
  const places = createPlaces();
  const allowance: Allowance = { calm: 0, safeSpeed: 0 };
  const signals: Record<'main' | 'cross', SignalState> = {
    main: { colour: 'red', sinceSeconds: 0, leftSeconds: 0 },
    cross: { colour: 'red', sinceSeconds: 0, leftSeconds: 0 },
  };
  let lastId = 0;
  let steps = 0;
  let nextSecond = Math.floor(options.startsAt);

  const admit = (agent: Agent): void => {
    agents.push(agent);
    strips[agent.road.index]!.unshift(agent.spot);
  };
  const nextId = (): number => ++lastId;

  function now(): number {
    return options.startsAt + steps * stepSeconds;
  }

  function step(): void {
    const seconds = now();
    signalAt(plan, 'main', seconds, signals.main);
    signalAt(plan, 'cross', seconds, signals.cross);
    for (; nextSecond <= seconds; nextSecond++)
      for (const e of entrances) arrive(e, demand, seed, nextSecond);
    for (const strip of strips) order(strip);
    for (const e of entrances) letIn(e, demand, strips[e.road.index]!, seconds, nextId, admit);
    for (const strip of strips) order(strip);
    for (const agent of agents) {
      choosePlace(agent, strips[agent.road.index]!, seconds, stopAhead(agent), places);
    }
    for (const agent of agents) decideSpeed(agent, seconds);
    for (const agent of agents) move(agent);
    leave();
    steps++;
  }

  /** Metres to where the signal makes it stop; 999 if it does not. */
  function stopAhead(agent: Agent): number {
    const signal = signals[agent.road.axis];
    if (signal.colour === 'green') return 999;
    const front = agent.u + agent.driver.axleToCentre + agent.length / 2;
    const line = -agent.road.stopLine - front;
    const distance = line - agent.driver.stopsBefore;
    if (line < -1) return 999;
    const needed = (agent.speed * agent.speed) / (2 * Math.max(0.1, distance + 0.3));
    if (signal.colour === 'amber' && needed > 3.2) return 999;
    if (signal.colour === 'red' && needed > 6 && distance > 0) return 999;
    return Math.max(0, distance);
  }

  function decideSpeed(agent: Agent, seconds: number): void {
    openRoad(agent, 99, allowance);
    const distance = stopAhead(agent);
    if (distance < 999) stopAt(agent, distance, allowance);
    followSpots(agent, strips[agent.road.index]!, 999, allowance);
    wait(agent, seconds);
    accelerate(agent, allowance, stepSeconds);
  }

  /** Who stands needs a moment to notice that the way is free. */
  function wait(agent: Agent, seconds: number): void {
    if (agent.speed > 0.05 || allowance.calm <= 0.15) {
      agent.mayGoSince = agent.speed > 0.05 ? seconds - 10 : -1e9;
      if (agent.speed <= 0.05) allowance.safeSpeed = 0;
      return;
    }
    if (agent.mayGoSince < -1e8) agent.mayGoSince = seconds;
    if (seconds - agent.mayGoSince < agent.driver.reaction) allowance.safeSpeed = 0;
  }

  function move(agent: Agent): void {
    const before = agent.psi;
    agent.speed = Math.max(0, agent.speed + agent.acceleration * stepSeconds);
    if (agent.speed < 1e-4) agent.speed = 0;
    steerOnRoad(agent, stepSeconds);
    settleOnRoad(agent);
    settleBody(agent, (agent.psi - before) / stepSeconds, stepSeconds);
    if (agent.along * agent.u > agent.road.reach + 4) agent.gone = true;
  }

  function leave(): void {
    let kept = 0;
    for (const agent of agents) if (!agent.gone) agents[kept++] = agent;
    if (kept === agents.length) return;
    agents.length = kept;
    for (const strip of strips) {
      let left = 0;
      for (const spot of strip) if (!spot.agent.gone) strip[left++] = spot;
      strip.length = left;
    }
  }

  return { step, now, agents, signals, roads };
}

export type Simulation = ReturnType<typeof createSimulation>;

/** Sorts a strip's spots by place, cheaply because they hardly change order, and numbers them. */
function order(strip: Spot[]): void {
  for (let k = 0; k < strip.length; k++) {
    const spot = strip[k]!;
    let at = k;
    while (at > 0 && strip[at - 1]!.u > spot.u) {
      strip[at] = strip[at - 1]!;
      at--;
    }
    strip[at] = spot;
  }
  for (let k = 0; k < strip.length; k++) strip[k]!.agent.order = k;
}
