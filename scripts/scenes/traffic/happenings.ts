import type { ApproachId, Body } from './motion.ts';
import type { Leg } from './roads.ts';

/**
 * What a scenario makes happen besides ordinary driving. Places are metres along the approach's own direction: negative
 * before the junction (leg `in`), positive behind it (leg `out`). Times are seconds of the clip; a happening may begin
 * during the warm-up. Who does it is found among the traffic that comes along, so onsets are met to within seconds;
 * what truly happened is in the run's incidents.
 */
export type Happening =
  | Breakdown
  | PullOver
  | ShortStop
  | Hesitation
  | Parked
  | WrongWay
  | Walker
  | Bottleneck
  | SlowStretch;

interface At {
  readonly approach: ApproachId;
  readonly at: number;
  readonly onsetSeconds: number;
  readonly seconds: number;
}

/** A car stops in its lane and stands there with its hazard lights on; then it goes on. */
export interface Breakdown extends At {
  readonly kind: 'breakdown';
  readonly lane: number;
}

/** A car pulls over onto the shoulder and stands there. */
export interface PullOver extends At {
  readonly kind: 'pull-over';
}

/** Ordinary: a bus at the kerb of the outer lane, or a rider at the kerb, for some seconds. */
export interface ShortStop extends At {
  readonly kind: 'short-stop';
  readonly who: 'bus' | 'motorbike';
}

/** Ordinary: the first in the queue does not go when the signal turns green, for so many seconds. */
export interface Hesitation {
  readonly kind: 'hesitation';
  readonly approach: ApproachId;
  readonly onsetSeconds: number;
  readonly seconds: number;
}

/** Ordinary: somebody parks on the shoulder since before the camera looked. */
export interface Parked {
  readonly kind: 'parked';
  readonly approach: ApproachId;
  readonly at: number;
  readonly body: Body;
}

/** A rider goes against the flow, from the far end of the road to its beginning; `onsetSeconds` is when it appears. */
export interface WrongWay {
  readonly kind: 'wrong-way';
  readonly approach: ApproachId;
  /** Along the kerb on the shoulder, or in the outer lane. */
  readonly where: 'kerb' | 'lane';
  readonly onsetSeconds: number;
}

/** Somebody leaves the pavement and walks along the carriageway from `at` on, then returns; about that onset. */
export interface Walker {
  readonly kind: 'walker';
  readonly approach: ApproachId;
  /** Where it steps off; it walks with (1) or against (-1) the traffic. */
  readonly at: number;
  readonly along: 1 | -1;
  readonly metres: number;
  /** From the centre line; in a lane, of course. */
  readonly d: number;
  readonly onsetSeconds: number;
}

/** Nothing gets past a place (speed 0) or only slowly: what is behind it jams, and dissolves afterwards. */
export interface Bottleneck extends At {
  readonly kind: 'bottleneck';
  readonly speed: number;
}

/** Traffic crawls along a stretch: road works, water on the road. */
export interface SlowStretch extends At {
  readonly kind: 'slow-stretch';
  readonly metres: number;
  readonly speed: number;
}

/** How often ordinary disturbances come by themselves, an hour and for the whole junction. */
export interface Disturbances {
  readonly busStopsPerHour: number;
  readonly kerbStopsPerHour: number;
  readonly hesitationsPerHour: number;
}

export function legOf(at: number): Leg {
  return at < 0 ? 'in' : 'out';
}

/** What one road user has been told to do. */
export interface Errand {
  readonly cause: 'breakdown' | 'pull-over' | 'short-stop' | 'parked' | 'hesitation';
  /** Where its centre is to stand, metres along the strip. */
  stopAt: number;
  /** The lateral place; undefined to stay in its file. */
  readonly place: number | undefined;
  readonly seconds: number;
  /** Since when it stands; undefined before. */
  stoodSince: number | undefined;
}
