import { type Agent, createSpot, type Spot } from './agent.ts';
import { choosePlace, createPlaces } from './choose-place.ts';
import type { Demand } from './demand.ts';
import { arrive, createEntrance, letIn } from './entrance.ts';
import { type Allowance, accelerate, followSpots, openRoad, slowTo, stopAt } from './following.ts';
import type { RoadLayout } from './motion.ts';
import { createPassage, forget, type Passage, retrace } from './passage.ts';
import { avoidWalkers, keepToFile, kerbAhead, mayCross, peopleArriving, waitAtKerb } from './people.ts';
import {
  claimSpace,
  settleBody,
  settleOnRoad,
  settleOnTurn,
  shadow,
  steerOnRoad,
  steerOnTurn,
} from './pose.ts';
import { createRightOfWay, exitRoad, giveWay, turnSpeed } from './right-of-way.ts';
import { groupOf } from './road-users.ts';
import { roadsOf } from './roads.ts';
import { type SignalPlan, type SignalState, signalAt } from './signals.ts';
import { followAlongTurn } from './sweep.ts';
import { turnPath } from './turn-path.ts';

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

/** How far from the centre road users look out for each other's bodies in the junction, metres. */
const nearMetres = 28;
/** How far before the stop line a way through the junction is planned. */
const plannedMetres = 45;
const never = 999;

