import type { Agent, Spot } from './agent.ts';
import { claimSpace } from './pose.ts';
import { draw } from './random.ts';
import { groupOf } from './road-users.ts';
import { laneCentre, type Road } from './roads.ts';

/** Lateral resolution of the choice, metres. */
const grain = 0.2;
const most = 64;

/** Scratch for one choice: for each lateral place the speed that seems possible there, and whether it can be reached. */
export interface Places {
  readonly speed: Float64Array;
  readonly shut: Uint8Array;
  count: number;
  /** Beside somebody: the target must stay between these. */
  low: number;
  high: number;
  /** 0 while it drives, 1 after some seconds of standing. */
  impatience: number;
}

export function createPlaces(): Places {
  return {
    speed: new Float64Array(most),
    shut: new Uint8Array(most),
    count: 0,
    low: 0,
    high: 0,
    impatience: 0,
  };
}

/** How much a driver minds: m/s of speed given up per metre. */
interface Taste {
  readonly low: number;
  readonly high: number;
  readonly perMetreFromWish: number;
  readonly perMetreFromLaneCentre: number;
  readonly perMetreMoved: number;
  readonly worthIt: number;
  readonly every: number;
}

/** Chooses the lateral place to drive at, if it is time to, from what is around on the strip. */
export function choosePlace(
  agent: Agent,
  spots: readonly Spot[],
  seconds: number,
  stopAhead: number,
  places: Places,
): void {
  if (seconds < agent.decideAt) return;
  if (seconds - Math.max(agent.movedAt, agent.choseAt) > 2 && givesUp(agent, seconds)) return;
  const taste = tasteOf(agent);
  agent.decideAt = seconds + taste.every;
  // Who has stood for a while pushes in where the others can still brake.
  places.impatience = Math.max(0, Math.min(1, (seconds - agent.movedAt - 2) / 5));
  survey(agent, spots, taste, stopAhead, places);
  const best = bestPlace(agent, taste, places);
  if (best === undefined) return;
  agent.target = best;
  agent.choseAt = seconds;
  claimSpace(agent);
  // A car that has begun to change lanes does not think again before it is there.
  if (groupOf(agent.body) !== 'two-wheeler') agent.decideAt = seconds + 2;
}

/** Two who stand and wait for each other to get to the side: both take back where they wanted to go, for a while. */
function givesUp(agent: Agent, seconds: number): boolean {
  if (Math.abs(agent.target - agent.d) < 0.2) return false;
  // Where its body is: turned straight there, it takes no more room than now.
  agent.target = agent.spot.d;
  claimSpace(agent);
  agent.decideAt = seconds + 1 + 2 * draw(agent.seed, 77);
  return true;
}

function tasteOf(agent: Agent): Taste {
  const { road, width } = agent;
  const near = agent.errand === undefined ? urgency(agent) : 2;
  if (groupOf(agent.body) === 'two-wheeler') {
    // Nearing the junction, who goes straight on leaves the sides to those who turn.
    const aside =
      agent.turn === 'straight' && agent.along * agent.u < 0 && agent.along * agent.u > -road.stopLine - 35;
    if (agent.along < 0) return againstFlow(agent);
    return {
      low: aside ? 1.9 : 0.6,
      high: road.width - (aside ? 1.3 : 0.5),
      perMetreFromWish: 0.3 + 1.6 * near,
      perMetreFromLaneCentre: 0,
      perMetreMoved: 0.25,
      worthIt: 0.5,
      every: 0.4,
    };
  }
  return {
    low: width / 2 + 0.3,
    // Four wheels use the shoulder only to get past what blocks their lane, or to stop there.
    high:
      (agent.obstructed || agent.errand !== undefined ? road.width : road.shoulderAt + 0.4) - width / 2 - 0.2,
    perMetreFromWish: 0.15 + 2 * near,
    perMetreFromLaneCentre: agent.errand === undefined ? 2.2 : 0,
    perMetreMoved: 0.1,
    worthIt: 1.2,
    every: 0.8,
  };
}

