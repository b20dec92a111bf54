import { type Agent, createAgent } from './agent.ts';
import { inLoop } from './demand.ts';
import { slowTo, stopAt } from './following.ts';
import type { Errand, Happening, Hesitation, Parked, Walker, WrongWay } from './happenings.ts';
import { hasRoom, person } from './people.ts';
import { settleOnRoad } from './pose.ts';
import { draw, mix } from './random.ts';
import { groupOf, sizeOf } from './road-users.ts';
import { laneCentre, type Road, roadIndex } from './roads.ts';
import { beginStop } from './who-stops.ts';
import { admit, stripOf, type World } from './world.ts';

/** Follows an errand: drives to its place, stands there for its time, and forgets it. */
export function doErrand(world: World, agent: Agent, errand: Errand): void {
  const { allowance, seconds } = world;
  if (errand.stoodSince !== undefined) {
    if (seconds - errand.stoodSince < errand.seconds) allowance.safeSpeed = 0;
    else finish(agent, errand);
    return;
  }
  let room = errand.stopAt - agent.spot.u;
  if (errand.place !== undefined && Math.abs(agent.d - errand.place) > 0.3) {
    // Not over there yet: on, slowly, until it is.
    if (room < 7) errand.stopAt = agent.spot.u + 7;
    room = Math.max(room, 7);
    slowTo(agent, 4, room - 7, allowance);
  }
  stopAt(agent, Math.max(0, room), allowance);
  // Held up on the way there, it does not insist on the very place.
  const heldUp = room < 12 && seconds - agent.movedAt > 6;
  if (agent.speed < 0.1 && (room < 2 || heldUp || errand.cause === 'hesitation')) errand.stoodSince = seconds;
}

function finish(agent: Agent, errand: Errand): void {
  agent.errand = undefined;
  if (errand.place !== undefined && groupOf(agent.body) !== 'two-wheeler') {
    agent.wish = laneCentre(agent.road, agent.road.lanes);
  }
}

/** Looks for the moment and the road user of a happening; true once it is under way. */
export function begin(world: World, happening: Happening): boolean {
  switch (happening.kind) {
    case 'breakdown':
    case 'pull-over':
    case 'short-stop':
      return beginStop(world, happening);
    case 'hesitation':
      return beginHesitation(world, happening);
    case 'parked':
      return park(world, happening);
    case 'wrong-way':
      return beginWrongWay(world, happening);
    case 'walker':
      return beginWalk(world, happening);
    case 'bottleneck':
    case 'slow-stretch': {
      if (world.seconds < happening.onsetSeconds) return false;
      const road = roadOf(world, happening);
      const to = happening.at + (happening.kind === 'slow-stretch' ? happening.metres : 4);
      const untilSeconds = world.seconds + happening.seconds;
      world.slow.push({ road, from: happening.at, to, speed: happening.speed, untilSeconds });
      return true;
    }
  }
}

function roadOf(world: World, { approach }: Happening): Road {
  return world.roads[roadIndex(approach)]!;
}

/** The first in line at a red signal dreams when it turns green. */
function beginHesitation(world: World, happening: Hesitation): boolean {
  const road = roadOf(world, happening);
  const signal = world.signals[road.axis];
  if (world.seconds < happening.onsetSeconds || signal.colour !== 'green' || signal.sinceSeconds > 0.5)
    return false;
  for (const spot of [...stripOf(world, road)].reverse()) {
    const { agent } = spot;
    if (agent.spot !== spot || agent.kind === 'person' || agent.errand !== undefined) continue;
    if (agent.u > -road.stopLine || agent.u < -road.stopLine - 12 || agent.speed > 0.3) continue;
    if (groupOf(agent.body) === 'two-wheeler') continue;
    agent.errand = {
      cause: 'hesitation',
      stopAt: spot.u,
      place: undefined,
      seconds: happening.seconds,
      stoodSince: undefined,
    };
    return true;
  }
  return world.seconds > happening.onsetSeconds + 120;
}

function park(world: World, happening: Parked): boolean {
  const road = roadOf(world, happening);
  const { width } = sizeOf(happening.body);
  const seed = mix(world.seed, 5000 + Math.round(happening.at * 10) + road.index);
  const agent = createAgent(++world.lastId, happening.body, seed, 1, road, 1);
  agent.d = road.width - width / 2 - 0.15;
  agent.u = happening.at - agent.driver.axleToCentre;
  agent.target = agent.d;
  agent.wish = agent.d;
  agent.errand = {
    cause: 'parked',
    stopAt: happening.at,
    place: undefined,
    seconds: Number.POSITIVE_INFINITY,
    stoodSince: world.seconds,
  };
  settleOnRoad(agent);
  admit(world, agent);
  return true;
}

/** Whoever does something at a time of the loop is the same in every loop. */
function seedOf(world: World, onsetSeconds: number, stream: number): number {
  return mix(world.seed, stream + 10 * Math.round(inLoop(world.scenario.demand, onsetSeconds) * 10));
}

function beginWrongWay(world: World, happening: WrongWay): boolean {
  if (world.seconds < happening.onsetSeconds) return false;
  const road = roadOf(world, happening);
  const seed = seedOf(world, happening.onsetSeconds, 6000 + road.index);
  const agent = createAgent(++world.lastId, 'motorbike', seed, 0.72, road, -1);
  const fromKerb = happening.where === 'kerb' ? 0.6 + 0.4 * draw(seed, 70) : 2.6 + 1.2 * draw(seed, 70);
  agent.wish = road.width - fromKerb;
  agent.target = agent.wish;
  agent.d = agent.wish;
  agent.u = road.reach + agent.driver.axleToCentre;
  agent.speed = agent.driver.desiredSpeed;
  settleOnRoad(agent);
  admit(world, agent);
  return true;
}

/** Somebody on foot sets out at the end of the pavement so as to be at the place at the onset. */
function beginWalk(world: World, happening: Walker): boolean {
  const road = roadOf(world, happening);
  const seed = seedOf(world, happening.onsetSeconds, 7000 + road.index);
  const from = -road.reach;
  const { crossingFrom } = world.roads[(road.index + 1) % 4]!;
  const walker = person(world.lastId + 1, seed, road, happening.along, from, crossingFrom);
  const seconds = (happening.along * happening.at - from) / walker.driver.desiredSpeed;
  const late = world.seconds - (happening.onsetSeconds - seconds);
  if (late < 0 || !hasRoom(world, walker)) return false;
  world.lastId++;
  walker.stroll = { from: happening.at, metres: happening.metres, d: happening.d };
  admit(world, walker);
  return true;
}
