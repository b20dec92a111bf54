import type { Agent } from './agent.ts';
import { penetrationOf } from './rectangles.ts';
import { type Road, toD, toX, toY } from './roads.ts';
import { type Place, poseOnTurn, type TurnPath } from './turn-path.ts';

/**
 * Somebody's way through the junction, as positions `q`: metres along the own path, counted like `u` of the strip that
 * it came on and further round the turn. Ways that cross are compared rectangle by rectangle, once for each pair.
 */
export interface Passage {
  readonly agent: Agent;
  /** See `movementOf`. */
  readonly movement: number;
  readonly road: Road;
  /** Lateral place and turn that the samples were made for. */
  d: number;
  path: TurnPath | undefined;
  /** From the stop line to where it is through. */
  readonly fromQ: number;
  toQ: number;
  /** x, y, heading of the footprint's centre every `sampleMetres` from `fromQ`; empty until somebody asks. */
  samples: Float64Array;
  /** Where it waits for others, if it must: not yet in anybody's way. */
  holdQ: number;
  /** Present position. */
  q: number;
  /** When it was decided that it goes: 1 for the first of the run; 0 while it is not. Who is later yields. */
  order: number;
  /** It stands behind somebody; and since when. */
  held: boolean;
  heldSince: number;
  /** It is past its stop line although its signal is not green: left over from the last phase. */
  leftOver: boolean;
  /** It is going to go (or gone already) as far as the signal is concerned. */
  enters: boolean;
  /** Seconds since which it has been standing at its waiting place; -1 if it is not. */
  waitsSince: number;
  conflicts: Map<Passage, Contacts | null>;
}

/**
 * Where two ways touch: for each sample of the own way that does, in order, the first and last sample of the other's.
 * Flat triples.
 */
export type Contacts = readonly number[];

/** What is left of a conflict from where both are now: from and to, on the own way and on the other's. */
export interface Conflict {
  from: number;
  to: number;
  otherFrom: number;
  otherTo: number;
  /** The other stands in the own way already, or oneself in the other's. */
  inside: boolean;
  inTheWay: boolean;
}

const sampleMetres = 0.7;
/** Room that a way claims beyond the footprint, at the sides and at the ends. */
const sideRoom = 0.16;
const endRoom = 0.3;

const turns = { left: 0, straight: 1, right: 2 };

/** Strip index times 3 plus 0 left, 1 straight, 2 right; 12 to 15 people crossing the leg that strip comes from; 16 against the flow. */
export function movementOf(agent: Agent): number {
  if (agent.kind === 'person') return 12 + ((agent.road.index + 1) % 4);
  return agent.along < 0 ? 16 : agent.road.index * 3 + turns[agent.turn];
}

export function createPassage(agent: Agent): Passage {
  const { road, length, driver } = agent;
  const front = driver.axleToCentre + length / 2;
  // People cross the other road, so theirs is the way from kerb to kerb.
  const fromQ = agent.kind === 'person' ? -road.boxHalf - 0.5 : -road.stopLine - front;
  const passage: Passage = {
    agent,
    movement: movementOf(agent),
    road,
    d: agent.target,
    path: agent.path,
    fromQ,
    toQ: 0,
    samples: none,
    holdQ: fromQ,
    q: agent.along * agent.u,
    order: 0,
    held: false,
    heldSince: 0,
    leftOver: false,
    enters: false,
    waitsSince: -1,
    conflicts: new Map(),
  };
  retrace(passage);
  return passage;
}

const none = new Float64Array(0);

/** Follows a change of the agent's lateral place: the samples and all pairs are made anew when they are asked for. */
export function retrace(passage: Passage): void {
  const { agent, road } = passage;
  passage.d = agent.target;
  passage.path = agent.path;
  passage.samples = none;
  for (const other of passage.conflicts.keys()) other.conflicts.delete(passage);
  passage.conflicts.clear();
  passage.toQ = endOf(passage, road);
  passage.holdQ = agent.turn === 'straight' ? passage.fromQ : lastOwnPlace(passage);
}

/** The furthest that a turning vehicle can go and still be in its own half (left) or its own file (right). */
function lastOwnPlace(passage: Passage): number {
  const { agent, road, d } = passage;
  const place = { x: 0, y: 0, heading: 0 };
  const left = agent.turn === 'left';
  let q = passage.fromQ;
  for (; q < passage.toQ; q += 0.25) {
    placeAt(passage, q + 0.25, place);
    const turned = Math.abs(Math.sin(place.heading - Math.atan2(road.sin, road.cos)));
    const half = 0.5 * (agent.length * turned + agent.width);
    const centre = toD(road, place.x, place.y);
    if (left ? centre - half < 0.3 : centre + half > d + agent.width / 2 + 0.2) break;
  }
  return q;
}

function endOf({ agent, path }: Passage, road: Road): number {
  if (agent.kind === 'person') return road.boxHalf + 0.3;
  const rear = agent.length / 2 - agent.driver.axleToCentre;
  if (path === undefined) return road.stopLine + rear;
  return path.startU + path.length + path.to.stopLine + rear - path.endU;
}

export function forget(passage: Passage): void {
  for (const other of passage.conflicts.keys()) other.conflicts.delete(passage);
  passage.conflicts.clear();
}

/** The footprint's centre and heading at `q`. */
export function placeAt(passage: Passage, q: number, place: Place): void {
  const { path, agent, road, d } = passage;
  const ahead = agent.driver.axleToCentre;
  if (path === undefined) {
    const u = agent.along * (q + ahead);
    place.x = toX(road, u, d);
    place.y = toY(road, u, d);
    place.heading = Math.atan2(agent.along * road.sin, agent.along * road.cos);
    return;
  }
  poseOnTurn(path, q - path.startU, 0, 0, place);
  place.x += ahead * Math.cos(place.heading);
  place.y += ahead * Math.sin(place.heading);
}