/** Who rides against the flow keeps to the kerb's side, whatever comes. */
function againstFlow({ road, wish }: Agent): Taste {
  return {
    low: Math.min(wish, road.width - 2.2),
    high: road.width - 0.5,
    perMetreFromWish: 1,
    perMetreFromLaneCentre: 0,
    perMetreMoved: 0.2,
    worthIt: 0.4,
    every: 0.3,
  };
}

/** From 0 to 1 over the last 60 m before a turn. */
function urgency(agent: Agent): number {
  if (agent.turn === 'straight' || agent.along * agent.u > 0) return 0;
  return Math.max(0, Math.min(1, 1 - (-agent.u - agent.road.stopLine) / 60));
}

function survey(agent: Agent, spots: readonly Spot[], taste: Taste, stopAhead: number, places: Places): void {
  places.count = Math.min(most, Math.floor((taste.high - taste.low) / grain) + 1);
  const open = Math.min(agent.driver.desiredSpeed, promising(stopAhead, 0));
  for (let k = 0; k < places.count; k++) {
    places.speed[k] = open;
    places.shut[k] = 0;
  }
  places.low = taste.low;
  places.high = taste.high;
  const reach = 14 + agent.speed * 3;
  for (let k = agent.order + 1; k < spots.length; k++) {
    if (spots[k]!.u - agent.spot.u > (agent.along > 0 ? reach : 28)) break;
    consider(agent, spots[k]!, taste, places);
  }
  for (let k = agent.order - 1; k >= 0; k--) {
    if (agent.spot.u - spots[k]!.u > (agent.along > 0 ? 28 : reach)) break;
    consider(agent, spots[k]!, taste, places);
  }
}

/** The speed that `gap` metres of room towards something of a certain speed promise. */
function promising(gap: number, speed: number): number {
  return Math.max(0, speed + Math.max(0, gap - 1) / 2.6);
}

function consider(agent: Agent, other: Spot, taste: Taste, places: Places): void {
  if (other.agent === agent) return;
  const { spot, along, driver } = agent;
  const ahead = along * (other.u - spot.u);
  const room = Math.abs(ahead) - spot.halfU - other.halfU;
  const margin = agent.width / 2 + driver.sideGap + driver.sideGapPerSpeed * agent.speed;
  const speed = along * other.speedU;
  if (room < 0.25) besides(agent, other, margin, places);
  else if (ahead > 0) inFront(agent, other, room, speed, margin, taste, places);
  else if (speed > 0) shutIfRude(agent, other, room, speed, margin, taste, places);
}

/** Somebody in front: a bound for the speed behind it, and no way there or past it where there is no room to swerve. */
function inFront(
  agent: Agent,
  other: Spot,
  room: number,
  speed: number,
  margin: number,
  taste: Taste,
  places: Places,
): void {
  const { spot } = agent;
  const low = other.low - margin;
  const high = other.high + margin;
  const behindIt = Math.abs(other.d - spot.d) < other.halfD + spot.halfD;
  const crossing = other.agent.spot !== other;
  if (!behindIt && (crossing || room < swerveRoom(agent, speed))) shut(low, high, taste, places);
  else mark(low, high, aheadSpeed(agent, room, speed), taste, places);
}

/** Room that it takes to swerve in behind something, or past behind it. */
function swerveRoom(agent: Agent, otherSpeed: number): number {
  const { driver, speed } = agent;
  const length = Math.max(driver.steeringMetres, speed * driver.steeringTime);
  const closing = Math.max(0, speed - otherSpeed) / Math.max(1, speed);
  return 0.4 + 1.5 * length * closing;
}

function aheadSpeed(agent: Agent, room: number, speed: number): number {
  if (speed < -0.3) return Math.max(-4, (room - 3 * (agent.speed - speed)) / 3);
  const braking = (agent.speed * agent.speed - speed * speed) / (2 * agent.driver.comfortBraking);
  // No room to slow down behind it: not a place to go to.
  return room < braking - 1 ? Math.min(0, speed - 3) : promising(room - agent.driver.standingGap, speed);
}

