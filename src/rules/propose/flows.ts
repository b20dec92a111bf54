import type { Metres } from '#camera';
import { type Polyline, polylineOf, stationOf } from '../road/polyline.ts';
import type { Trail } from './trails.ts';

/** Trails that lead the same way along the same road: a lane group to be. */
export interface Flow {
  readonly trails: readonly Trail[];
  /** The middle of them all, in driving direction. */
  readonly axis: Polyline;
}

/** Two trails belong together if their directions are within about 30° and one runs beside the other within half a carriageway. */
const sameDirection = 0.87;
const sameRoad = 7;
const leastShare = 0.03;
const leastTrails = 12;
const knots = 9;

/** The main directions of traffic, busiest first. Turning ways, which are few and spread, are left out. */
export function flowsOf(trails: readonly Trail[]): Flow[] {
  const groups: Trail[][] = [];
  const longestFirst = [...trails].sort((a, b) => b.length - a.length);
  for (const trail of longestFirst) {
    const home = groups.find(([seed]) => belongs(trail, seed!));
    if (home === undefined) groups.push([trail]);
    else home.push(trail);
  }
  return groups
    .filter((group) => group.length >= Math.max(leastTrails, leastShare * trails.length))
    .sort((a, b) => b.length - a.length)
    .flatMap((group): Flow[] => {
      const axis = middleOf(group);
      return axis === undefined ? [] : [{ trails: group, axis }];
    });
}

function belongs(trail: Trail, seed: Trail): boolean {
  if (trail.dx * seed.dx + trail.dy * seed.dy < sameDirection || isBent(trail)) return false;
  const line = polylineOf(seed.points);
  if (line === undefined) return false;
  const middle = trail.points[trail.points.length >> 1]!;
  return Math.abs(stationOf(line, middle.x, middle.y).offset) < sameRoad;
}

/** Whether it turns: its middle lies far beside the straight line between its ends. */
function isBent({ points, dx, dy, length }: Trail): boolean {
  const first = points[0]!;
  const middle = points[points.length >> 1]!;
  return Math.abs((middle.x - first.x) * dy - (middle.y - first.y) * dx) > 0.12 * length + 1;
}

/** A line through the medians of all points, cut where only few trails reach. */
function middleOf(trails: readonly Trail[]): Polyline | undefined {
  const seed = trails[0]!;
  const origin = seed.points[0]!;
  const along = ({ x, y }: Metres) => (x - origin.x) * seed.dx + (y - origin.y) * seed.dy;
  const beside = ({ x, y }: Metres) => (x - origin.x) * seed.dy - (y - origin.y) * seed.dx;
  const points = trails
    .flatMap((trail) => trail.points)
    .map((point) => ({ s: along(point), d: beside(point) }));
  const stations = points.map(({ s }) => s).sort((a, b) => a - b);
  const from = stations[Math.floor(0.05 * stations.length)]!;
  const to = stations[Math.floor(0.95 * (stations.length - 1))]!;
  const line: Metres[] = [];
  for (let k = 0; k < knots; k++) {
    const s = from + ((to - from) * k) / (knots - 1);
    const near = points.filter((point) => Math.abs(point.s - s) < (to - from) / knots);
    if (near.length < 5) continue;
    const d = medianOf(near.map((point) => point.d));
    line.push({ x: origin.x + s * seed.dx + d * seed.dy, y: origin.y + s * seed.dy - d * seed.dx });
  }
  return polylineOf(line);
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
