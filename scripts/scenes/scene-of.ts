import type { Point } from '#base';
import type { GroundPlane, Lane, Line, Scene, Zone } from '#camera';
import { type Lens, lensOf } from './lens.ts';
import type { CameraPose } from './page/setting.ts';
import { demonstrationPlan, junction, type RoadLayout, redSeconds } from './traffic/index.ts';
import {
  carriagewayId,
  groupId,
  type Leg,
  laneCentre,
  laneId,
  lineId,
  type Road,
  roadsOf,
  shoulderId,
  toX,
  toY,
} from './traffic/roads.ts';

/** Farther from the camera than this, metres, a motorbike is too small to be judged. */
const farthest = 46;
/** A shorter stretch of a lane in the picture, metres, is not worth drawing. */
const shortest = 9;
/** Where a queue behind the junction blocks it, metres behind the stop line's mirror image; as the simulation's truth says. */
const spillbackBehind = 4;

/**
 * What one would draw on this camera's picture by hand: the lanes, shoulders, carriageways and crossings it sees well,
 * counting lines, and the ground plane. Ids are those of the simulation's truth.
 */
export function sceneOf(pose: CameraPose, layout: RoadLayout = junction): Scene {
  const lens = lensOf(pose);
  const legs = roadsOf(layout).flatMap((road) =>
    (['in', 'out'] as const).map((leg) => legOf(lens, road, leg)),
  );
  const seen = legs.filter((leg) => leg !== undefined);
  return {
    lanes: seen.flatMap(lanesOf),
    zones: seen.flatMap(zonesOf),
    lines: seen.flatMap(linesOf),
    groundPlane: groundPlaneOf(lens),
  };
}

/** The part of one direction of traffic, before or behind the junction, that this camera sees. */
interface SeenLeg {
  readonly lens: Lens;
  readonly road: Road;
  readonly leg: Leg;
  readonly from: number;
  readonly to: number;
}

function legOf(lens: Lens, road: Road, leg: Leg): SeenLeg | undefined {
  const [first, last] = leg === 'in' ? [-road.reach, -road.stopLine] : [road.stopLine, road.reach];
  const middle = road.shoulderAt / 2;
  const places: number[] = [];
  for (let u = first; u <= last; u += 0.5)
    if (sees(lens, toX(road, u, middle), toY(road, u, middle))) places.push(u);
  const [from, to] = [places[0], places.at(-1)];
  if (from === undefined || to === undefined || to - from < shortest) return undefined;
  return { lens, road, leg, from, to };
}

function sees(lens: Lens, x: number, y: number): boolean {
  const at = lens.project(x, y, 0);
  const away = Math.hypot(x - lens.pose.x, y - lens.pose.y);
  return at !== undefined && away < farthest && at.x > 0 && at.x < 1 && at.y > 0.03 && at.y < 1;
}

function lanesOf(seen: SeenLeg): Lane[] {
  const { road, leg } = seen;
  return Array.from({ length: road.lanes }, (_, i) => i + 1).flatMap((number): Lane[] => {
    const centre = laneCentre(road, number);
    const half = road.laneWidth / 2;
    const polygon = strip(seen, centre - half, centre + half);
    const direction = [place(seen, seen.from, centre), place(seen, seen.to, centre)];
    if (polygon.length < 3) return [];
    const id = laneId(road, leg, number);
    const group = groupId(road, leg);
    const signal =
      leg === 'in'
        ? {
            stopLine: [
              place(seen, -road.stopLine, centre - half),
              place(seen, -road.stopLine, centre + half),
            ] as const,
            maxRedSeconds: redSeconds(demonstrationPlan, road.axis),
          }
        : {};
    return [{ id, name: nameOf(road, leg, `lane ${number}`), group, polygon, direction, ...signal }];
  });
}

