import { type Box, insidePolygon, type Point } from '#base';
import type { Ground } from '../ground/ground.ts';
import { pointAt, stationOf } from './polyline.ts';
import type { RoadGroup, RoadLane } from './road.ts';

/** Sampling distance on the road, metres; coarser on long roads so that a group never has more than `mostPoints`. */
const spacing = 1.5;
const mostPoints = 400;

/** The part of a box, from its lower edge, that covers road rather than what is behind it, for a camera on a pole. */
const footprintShare = 0.4;

/**
 * Which share of a lane group's area is covered by road users, over points spread evenly on the road. It sees a dense platoon that
 * the detector draws as one wide box, where counting its members fails.
 */
export class Coverage {
  readonly #xs: Float64Array;
  readonly #ys: Float64Array;
  readonly #covered: Uint8Array;

  constructor(group: RoadGroup, ground: Ground) {
    const points = group.lanes.flatMap((lane) => pointsOf(lane, ground, stepOf(group)));
    this.#xs = Float64Array.from(points, (point) => point.x);
    this.#ys = Float64Array.from(points, (point) => point.y);
    this.#covered = new Uint8Array(points.length);
  }

  clear(): void {
    this.#covered.fill(0);
  }

  add(box: Box): void {
    const top = box.bottom - footprintShare * (box.bottom - box.top);
    for (let i = 0; i < this.#covered.length; i++) {
      const x = this.#xs[i]!;
      const y = this.#ys[i]!;
      if (y >= top && y <= box.bottom && x >= box.left && x <= box.right) this.#covered[i] = 1;
    }
  }

  /** 0 to 1. */
  get share(): number {
    let covered = 0;
    for (const one of this.#covered) covered += one;
    return this.#covered.length === 0 ? 0 : covered / this.#covered.length;
  }
}

function stepOf(group: RoadGroup): number {
  const areaAtMost = group.laneMetres * 4;
  return Math.max(spacing, Math.sqrt(areaAtMost / mostPoints));
}

function pointsOf(lane: RoadLane, ground: Ground, step: number): Point[] {
  const points: Point[] = [];
  for (let at = step / 2; at < lane.axis.length; at += step) {
    const middle = pointAt(lane.axis, at);
    const { dx, dy } = stationOf(lane.axis, middle.x, middle.y);
    for (let side = -4; side <= 4; side += Math.min(step, 1.2)) {
      const seen = ground.toPicture({ x: middle.x - dy * side, y: middle.y + dx * side });
      if (seen && insidePolygon(seen, lane.lane.polygon)) points.push(seen);
    }
  }
  return points;
}
