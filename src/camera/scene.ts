import type { Point } from '#base';

/** What the camera looks at, drawn on its picture. All points are fractions of the picture (see `Point`). */
export interface Scene {
  readonly lanes: readonly Lane[];
  readonly zones: readonly Zone[];
  readonly lines: readonly Line[];
  readonly groundPlane?: GroundPlane;
}

export interface Lane {
  readonly id: string;
  readonly name: string;
  /** Lanes of one approach and direction share a group; congestion is judged per group. */
  readonly group: string;
  readonly polygon: readonly Point[];
  /** The lane's centre line in driving direction, two points or more. */
  readonly direction: readonly Point[];
  /** Where traffic waits for a signal, across the lane; absent where there is no signal. */
  readonly stopLine?: readonly [Point, Point];
  /** The signal's longest red phase, if known: a queue that stands no longer is not congestion. */
  readonly maxRedSeconds?: number;
  /** Speed of free flow where it is known beforehand; learned otherwise. */
  readonly freeFlowKmh?: number;
}

export type ZoneKind = 'carriageway' | 'forbidden' | 'shoulder' | 'crossing' | 'ignore';

/**
 * `carriageway` where nobody walks; `forbidden` and `shoulder` where nobody stops; `crossing` where people may walk;
 * `ignore` where nothing is looked at.
 */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly kind: ZoneKind;
  readonly polygon: readonly Point[];
}

export type LineKind = 'count' | 'spillback';

export interface Line {
  readonly id: string;
  readonly name: string;
  readonly kind: LineKind;
  readonly points: readonly [Point, Point];
  /** The lane group that a spill-back line ends; unused for counting. */
  readonly group?: string;
}

/** Four points of the picture and the same four on the road, in metres of any right-angled frame. */
export interface GroundPlane {
  readonly picture: readonly [Point, Point, Point, Point];
  readonly metres: readonly [Metres, Metres, Metres, Metres];
}

export interface Metres {
  readonly x: number;
  readonly y: number;
}
