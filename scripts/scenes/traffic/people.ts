import { type Agent, createAgent, type Spot } from './agent.ts';
import { arrivalsIn } from './demand.ts';
import { type Allowance, follow, followSpots, openRoad, stopAt, straightGap } from './following.ts';
import { claimSpace, settleOnRoad } from './pose.ts';
import { draw } from './random.ts';
import { giveWay } from './right-of-way.ts';
import type { Road } from './roads.ts';
import type { SignalState } from './signals.ts';
import { enlist } from './ways.ts';
import { admit, stripOf, type World } from './world.ts';

/**
 * People on foot. They use the strips' coordinates beyond the kerb: along the pavement near the kerb, over the next leg
 * on its crossing, and on along the pavement. Who walks against the strip's direction keeps further from the kerb.
 */

/** Streams of arrivals: after the four of vehicles, two for each strip. */
const firstStream = 4;
/** Distance of the files from the inner edge of a crossing, by direction. */
const files = { with: [0.35, 0.95], against: [1.55, 2.15] } as const;

/** People who arrive at both ends of every pavement in the second that begins at `second`. */
export function peopleArriving(world: World, second: number): void {
  const { demand } = world.scenario;
  for (const road of world.roads) {
    const crossed = world.roads[(road.index + 1) % 4]!;
    for (const along of [1, -1] as const) {
      const stream = firstStream + 2 * road.index + (along > 0 ? 0 : 1);
      for (const arrival of arrivalsIn(demand, demand.pedestriansPerHour, world.seed, stream, second)) {
        const id = world.lastId + 1;
        const one = person(id, arrival.seed, road, along, -road.reach, crossed.crossingFrom);
        if (!hasRoom(world, one)) continue;
        world.lastId = id;
        admit(world, one);
      }
    }
  }
}

/** Somebody on the pavement, `q` metres along their own way from the middle of the junction. */
export function person(
  id: number,
  seed: number,
  road: Road,
  along: 1 | -1,
  q: number,
  crossingFrom: number,
): Agent {
  const agent = createAgent(id, 'pedestrian', seed, 1, road, along);
  agent.u = along * q;
  agent.wish = fileOf(agent);
  agent.target = fileAt(agent, crossingFrom, agent.u);
  agent.d = agent.target;
  agent.speed = agent.driver.desiredSpeed;
  settleOnRoad(agent);
  return agent;
}

/** Whether somebody can begin where they are; who finds the pavement's end occupied comes another way. */
export function hasRoom(world: World, { spot, road }: Agent): boolean {
  return stripOf(world, road).every(
    (other) =>
      Math.abs(other.u - spot.u) > 1.2 + other.halfU || other.high < spot.low || other.low > spot.high,
  );
}

function fileOf({ seed, along }: Agent): number {
  return files[along > 0 ? 'with' : 'against'][draw(seed, 60) < 0.5 ? 0 : 1];
}

/** Where somebody on foot wants to walk, and the way over the next leg. */
export function walk(world: World, agent: Agent): void {
  if (agent.stroll !== undefined && strolls(world, agent)) agent.target = agent.stroll.d;
  else agent.target = fileAt(agent, crossedRoad(world, agent).crossingFrom, agent.u);
  claimSpace(agent);
  const room = kerbAhead(agent);
  if (agent.passage === undefined && room > 0 && room < 6) enlist(world, agent);
}

/** The strip that comes in on the leg that it is going to cross. */
function crossedRoad(world: World, agent: Agent): Road {
  return world.roads[(agent.road.index + 1) % 4]!;
}

/** Lateral place at `u`: near the kerb on the pavement, in the crossing's band around the junction. */
function fileAt(agent: Agent, crossingFrom: number, u: number): number {
  const { road, wish } = agent;
  const far = Math.min(1, Math.max(0, (Math.abs(u) - road.boxHalf - 2) / 16));
  const eased = far * far * (3 - 2 * far);
  return wish + crossingFrom + eased * (pavementFrom(road, crossingFrom) - crossingFrom);
}

/** Inner edge of the strip of pavement that people walk on. */
function pavementFrom(road: Road, crossingFrom: number): number {
  return Math.min(crossingFrom, road.width + 2.2);
}

/** Feet need no steering: who walks in a file is exactly in it, so that files that are told apart never touch. */
export function stepInFile(world: World, agent: Agent): void {
  if (agent.stroll !== undefined) return;
  const from = crossedRoad(world, agent).crossingFrom;
  agent.d = fileAt(agent, from, agent.u);
  agent.psi = Math.atan((agent.along * (fileAt(agent, from, agent.u + 0.1) - agent.d)) / 0.1);
  agent.target = agent.d;
}

/** Whether it is on the part of its way that leads along the carriageway; it steps off only where there is a gap. */
function strolls(world: World, agent: Agent): boolean {
  const { from, metres } = agent.stroll!;
  const walked = agent.along * (agent.u - from);
  if (walked < 0 || walked > metres) return false;
  if (agent.d < agent.road.width || hasGap(agent, stripOf(world, agent.road))) return true;
  // Waits at the kerb for its gap.
  agent.speed = Math.min(agent.speed, 0.2);
  return false;
}

