import type { Errand } from './happenings.ts';
import type { Body, Mover } from './motion.ts';
import type { Passage } from './passage.ts';
import { type Driver, driverOf, sizeOf } from './road-users.ts';
import type { Road } from './roads.ts';
import type { TurnPath } from './turn-path.ts';

/** What everybody else sees of a road user on a strip: its rectangle there, and where it is moving to sideways. */
export interface Spot {
  agent: Agent;
  /** Centre along and across the strip, half extents, speed along it. */
  u: number;
  d: number;
  halfU: number;
  halfD: number;
  speedU: number;
  /** The strip of the road that it covers or is about to cover. Nobody else may plan to drive there beside it. */
  low: number;
  high: number;
}

export type Turn = 'left' | 'straight' | 'right';

/** One road user while it is in the simulation. Mutable: this is the state that a step changes. */
export interface Agent {
  readonly id: number;
  readonly body: Body;
  readonly kind: Mover['kind'];
  readonly seed: number;
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly driver: Driver;
  /** On a strip: the strip, driving along it (1) or against it (-1), and where the path point is. */
  road: Road;
  readonly along: 1 | -1;
  u: number;
  d: number;
  /** Heading against the strip's (or turning path's) direction, positive to the right. */
  psi: number;
  curvature: number;
  speed: number;
  acceleration: number;
  /** The lateral place it steers for, and the one it would like best. */
  target: number;
  wish: number;
  decideAt: number;
  /** When it moved last, and when it chose its lateral place. */
  movedAt: number;
  choseAt: number;
  turn: Turn;
  /** The turn it is going to make or is making; while it is making it (`turning`), `u` and `d` of the strip stand still. */
  path: TurnPath | undefined;
  turning: boolean;
  /** Metres into the turn, and to the right of its path. */
  s: number;
  offset: number;
  /** Its way through the junction, from some way before the stop line until it is through. */
  passage: Passage | undefined;
  spot: Spot;
  /** Position of its spot in the strip's list, as of this step. */
  order: number;
  x: number;
  y: number;
  heading: number;
  lean: number;
  pitch: number;
  braking: boolean;
  indicator: Mover['indicator'];
  /** What it follows stands for good or comes the wrong way. */
  obstructed: boolean;
  /** What it has been told to do, besides driving on. */
  errand: Errand | undefined;
  /** Who walks along the carriageway: from where along the strip, how far, and at which lateral place. */
  stroll: { readonly from: number; readonly metres: number; readonly d: number } | undefined;
  /** Since when it stands and might go, for the reaction time; -1 while it moves or must stand. */
  mayGoSince: number;
  gone: boolean;
}

export function createAgent(
  id: number,
  body: Body,
  seed: number,
  pace: number,
  road: Road,
  along: 1 | -1,
): Agent {
  const { kind, length, width, height } = sizeOf(body);
  const agent: Agent = {
    id,
    body,
    kind,
    seed,
    length,
    width,
    height,
    driver: driverOf(body, seed, pace),
    road,
    along,
    u: 0,
    d: 0,
    psi: 0,
    curvature: 0,
    speed: 0,
    acceleration: 0,
    target: 0,
    wish: 0,
    decideAt: 0,
    movedAt: 0,
    choseAt: 0,
    turn: 'straight',
    path: undefined,
    turning: false,
    s: 0,
    offset: 0,
    passage: undefined,
    spot: undefined as unknown as Spot,
    order: -1,
    x: 0,
    y: 0,
    heading: 0,
    lean: 0,
    pitch: 0,
    braking: false,
    indicator: 'none',
    obstructed: false,
    errand: undefined,
    stroll: undefined,
    mayGoSince: -1,
    gone: false,
  };
  agent.spot = createSpot(agent);
  return agent;
}

export function createSpot(agent: Agent): Spot {
  return { agent, u: 0, d: 0, halfU: 0, halfD: 0, speedU: 0, low: 0, high: 0 };
}
