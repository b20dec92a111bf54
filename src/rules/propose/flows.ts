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
/** Trails and middle are fitted to each other in turns. */
const rounds = 4;

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

/** A point of a trail in metres along and beside the straight line of its flow. */
interface Placed {
  readonly s: number;
  readonly d: number;
}

/**
 * A line along which all trails lie parallel, cut where only few of them reach. Which lane is seen differs along the road: near the
 * camera it may be the outer one alone. So each trail is first shifted by its own distance, and only then is the middle taken.
 */
function middleOf(trails: readonly Trail[]): Polyline | undefined {
  const seed = trails[0]!;
  const origin = seed.points[0]!;
  const placed = trails.map(({ points }) =>
    points.map(({ x, y }): Placed => {
      const [dx, dy] = [x - origin.x, y - origin.y];
      return { s: dx * seed.dx + dy * seed.dy, d: dx * seed.dy - dy * seed.dx };
    }),
  );
  const stations = placed.flatMap((points) => points.map(({ s }) => s)).sort((a, b) => a - b);
  const from = stations[Math.floor(0.05 * stations.length)]!;
  const to = stations[Math.floor(0.95 * (stations.length - 1))]!;
  let bend: readonly Placed[] = [{ s: from, d: 0 }];
  for (let round = 0; round < rounds; round++) {
    const shifted = placed.flatMap((points) => {
      const own = medianOf(points.map(({ s, d }) => d - besideAt(bend, s)));
      return points.map(({ s, d }) => ({ s, d: d - own }));
    });
    bend = bendOf(shifted, from, to);
    if (bend.length === 0) return undefined;
  }
  return polylineOf(
    bend.map(({ s, d }) => ({
      x: origin.x + s * seed.dx + d * seed.dy,
      y: origin.y + s * seed.dy - d * seed.dx,
    })),
  );
}

function bendOf(points: readonly Placed[], from: number, to: number): Placed[] {
  const bend: Placed[] = [];
  for (let k = 0; k < knots; k++) {
    const s = from + ((to - from) * k) / (knots - 1);
    const near = points.filter((point) => Math.abs(point.s - s) < (to - from) / knots);
    if (near.length >= 5) bend.push({ s, d: medianOf(near.map(({ d }) => d)) });
  }
  return bend;
}

/** On a straight line between two knots, and as the outermost beyond them. */
function besideAt(bend: readonly Placed[], s: number): number {
  const after = bend.findIndex((knot) => knot.s > s);
  if (after <= 0) return (after === 0 ? bend[0] : bend.at(-1))!.d;
  const [a, b] = [bend[after - 1]!, bend[after]!];
  return a.d + ((b.d - a.d) * (s - a.s)) / (b.s - a.s);
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
