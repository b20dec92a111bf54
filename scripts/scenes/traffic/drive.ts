import type { Agent } from './agent.ts';
import { choosePlace } from './choose-place.ts';
import { doErrand } from './errands.ts';
import { followSpots, openRoad, slowTo, stopAt } from './following.ts';
import { exitRoad, giveWay, turnSpeed } from './right-of-way.ts';
import { groupOf } from './road-users.ts';
import { followAlongTurn } from './sweep.ts';
import { planWay, positionOf } from './ways.ts';
import { stripOf, type World } from './world.ts';

const never = 999;

/** Where on the road a vehicle wants to be, and its way through the junction. */
export function decidePlace(world: World, agent: Agent): void {
  if (agent.speed > 0.1) agent.movedAt = world.seconds;
  if (agent.turning) return;
  if (!keepsFile(agent, world.seconds)) {
    choosePlace(agent, stripOf(world, agent.road), world.seconds, stopAhead(world, agent), world.places);
  }
  planWay(world, agent);
}

/** Who must not change its lateral place now. */
function keepsFile(agent: Agent, seconds: number): boolean {
  if (agent.errand !== undefined && agent.errand.place === undefined) return true;
  if (Math.abs(agent.u) > agent.road.stopLine + 4) return false;
  // From the stop line on, who turns, and whoever is not nimble, stays in its file until it has left the junction.
  if (agent.path !== undefined || groupOf(agent.body) !== 'two-wheeler') return true;
  // Riders too swerve inside only round somebody who has stopped them for a while.
  return agent.along * agent.u > -agent.road.stopLine && seconds - agent.movedAt < 1.5;
}

/** Metres to where the signal makes it stop; `never` if it does not. */
function stopAhead(world: World, agent: Agent): number {
  const signal = world.signals[agent.road.axis];
  if (signal.colour === 'green' || agent.turning) return never;
  const front = agent.along * agent.u + agent.driver.axleToCentre + agent.length / 2;
  const line = -agent.road.stopLine - front;
  const distance = line - agent.driver.stopsBefore;
  if (line < -1) return never;
  const needed = (agent.speed * agent.speed) / (2 * Math.max(0.1, distance + 0.3));
  if (signal.colour === 'amber' && needed > 3.2) return never;
  if (signal.colour === 'red' && needed > 6 && distance > 0) return never;
  return Math.max(0, distance);
}

/** How fast a vehicle may go, from everything around it. */
export function decideDrive(world: World, agent: Agent): void {
  const { allowance } = world;
  openRoad(agent, 99, allowance);
  const stop = stopAhead(world, agent);
  if (stop < never) stopAt(agent, stop, allowance);
  if (world.slow.length > 0) mindSlowZones(world, agent);
  if (agent.path !== undefined) followTurn(world, agent);
  else followSpots(agent, stripOf(world, agent.road), never, allowance);
  if (agent.errand !== undefined) doErrand(world, agent, agent.errand);
  if (agent.passage !== undefined) passJunction(world, agent, stop === never);
}

function passJunction(world: World, agent: Agent, enters: boolean): void {
  const passage = agent.passage!;
  passage.q = positionOf(agent, passage);
  passage.enters = enters;
  const red = world.signals[passage.road.axis].colour === 'red';
  passage.leftOver = passage.q > passage.fromQ + 1 && red;
  giveWay(world.rules, passage, world.seconds, stripOf(world, exitRoad(passage)), world.allowance);
}

function mindSlowZones(world: World, agent: Agent): void {
  for (const zone of world.slow) {
    if (zone.road !== agent.road || agent.along < 0 || agent.u > zone.to) continue;
    const room = zone.from - agent.spot.u - agent.spot.halfU;
    if (zone.speed > 0.1) slowTo(agent, zone.speed, Math.max(0, room), world.allowance);
    else if (room > -0.5 && room < 90) stopAt(agent, Math.max(0, room), world.allowance);
  }
}

function followTurn(world: World, agent: Agent): void {
  const path = agent.path!;
  const { allowance } = world;
  const before = agent.turning ? 0 : path.startU - agent.u;
  if (!agent.turning) followSpots(agent, stripOf(world, agent.road), path.startU + 1, allowance);
  // As slow as the bend demands where it is sharpest, a quarter of the way into it, until it opens again.
  const sharpAt = before + Math.max(0, 0.25 * path.length - agent.s);
  if (agent.s < 0.75 * path.length) slowTo(agent, turnSpeed(agent, path), sharpAt, allowance);
  if (before < 14) followAlongTurn(agent, world.near, world.seconds - agent.movedAt > 4, allowance);
}

/** What others can read from it. */
export function signal(agent: Agent): void {
  const { errand } = agent;
  if (errand !== undefined && errand.cause !== 'hesitation') agent.indicator = errandLamps(agent);
  else if (agent.turn !== 'straight' && -agent.along * agent.u < agent.road.stopLine + 45)
    agent.indicator = agent.turn;
  else agent.indicator = changeLamps(agent);
}

function errandLamps({ errand, speed, kind }: Agent): Agent['indicator'] {
  if (errand!.cause === 'parked') return 'none';
  if (errand!.cause === 'breakdown') return speed < 3 ? 'hazard' : 'none';
  if (kind === 'motorbike') return 'none';
  return errand!.cause === 'pull-over' && errand!.stoodSince !== undefined ? 'hazard' : 'right';
}

function changeLamps(agent: Agent): Agent['indicator'] {
  const way = agent.target - agent.d;
  if (Math.abs(way) < 1 || groupOf(agent.body) === 'two-wheeler') return 'none';
  return way * agent.along > 0 ? 'right' : 'left';
}