function besides(agent: Agent, other: Spot, margin: number, places: Places): void {
  if (other.d > agent.spot.d) places.high = Math.min(places.high, other.low - margin);
  else places.low = Math.max(places.low, other.high + margin);
}

/** Nobody cuts in so close that the one behind would have to brake hard. */
function shutIfRude(
  agent: Agent,
  other: Spot,
  room: number,
  speed: number,
  margin: number,
  taste: Taste,
  places: Places,
): void {
  const { spot } = agent;
  // Who is going to stay behind anyway is following already.
  const half = other.agent.width / 2;
  const { target } = other.agent;
  if (target + half > spot.d - spot.halfD - 0.05 && target - half < spot.d + spot.halfD + 0.05) return;
  const closing = Math.max(0, speed - agent.speed * 0.9);
  const polite = 0.6 + 0.35 * speed + (closing * closing) / (2 * 1.6) + closing * 0.7;
  const pushing = 0.6 + (closing * closing) / (2 * 3) + closing * 0.5;
  // Somebody about to pass is soon faster than now.
  const passing = Math.abs(target - other.agent.d) > 0.5 ? 2 : 0;
  if (room > passing + polite + places.impatience * (pushing - polite)) return;
  shut(other.low - margin, other.high + margin, taste, places);
}

function shut(low: number, high: number, taste: Taste, places: Places): void {
  const to = indexBelow(high, taste, places);
  for (let k = indexAbove(low, taste); k <= to; k++) places.shut[k] = 1;
}

function mark(low: number, high: number, speed: number, taste: Taste, places: Places): void {
  const to = indexBelow(high, taste, places);
  for (let k = indexAbove(low, taste); k <= to; k++) if (speed < places.speed[k]!) places.speed[k] = speed;
}

function indexAbove(d: number, taste: Taste): number {
  return Math.max(0, Math.ceil((d - taste.low) / grain));
}

function indexBelow(d: number, taste: Taste, places: Places): number {
  return Math.min(places.count - 1, Math.floor((d - taste.low) / grain));
}

/** The most attractive place that can be reached, or undefined to stay with the present target. */
function bestPlace(agent: Agent, taste: Taste, places: Places): number | undefined {
  const here = Math.max(0, Math.min(places.count - 1, Math.round((agent.spot.d - taste.low) / grain)));
  const kept = Math.max(0, Math.min(places.count - 1, Math.round((agent.target - taste.low) / grain)));
  let best = -1;
  let bestWorth = worthOf(agent, kept, taste.low + kept * grain, taste, places) + taste.worthIt;
  for (const step of [1, -1]) {
    let slowest = 99;
    for (let k = here + (step > 0 ? 0 : -1); k >= 0 && k < places.count; k += step) {
      const d = taste.low + k * grain;
      if (places.shut[k] === 1 || d < places.low || d > places.high) {
        if (Math.abs(d - agent.spot.d) < 0.3) continue;
        break;
      }
      slowest = Math.min(slowest, places.speed[k]!);
      const worth = worthOf(agent, k, d, taste, places) - 0.25 * Math.max(0, places.speed[k]! - slowest);
      if (worth > bestWorth) {
        bestWorth = worth;
        best = k;
      }
    }
  }
  if (best < 0 || best === kept) return undefined;
  return taste.low + best * grain;
}

function worthOf(agent: Agent, k: number, d: number, taste: Taste, places: Places): number {
  return (
    places.speed[k]! -
    taste.perMetreFromWish * Math.abs(d - agent.wish) -
    taste.perMetreFromLaneCentre * offCentre(agent.road, d) -
    taste.perMetreMoved * Math.abs(d - agent.target)
  );
}

function offCentre(road: Road, d: number): number {
  const lane = Math.max(1, Math.min(road.lanes, Math.round(d / road.laneWidth + 0.5)));
  return Math.abs(d - laneCentre(road, lane));
}
