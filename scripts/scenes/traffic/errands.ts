import { type Agent, createAgent } from './agent.ts';
import { inLoop } from './demand.ts';
import { slowTo, stopAt } from './following.ts';
import type {
  Breakdown,
  Errand,
  Happening,
  Hesitation,
  Parked,
  PullOver,
  ShortStop,
  Walker,
  WrongWay,
} from './happenings.ts';
import { legOf } from './happenings.ts';
import { person } from './people.ts';
import { settleOnRoad } from './pose.ts';
import { draw, mix } from './random.ts';
import { groupOf, sizeOf } from './road-users.ts';
import { laneCentre, type Road, roadIndex } from './roads.ts';
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
  const heldUp = seconds - agent.movedAt > 6;
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

/** Picks whoever will get to the place soonest after the wanted onset and can still stop there. */
function beginStop(world: World, happening: Breakdown | PullOver | ShortStop): boolean {
  if (world.seconds < happening.onsetSeconds - 12) return false;
  const road = roadOf(world, happening);
  for (const spot of stripOf(world, road)) {
    const { agent } = spot;
    if (agent.spot !== spot || agent.errand !== undefined || !suits(agent, happening)) continue;
    const room = happening.at - spot.u;
    const needed =
      4 + (agent.speed * agent.speed) / (2 * 0.8 * agent.driver.comfortBraking) + sideways(agent, happening);
    if (room < needed || room > 75) continue;
    if (world.seconds + room / Math.max(4, 0.62 * agent.speed) < happening.onsetSeconds) continue;
    agent.errand = stopErrand(agent, happening);
    if (agent.errand.place !== undefined) agent.wish = agent.errand.place;
    else agent.wish = agent.target;
    return true;
  }
  return false;
}

/** Road that it takes to get over to the kerb. */
function sideways(agent: Agent, happening: Breakdown | PullOver | ShortStop): number {
  return happening.kind === 'breakdown' ? 0 : 10 + 1.2 * agent.speed;
}

function suits(agent: Agent, happening: Breakdown | PullOver | ShortStop): boolean {
  const { road, u, turn } = agent;
  if (agent.along < 0 || agent.kind === 'person' || agent.speed < 2) return false;
  // Nobody decides to stop in the middle of the junction, or where it is busy with its turn.
  const out = legOf(happening.at) === 'out';
  if (out ? u < -road.stopLine || agent.path !== undefined : u > -road.stopLine - 8) return false;
  if (u < 0 && turn !== 'straight') return false;
  if (happening.kind === 'short-stop')
    return happening.who === 'bus' ? agent.kind === 'bus' : agent.kind === 'motorbike';
  if (groupOf(agent.body) !== 'car') return false;
  if (happening.kind === 'pull-over') return true;
  return Math.abs(agent.d - laneCentre(road, happening.lane)) < 0.9 && Math.abs(agent.target - agent.d) < 0.5;
}

function stopErrand(agent: Agent, happening: Breakdown | PullOver | ShortStop): Errand {
  const { kind, at, seconds } = happening;
  const atKerb =
    agent.road.width - agent.width / 2 - (kind === 'short-stop' && happening.who === 'bus' ? 0.5 : 0.2);
  return {
    cause: kind,
    stopAt: at,
    place: kind === 'breakdown' ? undefined : atKerb,
    seconds,
    stoodSince: undefined,
  };
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
  if (late < 0) return false;
  world.lastId++;
  walker.stroll = { from: happening.at, metres: happening.metres, d: happening.d };
  admit(world, walker);
  return true;
}
