import type { Agent, Spot } from './agent.ts';
import { type Allowance, keepStoppable, stopAt } from './following.ts';
import { type Conflict, conflictBetween, type Passage } from './passage.ts';
import type { Road } from './roads.ts';
import { sharpestCurvature, type TurnPath } from './turn-path.ts';

/**
 * Who goes first where ways cross. Everybody decides once, at the last place where it can still wait: when its way is
 * free of those who decided before it and of those with priority, it goes, and whoever decides later must wait for it
 * to be through. The order of decisions is total, so nobody waits in a circle.
 */
export interface RightOfWay {
  readonly passages: Passage[][];
  decided: number;
}

/** 12 movements of vehicles, 4 crossings, and whoever drives against the flow. */
const movements = 17;
const counterFlow = 16;

export function createRightOfWay(): RightOfWay {
  return { passages: Array.from({ length: movements }, () => []), decided: 0 };
}

/** Which movements may meet, by movement. */
const meets: readonly (readonly number[])[] = Array.from({ length: movements }, (_, a) =>
  Array.from({ length: movements }, (_, b) => b).filter((b) => mayMeet(a, b)),
);

function mayMeet(a: number, b: number): boolean {
  if (a === counterFlow || b === counterFlow) return a !== b;
  if (a >= 12 && b >= 12) return false;
  if (a >= 12 || b >= 12) return usesLeg(Math.min(a, b), Math.max(a, b) - 12);
  const from = Math.floor(a / 3);
  const other = Math.floor(b / 3);
  const turn = a % 3;
  const otherTurn = b % 3;
  if (from === other) return turn !== otherTurn;
  // Opposing: only who turns left is in anybody's way.
  return from % 2 !== other % 2 || turn === 0 || otherTurn === 0;
}

/** Whether a movement of vehicles crosses the pavements' crossing of a leg, named by the strip that comes in on it. */
function usesLeg(movement: number, leg: number): boolean {
  const from = Math.floor(movement / 3);
  const exit = (from + [1, 0, 3][movement % 3]!) % 4;
  return from === leg || (exit + 2) % 4 === leg;
}

/** Seconds that two leave between each other in the middle of a junction; less when one has waited for long. */
function margin(passage: Passage, seconds: number): number {
  if (passage.waitsSince < 0) return 1.1;
  return Math.max(0.3, 1.1 - (seconds - passage.waitsSince) * 0.06);
}

/** Decides whether it goes, or slows it down to where it must wait. */
export function giveWay(
  rules: RightOfWay,
  passage: Passage,
  seconds: number,
  exit: readonly Spot[],
  allowance: Allowance,
): void {
  passage.held = passage.agent.speed < 0.3 && (allowance.calm < 0.2 || allowance.safeSpeed < 0.3);
  // Who has decided to go but stands behind somebody must not keep those waiting whom it cannot reach: it decides anew.
  if (!passage.held) passage.heldSince = seconds;
  if (seconds - passage.heldSince > 2 || !passage.enters) passage.order = 0;
  if (
    passage.order === 0 &&
    !passage.leftOver &&
    passage.holdQ - passage.q > 1.5 * decisionMetres(passage.agent)
  )
    return;
  let free = true;
  // Once its own phase is over, the places where it could have waited are in the others' way.
  let holdQ = passage.leftOver ? Math.min(passage.holdQ, nextStand(passage)) : passage.holdQ;
  for (const movement of meets[passage.movement]!) {
    for (const other of rules.passages[movement]!) {
      if (other === passage || other.agent === passage.agent) continue;
      if (passage.order === 0 && other.order === 0 && !other.enters && !other.leftOver) continue;
      if (!conflictBetween(passage, other, conflict)) continue;
      if (passage.order > 0) yieldTo(passage, other, conflict, allowance);
      else if (!goesBetween(passage, other, conflict, seconds)) {
        free = false;
        holdQ = Math.min(holdQ, conflict.from - 0.3);
      }
    }
  }
  if (passage.order === 0) decide(rules, passage, free, holdQ, seconds, exit, allowance);
}

const conflict: Conflict = { from: 0, to: 0, otherFrom: 0, otherTo: 0, inside: false, inTheWay: false };

/** Where it comes to stand if it brakes calmly from now on. */
function nextStand({ q, agent }: Passage): number {
  return q + (agent.speed * agent.speed) / (2 * agent.driver.comfortBraking) + 0.2;
}

/** Already under way: waits for who decided earlier and is not through. */
function yieldTo(passage: Passage, other: Passage, conflict: Conflict, allowance: Allowance): void {
  if (other.order === 0 || other.order > passage.order) return;
  const { agent } = passage;
  if (conflict.inTheWay) return;
  const room = conflict.from - passage.q;
  const inTime = timeTo(other, conflict.otherTo) + 0.5 < timeTo(passage, conflict.from);
  if (inTime) keepStoppable(agent, room, 0, allowance);
  else stopAt(agent, room, allowance);
}

function isPerson({ agent }: Passage): boolean {
  return agent.kind === 'person';
}