function samplesOf(passage: Passage): Float64Array {
  if (passage.samples.length > 0) return passage.samples;
  const count = Math.max(1, Math.ceil((passage.toQ - passage.fromQ) / sampleMetres) + 1);
  const samples = new Float64Array(3 * count);
  const place = { x: 0, y: 0, heading: 0 };
  for (let k = 0; k < count; k++) {
    placeAt(passage, passage.fromQ + k * sampleMetres, place);
    samples[3 * k] = place.x;
    samples[3 * k + 1] = place.y;
    samples[3 * k + 2] = place.heading;
  }
  passage.samples = samples;
  return samples;
}

/** Works out where the ways of two still cross from where they are; false where they do not. */
export function conflictBetween(self: Passage, other: Passage, conflict: Conflict): boolean {
  let contacts = self.conflicts.get(other);
  if (contacts === undefined) {
    contacts = compare(self, other);
    self.conflicts.set(other, contacts);
    other.conflicts.set(self, contacts && turned(contacts));
  }
  return contacts !== null && remaining(self, other, contacts, conflict);
}

function remaining(self: Passage, other: Passage, contacts: Contacts, conflict: Conflict): boolean {
  const here = (self.q - self.fromQ) / sampleMetres;
  const there = (other.q - other.fromQ) / sampleMetres;
  let from = Infinity;
  let to = -Infinity;
  let otherFrom = Infinity;
  let otherTo = -Infinity;
  conflict.inside = false;
  conflict.inTheWay = false;
  for (let k = 0; k < contacts.length; k += 3) {
    const at = contacts[k]!;
    const first = contacts[k + 1]!;
    const last = contacts[k + 2]!;
    if (at < here - 0.5 || last < there - 0.5) continue;
    if (first - 0.5 <= there) conflict.inside = true;
    if (at - 0.5 <= here) conflict.inTheWay = true;
    from = Math.min(from, at);
    to = Math.max(to, at);
    otherFrom = Math.min(otherFrom, first);
    otherTo = Math.max(otherTo, last);
  }
  if (to < 0) return false;
  conflict.from = self.fromQ + (from - 1) * sampleMetres;
  conflict.to = self.fromQ + (to + 1) * sampleMetres;
  conflict.otherFrom = other.fromQ + (otherFrom - 1) * sampleMetres;
  conflict.otherTo = other.fromQ + (otherTo + 1) * sampleMetres;
  return true;
}

/** The same contacts seen from the other. */
function turned(contacts: Contacts): Contacts {
  const spans = new Map<number, { first: number; last: number }>();
  for (let k = 0; k < contacts.length; k += 3) {
    for (let other = contacts[k + 1]!; other <= contacts[k + 2]!; other++) {
      const span = spans.get(other);
      if (span === undefined) spans.set(other, { first: contacts[k]!, last: contacts[k]! });
      else span.last = contacts[k]!;
    }
  }
  return [...spans].sort(([a], [b]) => a - b).flatMap(([at, { first, last }]) => [at, first, last]);
}

function compare(self: Passage, other: Passage): Contacts | null {
  if (self.road === other.road && !crossOnSameStrip(self, other)) return null;
  const a = self.agent;
  const b = other.agent;
  const mine = samplesOf(self);
  const theirs = samplesOf(other);
  const near = (a.length + b.length + a.width + b.width) / 2 + 2 * (endRoom + sideRoom);
  const contacts: number[] = [];
  // Beside each other on the same strip they do not meet before the one turns off.
  const sameStrip = self.road === other.road;
  const startMine = sameStrip ? firstTurned(self) : 0;
  const startTheirs = sameStrip ? firstTurned(other) : 0;
  for (let i = startMine; i < mine.length; i += 3) {
    let first = -1;
    let last = -1;
    for (let j = startTheirs; j < theirs.length; j += 3) {
      const dx = theirs[j]! - mine[i]!;
      const dy = theirs[j + 1]! - mine[i + 1]!;
      if (dx > near || dx < -near || dy > near || dy < -near) continue;
      if (!touch(a, b, dx, dy, mine[i + 2]!, theirs[j + 2]!)) continue;
      if (first < 0) first = j / 3;
      last = j / 3;
    }
    if (first >= 0) contacts.push(i / 3, first, last);
  }
  return contacts.length === 0 ? null : contacts;
}

function firstTurned({ path, fromQ }: Passage): number {
  return path === undefined ? 0 : 3 * Math.max(0, Math.ceil((path.startU - fromQ) / sampleMetres) + 1);
}

/** Two that come in beside each other cross if the one turns towards the other; else one follows the other. */
function crossOnSameStrip(self: Passage, other: Passage): boolean {
  if (self.agent.along !== other.agent.along) return self.path !== undefined || other.path !== undefined;
  const apart = (self.agent.width + other.agent.width) / 2;
  const [left, right] = self.d < other.d ? [self, other] : [other, self];
  if (right.d - left.d < apart) return false;
  const turnOf = ({ path }: Passage) => path?.side ?? 0;
  return turnOf(left) > turnOf(right);
}

function touch(a: Agent, b: Agent, dx: number, dy: number, headingA: number, headingB: number): boolean {
  return (
    penetrationOf(
      dx,
      dy,
      headingA,
      a.length / 2 + endRoom,
      a.width / 2 + sideRoom,
      headingB,
      b.length / 2 + endRoom,
      b.width / 2 + sideRoom,
    ) > 0
  );
}
