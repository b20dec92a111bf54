import { type Agent, createAgent, type Spot, type Turn } from './agent.ts';
import { type Arrival, arrivalsIn, type Demand } from './demand.ts';
import { settleOnRoad } from './pose.ts';
import { draw, drawBetween } from './random.ts';
import { groupOf } from './road-users.ts';
import { laneCentre, type Road } from './roads.ts';

/** Vehicles that wait outside the scene at the end of one strip. Bounded: who finds it full takes another way. */
export interface Entrance {
  readonly road: Road;
  readonly waiting: Arrival[];
  /** The first of those waiting, already made. */
  next: Agent | undefined;
  turnedAway: number;
}

const longestQueue = 30;

export function createEntrance(road: Road): Entrance {
  return { road, waiting: [], next: undefined, turnedAway: 0 };
}

/** Adds the arrivals of the second that begins at `second`. */
export function arrive(entrance: Entrance, demand: Demand, seed: number, second: number): void {
  const { road, waiting } = entrance;
  const arrivals = arrivalsIn(demand, demand.vehiclesPerHour[road.approach], seed, road.index, second);
  for (const arrival of arrivals) {
    if (waiting.length < longestQueue) waiting.push(arrival);
    else entrance.turnedAway++;
  }
  // Somebody who is sent along waits for a later moment than theirs.
  if (arrivals.length > 0) waiting.sort((a, b) => a.seconds - b.seconds);
}

/** Lets in whoever is due and finds room; `admit` takes the new road user. */
export function letIn(
  entrance: Entrance,
  demand: Demand,
  spots: readonly Spot[],
  seconds: number,
  nextId: () => number,
  admit: (agent: Agent) => void,
): void {
  for (let tried = 0; tried < 3; tried++) {
    const first = entrance.waiting[0];
    if (first === undefined || first.seconds > seconds) return;
    entrance.next ??= newcomer(first, entrance.road, demand, nextId());
    if (!placeAtEnd(entrance.next, spots)) return;
    admit(entrance.next);
    entrance.waiting.shift();
    entrance.next = undefined;
  }
}

function newcomer(arrival: Arrival, road: Road, demand: Demand, id: number): Agent {
  const agent = createAgent(id, arrival.body, arrival.seed, demand.pace, road, 1);
  agent.turn = arrival.lane === undefined ? turnOf(arrival, demand) : 'straight';
  agent.wish =
    arrival.lane === undefined ? wishOf(arrival, agent.turn, road) : laneCentre(road, arrival.lane);
  agent.decideAt = arrival.seconds;
  return agent;
}

/** Puts it at the end of the strip where there is most room near its wish; false if there is too little. */
function placeAtEnd(agent: Agent, spots: readonly Spot[]): boolean {
  const { road, wish } = agent;
  const half = agent.width / 2;
  const two = groupOf(agent.body) === 'two-wheeler';
  let best = wish;
  let bestRoom = -1;
  for (let k = 0; k < (two ? 9 : road.lanes); k++) {
    const d = two ? wish + (k % 2 === 0 ? 1 : -1) * Math.ceil(k / 2) * 0.8 : laneCentre(road, k + 1);
    if (d < half + 0.3 || d > road.width - half - 0.2) continue;
    const room = roomAtEnd(road, spots, d - half - 0.4, d + half + 0.4) - 0.6 * Math.abs(d - wish);
    if (room > bestRoom + 0.01) {
      best = d;
      bestRoom = room;
    }
  }
  return enter(agent, best, nearestAtEnd(road, spots, best - half - 0.4, best + half + 0.4));
}

function enter(agent: Agent, d: number, nearest: Spot | undefined): boolean {
  const { road, driver } = agent;
  const room = nearest === undefined ? 99 : nearest.u - nearest.halfU + road.reach - agent.length / 2;
  if (room < 1.5) return false;
  const leaderSpeed = nearest === undefined ? driver.desiredSpeed : nearest.speedU;
  const safe = Math.sqrt(leaderSpeed * leaderSpeed + 2 * driver.comfortBraking * Math.max(0, room - 2));
  const speed = Math.min(driver.desiredSpeed, safe, leaderSpeed + 3);
  if (room < driver.standingGap + 0.5 * driver.headway * speed) return false;
  agent.u = -road.reach - driver.axleToCentre;
  agent.d = d;
  agent.target = d;
  agent.speed = speed;
  settleOnRoad(agent);
  return true;
}

function roomAtEnd(road: Road, spots: readonly Spot[], low: number, high: number): number {
  const nearest = nearestAtEnd(road, spots, low, high);
  return nearest === undefined
    ? 99
    : Math.min(99, nearest.u - nearest.halfU + road.reach + 2 * nearest.speedU);
}

function nearestAtEnd(road: Road, spots: readonly Spot[], low: number, high: number): Spot | undefined {
  let nearest: Spot | undefined;
  for (const spot of spots) {
    if (spot.u > -road.reach + 70) break;
    if (spot.high < low || spot.low > high) continue;
    if (nearest === undefined || spot.u - spot.halfU < nearest.u - nearest.halfU) nearest = spot;
  }
  return nearest;
}

function turnOf(arrival: Arrival, demand: Demand): Turn {
  const long = arrival.body === 'bus' || arrival.body === 'tarpaulin-truck';
  const chance = draw(arrival.seed, 40);
  if (long) return 'straight';
  return chance < demand.left ? 'left' : chance < demand.left + demand.right ? 'right' : 'straight';
}

/** The lateral place it would like best: riders to the right, cars mostly in the inner lane, turning ones at their side. */
function wishOf(arrival: Arrival, turn: Turn, road: Road): number {
  const { seed, body } = arrival;
  if (groupOf(body) === 'two-wheeler') {
    if (turn === 'left') return drawBetween(seed, 41, 0.8, 2);
    if (turn === 'right') return road.width - drawBetween(seed, 41, 0.9, 2.6);
    if (body === 'bicycle') return road.width - drawBetween(seed, 41, 0.8, 1.6);
    return drawBetween(seed, 41, 0.35, 0.9) * road.width;
  }
  if (turn === 'left') return laneCentre(road, 1);
  // Close to the kerb, so that nobody squeezes past on the inside.
  if (turn === 'right') return road.width - drawBetween(seed, 43, 1.9, 2.3);
  const inner = draw(seed, 42) < (groupOf(body) === 'heavy' ? 0.3 : 0.55);
  return laneCentre(road, inner ? 1 : road.lanes) + drawBetween(seed, 43, -0.25, 0.25);
}