function zonesOf(seen: SeenLeg): Zone[] {
  const { road, leg, from, to } = seen;
  const zone = (id: string, what: string, kind: Zone['kind'], polygon: readonly Point[]): Zone[] =>
    polygon.length < 3 ? [] : [{ id, name: nameOf(road, leg, what), kind, polygon }];
  const crossing =
    leg === 'in' ? [-road.crossingTo, -road.crossingFrom] : [road.crossingFrom, road.crossingTo];
  const reachesJunction = leg === 'in' ? to > -road.stopLine - 3 : from < road.stopLine + 3;
  return [
    ...zone(carriagewayId(road, leg), 'carriageway', 'carriageway', strip(seen, 0.1, road.shoulderAt)),
    ...zone(shoulderId(road, leg), 'shoulder', 'shoulder', strip(seen, road.shoulderAt, road.width)),
    ...(reachesJunction
      ? zone(
          `crossing-${road.approach}-${leg}`,
          'crossing',
          'crossing',
          strip({ ...seen, from: crossing[0]!, to: crossing[1]! }, 0, road.width),
        )
      : []),
  ];
}

function linesOf(seen: SeenLeg): Line[] {
  const { road, leg, from, to } = seen;
  const group = groupId(road, leg);
  const across = (u: number) => [place(seen, u, 0.1), place(seen, u, road.width - 0.2)] as const;
  const lines: Line[] = [
    {
      id: `count-${group}`,
      name: nameOf(road, leg, 'count'),
      kind: 'count',
      points: across((from + to) / 2),
      group,
    },
  ];
  const blocks = road.stopLine + spillbackBehind;
  if (leg === 'out' && from < blocks) {
    const name = nameOf(road, leg, 'spill-back');
    lines.push({ id: lineId(road, leg), name, kind: 'spillback', points: across(blocks), group });
  }
  return lines;
}

function nameOf(road: Road, leg: Leg, what: string): string {
  return `${road.approach}, ${leg === 'in' ? 'before' : 'behind'} the junction, ${what}`;
}

/** A strip between two lateral places, cut at the picture's edges. */
function strip(seen: SeenLeg, left: number, right: number): Point[] {
  const corners = [
    place(seen, seen.from, left),
    place(seen, seen.to, left),
    place(seen, seen.to, right),
    place(seen, seen.from, right),
  ];
  return cutAtEdges(corners);
}

/** A place of the strip in the picture; one behind the camera cannot happen within what it sees well. */
function place({ lens, road }: SeenLeg, u: number, d: number): Point {
  const at = lens.project(toX(road, u, d), toY(road, u, d), 0);
  if (!at)
    throw new Error(`${road.approach} at ${u}, ${d} is behind the camera at ${lens.pose.x}, ${lens.pose.y}`);
  return { x: at.x, y: at.y };
}

/** Sutherland and Hodgman's clipping against the four edges of the picture. */
function cutAtEdges(polygon: readonly Point[]): Point[] {
  const edges: readonly ((p: Point) => number)[] = [(p) => p.x, (p) => 1 - p.x, (p) => p.y, (p) => 1 - p.y];
  return edges.reduce<Point[]>(
    (points, inside) => {
      return points.flatMap((point, i) => {
        const next = points[(i + 1) % points.length]!;
        const [a, b] = [inside(point), inside(next)];
        const cut = a >= 0 !== b >= 0 ? [between(point, next, a / (a - b))] : [];
        return a >= 0 ? [point, ...cut] : cut;
      });
    },
    [...polygon],
  );
}

function between(a: Point, b: Point, share: number): Point {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

/** Four corners of the road that the camera sees well. */
function groundPlaneOf(lens: Lens): GroundPlane {
  const { x, y, target } = lens.pose;
  const length = Math.hypot(target.x - x, target.y - y);
  const [east, north] = [(target.x - x) / length, (target.y - y) / length];
  const corners = [
    [10, -3.5],
    [10, 3.5],
    [36, 9],
    [36, -9],
  ].map(([ahead, aside]) => ({
    x: x + east * ahead! + north * aside!,
    y: y + north * ahead! - east * aside!,
  }));
  const picture = corners.map((corner) => {
    const at = lens.project(corner.x, corner.y, 0)!;
    return { x: at.x, y: at.y };
  });
  type Four<T> = readonly [T, T, T, T];
  return { picture: picture as unknown as Four<Point>, metres: corners as unknown as Four<Point> };
}
