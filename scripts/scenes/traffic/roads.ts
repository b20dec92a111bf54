import { type ApproachId, halfWidth, type RoadLayout } from './motion.ts';

/**
 * The four directions of traffic, each a straight strip through the whole scene with coordinates of its own:
 * `u` metres along the driving direction (0 in the middle of the junction), `d` metres to the right of the centre line.
 * Angles on a strip are positive towards the right.
 */
export interface Road {
  /** Quarter turns counter-clockwise from +x: 0 eastbound, 1 northbound, 2 westbound, 3 southbound. */
  readonly index: number;
  readonly approach: ApproachId;
  readonly axis: 'main' | 'cross';
  readonly cos: number;
  readonly sin: number;
  readonly reach: number;
  readonly lanes: number;
  readonly laneWidth: number;
  /** Centre line to kerb. */
  readonly width: number;
  /** Where lanes end and the shoulder begins. */
  readonly shoulderAt: number;
  /** The stop line is at `u = -stopLine`. */
  readonly stopLine: number;
  /** The crossings lie at |u| between these two, before and behind the junction. */
  readonly crossingFrom: number;
  readonly crossingTo: number;
  /** The junction's inside is |u| below this: the other road's half width. */
  readonly boxHalf: number;
}

const approaches: readonly ApproachId[] = ['eastbound', 'northbound', 'westbound', 'southbound'];

/** The strips in the order of their index. */
export function roadsOf(layout: RoadLayout): readonly Road[] {
  return approaches.map((approach, index) => {
    const axis = index % 2 === 0 ? 'cross' : 'main';
    const stopLine = layout.stopLineAt[axis];
    return {
      index,
      approach,
      axis,
      cos: [1, 0, -1, 0][index]!,
      sin: [0, 1, 0, -1][index]!,
      reach: layout.reach[axis],
      lanes: layout.lanesPerDirection[axis],
      laneWidth: layout.laneWidth,
      width: halfWidth(layout, axis),
      shoulderAt: layout.lanesPerDirection[axis] * layout.laneWidth,
      stopLine,
      crossingFrom: stopLine - 1 - layout.crossingWidth,
      crossingTo: stopLine - 1,
      boxHalf: halfWidth(layout, axis === 'main' ? 'cross' : 'main'),
    };
  });
}

export function roadIndex(approach: ApproachId): number {
  return approaches.indexOf(approach);
}

export function toX(road: Road, u: number, d: number): number {
  return u * road.cos + d * road.sin;
}

export function toY(road: Road, u: number, d: number): number {
  return u * road.sin - d * road.cos;
}

export function toU(road: Road, x: number, y: number): number {
  return x * road.cos + y * road.sin;
}

export function toD(road: Road, x: number, y: number): number {
  return x * road.sin - y * road.cos;
}

export function laneCentre(road: Road, lane: number): number {
  return (lane - 0.5) * road.laneWidth;
}

/** The lane (from 1 at the centre line) at a lateral place; 0 on the other side, `lanes + 1` on the shoulder. */
export function laneAt(road: Road, d: number): number {
  if (d < 0) return 0;
  return d >= road.shoulderAt ? road.lanes + 1 : Math.floor(d / road.laneWidth) + 1;
}

/** Part of a road before (`in`) or behind (`out`) the junction. */
export type Leg = 'in' | 'out';

export function groupId(road: Road, leg: Leg): string {
  return `${road.approach}-${leg}`;
}

export function laneId(road: Road, leg: Leg, lane: number): string {
  return `${road.approach}-${leg}-${lane}`;
}

export function shoulderId(road: Road, leg: Leg): string {
  return `shoulder-${road.approach}-${leg}`;
}

/** The spill-back line of a lane group. */
export function lineId(road: Road, leg: Leg): string {
  return `spillback-${road.approach}-${leg}`;
}

export function carriagewayId(road: Road, leg: Leg): string {
  return `carriageway-${road.approach}-${leg}`;
}