function hasGap(agent: Agent, spots: readonly Spot[]): boolean {
  for (const spot of spots) {
    if (spot.agent === agent || spot.low > agent.road.width || spot.high < agent.stroll!.d - 0.8) continue;
    const towards = agent.u - spot.u;
    if (Math.abs(towards) < spot.halfU + 2.5) return false;
    if (towards * spot.speedU > 0 && Math.abs(towards) < 3 + 1.7 * Math.abs(spot.speedU)) return false;
  }
  return true;
}

/** How fast somebody on foot may go on. */
export function decideStep(world: World, agent: Agent): void {
  const { allowance } = world;
  openRoad(agent, 99, allowance);
  if (agent.stroll === undefined) followInFile(world, agent);
  else followSpots(agent, stripOf(world, agent.road), 999, allowance);
  if (Math.abs(agent.u) < agent.road.boxHalf + 1) avoidVehicles(agent, world.near, allowance);
  if (agent.speed > 0.1) agent.movedAt = world.seconds;
  avoidWalkers(agent, world.near, world.seconds - agent.movedAt > 5, allowance);
  const { passage } = agent;
  if (passage === undefined) return;
  passage.q = agent.along * agent.u;
  passage.enters = passage.order > 0 || mayCross(agent, world.signals[crossedRoad(world, agent).axis]);
  waitAtKerb(agent, passage.enters, allowance);
  giveWay(world.rules, passage, world.seconds, stripOf(world, agent.road), allowance);
}

/** Whether the signal lets somebody step off the kerb: the traffic of the crossed leg is held long enough. */
function mayCross(agent: Agent, crossed: SignalState): boolean {
  const needed = (2 * agent.road.boxHalf) / agent.driver.desiredSpeed;
  return crossed.colour === 'red' && crossed.sinceSeconds > 1 && crossed.leftSeconds > needed + 1;
}

/** Where people stand and wait, before the kerb. */
function kerbAhead(agent: Agent): number {
  return -agent.road.boxHalf - 0.5 - agent.along * agent.u;
}

/** Only who walks in the same file is in the way: files do not touch. */
function followInFile(world: World, agent: Agent): void {
  const spots = stripOf(world, agent.road);
  const { spot, along } = agent;
  for (let k = agent.order + along; k >= 0 && k < spots.length; k += along) {
    const other = spots[k]!;
    const gap = along * (other.u - spot.u) - spot.halfU - other.halfU;
    if (gap > 3) return;
    const strays = other.agent.stroll !== undefined && other.low < spot.high && other.high > spot.low;
    const sameFile = other.agent.wish === agent.wish && other.agent.road === agent.road;
    if (other.agent.kind !== 'person' || !(sameFile || strays)) continue;
    follow(agent, Math.max(0, gap), other.agent.speed, agent.driver.standingGap, world.allowance);
    return;
  }
}

/** On a crossing: nobody walks into what stands or drives there. */
function avoidVehicles(agent: Agent, near: readonly Agent[], allowance: Allowance): void {
  for (const other of near) {
    if (other.kind === 'person' || Math.abs(other.x - agent.x) > 9 || Math.abs(other.y - agent.y) > 9)
      continue;
    const gap = straightGap(agent, other, 2.5);
    if (gap < 2.5) follow(agent, gap, 0, 0.4, allowance);
  }
}

/** At the corners, where ways cross: whoever came later stops short of the other's way; nobody walks into anybody. */
function avoidWalkers(agent: Agent, near: readonly Agent[], impatient: boolean, allowance: Allowance): void {
  const c = Math.cos(agent.heading);
  const s = Math.sin(agent.heading);
  for (const other of near) {
    if (other.kind !== 'person' || other === agent || other.road.axis === agent.road.axis) continue;
    const dx = other.x - agent.x;
    const dy = other.y - agent.y;
    if (dx > 4 || dx < -4 || dy > 4 || dy < -4) continue;
    const ahead = dx * c + dy * s;
    const aside = dy * c - dx * s;
    if (ahead > 0 && ahead < 1.2 && Math.abs(aside) < 0.56) follow(agent, ahead - 0.5, 0, 0.1, allowance);
    else if (!impatient && other.id < agent.id) letPass(agent, other, ahead, aside, allowance);
  }
}

/** Stops short of the way of somebody who comes from the side and is about to be there. */
function letPass(agent: Agent, other: Agent, ahead: number, aside: number, allowance: Allowance): void {
  const turned = other.heading - agent.heading;
  const across = Math.sin(turned);
  if (Math.abs(across) < 0.5) return;
  const untilMet = -aside / across;
  const room = ahead + untilMet * Math.cos(turned);
  if (room < 0.55 || room > 3 || untilMet < -0.7 || untilMet > 2.5) return;
  if (other.speed > 0.2 || untilMet < 0.9) stopAt(agent, room - 0.75, allowance);
}

/** Stands at the kerb as long as it may not go. */
function waitAtKerb(agent: Agent, allowed: boolean, allowance: Allowance): void {
  const room = kerbAhead(agent);
  if (!allowed && room > -0.3 && room < 6) stopAt(agent, Math.max(0, room), allowance);
}