/** The state of one junction's traffic, moved on by `step`. */
export function createSimulation(options: SimulationOptions) {
  const { plan, demand, seed, stepSeconds, layout } = options;
  const roads = roadsOf(layout);
  const strips: Spot[][] = roads.map(() => []);
  const entrances = roads.map(createEntrance);
  const agents: Agent[] = [];
  const near: Agent[] = [];
  const shadows: Spot[] = [];
  const rules = createRightOfWay();
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
    for (; nextSecond <= seconds; nextSecond++) {
      for (const e of entrances) arrive(e, demand, seed, nextSecond);
      peopleArriving(roads, demand, seed, nextSecond, nextId, admit);
    }
    for (const e of entrances) letIn(e, demand, strips[e.road.index]!, seconds, nextId, admit);
    lookAround();
    for (const agent of agents) decidePlace(agent, seconds);
    for (const agent of agents) decideSpeed(agent, seconds);
    for (const agent of agents) move(agent);
    leave();
    steps++;
  }

  /** Puts those in the junction on all strips that they reach into, and sorts the strips. */
  function lookAround(): void {
    near.length = 0;
    let used = 0;
    for (const agent of agents) {
      if (Math.abs(agent.x) > nearMetres || Math.abs(agent.y) > nearMetres) continue;
      near.push(agent);
      for (const road of roads) {
        if (road === agent.road && !agent.turning) continue;
        let spot = shadows[used];
        if (spot === undefined || spot.agent !== agent) {
          spot = createSpot(agent);
          shadows[used] = spot;
        }
        if (!shadow(agent, road, spot)) continue;
        strips[road.index]!.push(spot);
        used++;
      }
    }
    for (const strip of strips) order(strip);
  }

  function decidePlace(agent: Agent, seconds: number): void {
    if (agent.turning) return;
    if (agent.kind === 'person') {
      walk(agent);
      return;
    }
    if (!keepsFile(agent)) choosePlace(agent, strips[agent.road.index]!, seconds, stopAhead(agent), places);
    planWay(agent);
  }

  function walk(agent: Agent): void {
    keepToFile(agent, roads[(agent.road.index + 1) % 4]!.crossingFrom);
    claimSpace(agent);
    const room = kerbAhead(agent);
    if (agent.passage === undefined && room > 0 && room < 6) enlist(agent);
  }

  /** From the stop line on, who turns, and whoever is not nimble, stays in its file until it has left the junction. */
  function keepsFile(agent: Agent): boolean {
    if (Math.abs(agent.u) > agent.road.stopLine + 4) return false;
    if (agent.path !== undefined || groupOf(agent.body) !== 'two-wheeler') return true;
    // Riders too swerve inside only round somebody who has stopped them.
    return agent.speed > 2.5 && agent.u > -agent.road.stopLine;
  }

  /** Plans the way through the junction in time, and again when the lateral place has changed. */
  function planWay(agent: Agent): void {
    const { passage, road } = agent;
    const ahead = -agent.along * agent.u - road.stopLine;
    if (passage === undefined) {
      if (ahead < plannedMetres && ahead > -1) enlist(agent);
    } else if (passage.road === road && Math.abs(passage.d - agent.target) > 0.25 && ahead > -30) {
      if (agent.turn !== 'straight') agent.path = pathOf(agent);
      retrace(passage);
      // Another way than the one that was decided on: everybody who has decided since goes first.
      if (passage.order > 0) passage.order = ++rules.decided;
    }
    if (agent.path !== undefined && ahead < 8 + 0.7 * agent.speed && !canTurn(agent)) goStraight(agent);
  }

  function enlist(agent: Agent): void {
    if (agent.turn !== 'straight') agent.path = pathOf(agent);
    const passage = createPassage(agent);
    agent.passage = passage;
    rules.passages[passage.movement]!.push(passage);
  }

  function pathOf(agent: Agent) {
    return turnPath(roads, agent.road, agent.turn === 'left' ? 'left' : 'right', agent.target, layout);
  }

  /** Whether it has come to the side that it must turn from. */
  function canTurn(agent: Agent): boolean {
    const { target, road, turn } = agent;
    if (Math.abs(agent.d - target) > 1.2) return false;
    const two = groupOf(agent.body) === 'two-wheeler';
    if (turn === 'left') return target < (two ? 2.4 : road.laneWidth);
    return road.width - target < (two ? 3 : 4.2);
  }

  function goStraight(agent: Agent): void {
    const decided = agent.passage!.order > 0;
    dismiss(agent.passage!);
    agent.turn = 'straight';
    agent.path = undefined;
    enlist(agent);
    if (decided) agent.passage!.order = ++rules.decided;
  }

  function dismiss(passage: Passage): void {
    const list = rules.passages[passage.movement]!;
    list.splice(list.indexOf(passage), 1);
    forget(passage);
    passage.agent.passage = undefined;
  }

  /** Metres to where the signal makes it stop; `never` if it does not. */
  function stopAhead(agent: Agent): number {
    const signal = signals[agent.road.axis];
    if (signal.colour === 'green' || agent.turning) return never;
    const front = agent.u + agent.driver.axleToCentre + agent.length / 2;
    const line = -agent.road.stopLine - front;
    const distance = line - agent.driver.stopsBefore;
    if (line < -1) return never;
    const needed = (agent.speed * agent.speed) / (2 * Math.max(0.1, distance + 0.3));
    if (signal.colour === 'amber' && needed > 3.2) return never;
    if (signal.colour === 'red' && needed > 6 && distance > 0) return never;
    return Math.max(0, distance);
  }

  function decideSpeed(agent: Agent, seconds: number): void {
    openRoad(agent, 99, allowance);
    if (agent.kind === 'person') decideStep(agent, seconds);
    else decideDrive(agent, seconds);
    wait(agent, seconds);
    accelerate(agent, allowance, stepSeconds);
  }

  function decideStep(agent: Agent, seconds: number): void {
    followSpots(agent, strips[agent.road.index]!, never, allowance);
    avoidWalkers(agent, near, allowance);
    const { passage } = agent;
    if (passage === undefined) return;
    passage.q = agent.along * agent.u;
    passage.enters =
      passage.order > 0 || mayCross(agent, signals[agent.road.axis === 'main' ? 'cross' : 'main']);
    waitAtKerb(agent, passage.enters, allowance);
    giveWay(rules, passage, seconds, strips[agent.road.index]!, allowance);
  }

  function decideDrive(agent: Agent, seconds: number): void {
    const stop = stopAhead(agent);
    if (stop < never) stopAt(agent, stop, allowance);
    if (agent.path !== undefined) followTurn(agent);
    else followSpots(agent, strips[agent.road.index]!, never, allowance);
    const { passage } = agent;
    if (passage !== undefined) {
      passage.q = positionOf(agent, passage);
      passage.enters = stop === never;
      passage.leftOver = passage.q > passage.fromQ + 1 && signals[passage.road.axis].colour === 'red';
      giveWay(rules, passage, seconds, strips[exitRoad(passage).index]!, allowance);
    }
  }

  function followTurn(agent: Agent): void {
    const path = agent.path!;
    const before = agent.turning ? 0 : path.startU - agent.u;
    if (!agent.turning) followSpots(agent, strips[agent.road.index]!, path.startU + 1, allowance);
    if (agent.s < 0.7 * path.length) slowTo(agent, turnSpeed(agent, path), before + 1, allowance);
    if (before < 14) followAlongTurn(agent, near, allowance);
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
    agent.speed = Math.max(0, agent.speed + agent.acceleration * stepSeconds);
    if (agent.speed < 1e-4) agent.speed = 0;
    if (agent.turning) moveOnTurn(agent);
    else moveOnRoad(agent);
    const { passage } = agent;
    if (passage !== undefined && (agent.gone || positionOf(agent, passage) > passage.toQ)) dismiss(passage);
  }

  function moveOnRoad(agent: Agent): void {
    const before = agent.psi;
    steerOnRoad(agent, stepSeconds);
    settleOnRoad(agent);
    settleBody(agent, (agent.psi - before) / stepSeconds, stepSeconds);
    if (agent.along * agent.u > agent.road.reach + 4) agent.gone = true;
    const { path } = agent;
    if (path === undefined || agent.u < path.startU) return;
    agent.turning = true;
    agent.s = agent.u - path.startU;
    agent.offset = agent.d - path.d;
    const strip = strips[agent.road.index]!;
    strip.splice(strip.indexOf(agent.spot), 1);
  }

  function moveOnTurn(agent: Agent): void {
    const path = agent.path!;
    const yawRate = steerOnTurn(agent, stepSeconds);
    settleBody(agent, yawRate, stepSeconds);
    if (agent.s < path.length) {
      settleOnTurn(agent);
      return;
    }
    agent.turning = false;
    agent.road = path.to;
    agent.u = path.endU + agent.s - path.length;
    agent.d = path.exitD + agent.offset;
    agent.target = path.exitD;
    agent.wish = path.exitD;
    agent.turn = 'straight';
    agent.path = undefined;
    agent.s = 0;
    settleOnRoad(agent);
    strips[agent.road.index]!.push(agent.spot);
  }

  /** Clears the strips of those who have left and of everybody's shadows. */
  function leave(): void {
    for (const strip of strips) {
      let left = 0;
      for (const spot of strip) if (!spot.agent.gone && spot === spot.agent.spot) strip[left++] = spot;
      strip.length = left;
    }
    let kept = 0;
    for (const agent of agents) if (!agent.gone) agents[kept++] = agent;
    agents.length = kept;
  }

  return { step, now, agents, signals, roads };
}

export type Simulation = ReturnType<typeof createSimulation>;

/** How far it has come on its way through the junction, whichever strip it is on by now. */
function positionOf(agent: Agent, passage: Passage): number {
  const { path } = passage;
  if (path === undefined) return agent.along * agent.u;
  if (agent.turning) return path.startU + agent.s;
  return agent.road === passage.road ? agent.u : path.startU + path.length + agent.u - path.endU;
}

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
  for (let k = 0; k < strip.length; k++) {
    const spot = strip[k]!;
    if (spot.agent.spot === spot) spot.agent.order = k;
  }
}