function goesBetween(passage: Passage, other: Passage, conflict: Conflict, seconds: number): boolean {
  const gap = margin(passage, seconds);
  // Only who has decided to go can be relied on to be gone.
  if (other.order > 0 && timeTo(other, conflict.otherTo) + gap < timeTo(passage, conflict.from)) return true;
  if (conflict.inside) return conflict.inTheWay && passage.agent.id < other.agent.id;
  if (other.order > 0) return false;
  // Who is held up itself does not keep anybody waiting; but the last phase's left-overs must be let out.
  const comesIn = passage.q <= passage.fromQ + 1;
  if ((other.held && !(other.leftOver && comesIn)) || !hasPriority(other, passage)) return true;
  if (other.waitsSince >= 0 && !other.leftOver) return true;
  if (timeTo(passage, conflict.to) + gap < timeTo(other, conflict.otherFrom)) return true;
  return pushes(passage, seconds) && canStopCalmly(other, conflict.otherFrom);
}

/** Who has waited for long goes as soon as the others can still slow down for it. */
function pushes({ waitsSince, agent }: Passage, seconds: number): boolean {
  return waitsSince >= 0 && seconds - waitsSince > 4 + (agent.seed % 4);
}

function canStopCalmly({ q, agent }: Passage, at: number): boolean {
  return agent.kind !== 'person' && at - q > 1 + 0.8 * agent.speed + (agent.speed * agent.speed) / 3.6;
}

function hasPriority(one: Passage, other: Passage): boolean {
  return rank(one) > rank(other);
}

/** People first, straight before right before left; somebody left over inside the junction before all of them. */
function rank({ movement, leftOver }: Passage): number {
  if (movement === counterFlow) return -1;
  if (movement >= 12) return 5;
  return leftOver ? 4 : [0, 3, 2][movement % 3]!;
}

/** Seconds until it is at `q` if it speeds up as it likes. */
export function timeTo(passage: Passage, q: number): number {
  const { agent, path } = passage;
  const distance = q - passage.q;
  if (distance <= 0) return 0;
  const fastest = path === undefined ? agent.driver.desiredSpeed : turnSpeed(agent, path);
  const speed = Math.min(agent.speed, fastest);
  const rate = 0.75 * agent.driver.acceleration;
  const building = (fastest * fastest - speed * speed) / (2 * rate);
  const pause = agent.speed < 0.1 ? 0.4 : 0;
  if (distance < building) return pause + (Math.sqrt(speed * speed + 2 * rate * distance) - speed) / rate;
  return pause + (fastest - speed) / rate + (distance - building) / fastest;
}

/** The speed at which it takes the sharpest part of its turn. */
export function turnSpeed(agent: Agent, path: TurnPath): number {
  return Math.sqrt((1.25 * agent.driver.lateralAcceleration) / sharpestCurvature(path));
}

/** How far before the waiting place it must be known whether it waits. */
function decisionMetres({ speed, driver }: Agent): number {
  return (speed * speed) / (2 * 0.8 * driver.comfortBraking) + 0.4 * speed + 1.2;
}

function decide(
  rules: RightOfWay,
  passage: Passage,
  free: boolean,
  holdQ: number,
  seconds: number,
  exit: readonly Spot[],
  allowance: Allowance,
): void {
  const { agent } = passage;
  const room = holdQ - passage.q;
  if (room > decisionMetres(agent)) return;
  const blocked = !free || (!isPerson(passage) && !hasRoomBehind(rules, passage, exit));
  if (!blocked && passage.held) return;
  if (!blocked && passage.enters) {
    passage.order = ++rules.decided;
    passage.waitsSince = -1;
    return;
  }
  if (agent.speed < 0.3 && passage.waitsSince < 0) passage.waitsSince = seconds;
  stopAt(agent, room, allowance);
}

/** Keeps the junction clear: nobody goes in who would have to stand in it. */
function hasRoomBehind(rules: RightOfWay, passage: Passage, exit: readonly Spot[]): boolean {
  const { agent } = passage;
  // Who is inside already can only make it worse by staying there.
  if (passage.q > Math.max(passage.fromQ + 1, passage.holdQ + 0.5)) return true;
  const road = exitRoad(passage);
  const d = passage.path === undefined ? passage.d : passage.path.exitD;
  const half = agent.width / 2 + 0.1;
  for (const spot of exit) {
    // Only who has come out, or is straight ahead; not who crosses.
    if (spot.agent.spot !== spot || agent.along * spot.u < (passage.path === undefined ? -road.boxHalf : 0))
      continue;
    if (spot.agent === agent || spot.low > d + half || spot.high < d - half) continue;
    if (agent.along * spot.speedU > 2.5) return true;
    const rear = agent.along * spot.u - spot.halfU;
    return rear > road.stopLine + agent.length + 1 + promised(rules, passage, d, half);
  }
  return true;
}

/** Room that those who are on their way to the same place will need. */
function promised(rules: RightOfWay, passage: Passage, d: number, half: number): number {
  let metres = 0;
  const road = exitRoad(passage);
  for (const list of rules.passages) {
    for (const other of list) {
      if (other === passage || other.order === 0 || exitRoad(other) !== road) continue;
      const otherD = other.path === undefined ? other.d : other.path.exitD;
      if (Math.abs(otherD - d) < half + other.agent.width / 2) metres += other.agent.length + 1;
    }
  }
  return metres;
}

export function exitRoad(passage: Passage): Road {
  return passage.path === undefined ? passage.road : passage.path.to;
}
