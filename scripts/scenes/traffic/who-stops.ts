import type { Agent } from './agent.ts';
import type { Breakdown, Errand, PullOver, ShortStop } from './happenings.ts';
import { legOf } from './happenings.ts';
import { mix } from './random.ts';
import { groupOf } from './road-users.ts';
import { laneCentre, type Road, roadIndex } from './roads.ts';
import { stripOf, type World } from './world.ts';

type Stop = Breakdown | PullOver | ShortStop;

/** How long before the onset one looks for somebody who will be there in time. */
const leadSeconds = 45;
/** Speed of those who travel freely, for guessing arrivals. */
const usualSpeed = 9.3;

/**
 * Finds whoever will be at the place at about the wanted onset, and tells it to stop there. A car is sent along for a
 * breakdown or a pull-over, so that there is one on an empty road too. True once somebody has been told.
 */
export function beginStop(world: World, stop: Stop): boolean {
  const early = stop.onsetSeconds - world.seconds;
  const lead = stop.kind === 'short-stop' ? 0 : leadSeconds;
  if (early > lead) return false;
  const road = world.roads[roadIndex(stop.approach)]!;
  if (early > lead - world.stepSeconds) sendCar(world, road, stop);
  const best = bestFor(world, road, stop);
  // An ordinary stop for which nobody comes along does not take place.
  if (best === undefined) return stop.kind === 'short-stop' && early < -120;
  const late = world.seconds + arrival(world, best, stop) - stop.onsetSeconds;
  if (late < -2 || (late > 3 && early > 8)) return false;
  tell(best, stop);
  return true;
}

function sendCar(world: World, road: Road, stop: Stop): void {
  if (stop.kind === 'short-stop') return;
  const lane = stop.kind === 'breakdown' ? stop.lane : road.lanes;
  // Behind the junction it may have to wait for its green.
  const travel = (road.reach + stop.at) / usualSpeed + (legOf(stop.at) === 'out' ? 10 : 0);
  const seconds = Math.max(world.seconds, stop.onsetSeconds - travel);
  const waiting = world.entrances[road.index]!.waiting;
  const place = waiting.findIndex((arrival) => arrival.seconds > seconds);
  const seed = mix(world.seed, 9000 + 10 * road.index + lane);
  waiting.splice(place < 0 ? waiting.length : place, 0, { body: 'sedan', seed, seconds, lane });
}

/** Of those who suit, the one that will be there nearest to the onset. */
function bestFor(world: World, road: Road, stop: Stop): Agent | undefined {
  let best: Agent | undefined;
  let least = Infinity;
  for (const { agent } of stripOf(world, road)) {
    if (agent.road !== road || agent.turning || !suits(agent, stop)) continue;
    const off = Math.abs(world.seconds + arrival(world, agent, stop) - stop.onsetSeconds);
    if (off >= least) continue;
    least = off;
    best = agent;
  }
  return best;
}

/** Seconds until it would stand there, with a guess at the signal. */
function arrival(world: World, agent: Agent, stop: Stop): number {
  const room = stop.at - agent.spot.u;
  const driving = room / (0.8 * agent.driver.desiredSpeed) + 2;
  const line = -agent.road.stopLine - agent.u;
  if (legOf(stop.at) === 'in' || line < 0) return driving;
  const { colour, leftSeconds } = world.signals[agent.road.axis];
  const green = colour === 'red' ? leftSeconds : 0;
  return driving + Math.max(0, green - line / usualSpeed) + (agent.speed < 2 ? 3 : 0);
}

function suits(agent: Agent, stop: Stop): boolean {
  const { road, u, turn, errand, spot, speed, driver } = agent;
  if (agent.along < 0 || agent.kind === 'person' || errand !== undefined) return false;
  const room = stop.at - spot.u;
  if (room < 5 + (speed * speed) / (1.6 * driver.comfortBraking) + sideways(agent, stop)) return false;
  // Nobody decides to stop where it is busy with the junction.
  if (u < 0 && turn !== 'straight') return false;
  if (legOf(stop.at) === 'in' && u > -road.stopLine - 8) return false;
  if (stop.kind !== 'short-stop') return groupOf(agent.body) === 'car';
  if (room > 75 || speed < 2) return false;
  return stop.who === 'bus' ? agent.kind === 'bus' : agent.kind === 'motorbike';
}

/** Road that it takes to get over to the other lane or the kerb. */
function sideways(agent: Agent, stop: Stop): number {
  const inLane = stop.kind === 'breakdown' && isIn(agent, stop.lane);
  return inLane ? 0 : 12 + 1.3 * agent.speed;
}

function isIn({ d, target, road }: Agent, lane: number): boolean {
  return Math.abs(d - laneCentre(road, lane)) < 0.9 && Math.abs(target - d) < 0.5;
}

function tell(agent: Agent, stop: Stop): void {
  const { kind, at, seconds } = stop;
  agent.errand = { cause: kind, stopAt: at, place: placeFor(agent, stop), seconds, stoodSince: undefined };
  agent.wish = agent.errand.place ?? agent.target;
}

function placeFor(agent: Agent, stop: Stop): Errand['place'] {
  const { road, width } = agent;
  if (stop.kind === 'breakdown') return isIn(agent, stop.lane) ? undefined : laneCentre(road, stop.lane);
  return road.width - width / 2 - (stop.kind === 'short-stop' && stop.who === 'bus' ? 0.5 : 0.2);
}
