import { type Agent, createAgent, type Spot } from './agent.ts';
import { arrivalsIn, type Demand } from './demand.ts';
import { type Allowance, follow, stopAt } from './following.ts';
import { settleOnRoad } from './pose.ts';
import { draw } from './random.ts';
import type { Road } from './roads.ts';
import type { SignalState } from './signals.ts';

/**
 * People on foot. They use the strips' coordinates beyond the kerb: along the pavement near the kerb, over the next leg
 * on its crossing, and on along the pavement. Who walks against the strip's direction keeps further from the kerb.
 */

/** Streams of arrivals: after the four of vehicles, two for each strip. */
const firstStream = 4;
/** Distance of the files from the inner edge of a crossing, by direction. */
const files = { with: [0.4, 1.1], against: [1.9, 2.6] } as const;

/** People who arrive at both ends of every pavement in the second that begins at `second`. */
export function peopleArriving(
  roads: readonly Road[],
  demand: Demand,
  seed: number,
  second: number,
  nextId: () => number,
  admit: (agent: Agent) => void,
): void {
  for (const road of roads) {
    for (const along of [1, -1] as const) {
      const stream = firstStream + 2 * road.index + (along > 0 ? 0 : 1);
      for (const arrival of arrivalsIn(demand, demand.pedestriansPerHour, seed, stream, second)) {
        admit(person(nextId(), arrival.seed, road, along, -road.reach));
      }
    }
  }
}

/** Somebody on the pavement, `q` metres along their own way from the middle of the junction. */
export function person(id: number, seed: number, road: Road, along: 1 | -1, q: number): Agent {
  const agent = createAgent(id, 'pedestrian', seed, 1, road, along);
  agent.u = along * q;
  agent.wish = fileOf(agent);
  agent.target = pavementFile(agent);
  agent.d = agent.target;
  agent.speed = agent.driver.desiredSpeed;
  settleOnRoad(agent);
  return agent;
}

function fileOf({ seed, along }: Agent): number {
  return files[along > 0 ? 'with' : 'against'][draw(seed, 60) < 0.5 ? 0 : 1];
}

function pavementFile(agent: Agent): number {
  return agent.road.width + 1.1 + 0.75 * agent.wish;
}

/** Lateral place on the way: near the kerb on the pavement, in the crossing's band around the junction. */
export function keepToFile(agent: Agent, crossingFrom: number): void {
  const { road, u } = agent;
  const far = Math.min(1, Math.max(0, (Math.abs(u) - road.boxHalf - 1.5) / 9));
  const eased = far * far * (3 - 2 * far);
  agent.target = crossingFrom + agent.wish + eased * (pavementFile(agent) - crossingFrom - agent.wish);
}

/** Whether the signal lets somebody step off the kerb: the traffic of the crossed leg is held long enough. */
export function mayCross(agent: Agent, crossed: SignalState): boolean {
  const needed = (2 * agent.road.boxHalf) / agent.driver.desiredSpeed;
  return crossed.colour === 'red' && crossed.sinceSeconds > 1 && crossed.leftSeconds > needed + 1;
}

/** Where people stand and wait, before the kerb. */
export function kerbAhead(agent: Agent): number {
  return -agent.road.boxHalf - 0.5 - agent.along * agent.u;
}

/** Lets others pass who walk across the own way, at the corners. */
export function avoidWalkers(agent: Agent, near: readonly Agent[], allowance: Allowance): void {
  const c = Math.cos(agent.heading);
  const s = Math.sin(agent.heading);
  for (const other of near) {
    if (other.kind !== 'person' || other === agent || other.road === agent.road) continue;
    const dx = other.x - agent.x;
    const dy = other.y - agent.y;
    const ahead = dx * c + dy * s;
    if (ahead < 0 || ahead > 1.8) continue;
    const aside = Math.abs(dy * c - dx * s);
    const first = other.id < agent.id;
    if (aside < (first ? 0.9 : 0.56)) follow(agent, Math.max(0, ahead - 0.55), 0, 0.1, allowance);
  }
}

/** Stands at the kerb as long as it may not go. */
export function waitAtKerb(agent: Agent, allowed: boolean, allowance: Allowance): void {
  const room = kerbAhead(agent);
  if (!allowed && room > -0.3 && room < 6) stopAt(agent, Math.max(0, room), allowance);
}

/** Whether a spot belongs to somebody on foot who has come onto the carriageway's strip. */
export function onCarriageway(spot: Spot, road: Road): boolean {
  return spot.agent.kind === 'person' && spot.low < road.width;
}
