import type { CameraPose } from '../../scripts/scenes/page/setting.ts';
import { spillbackMetres } from '../../scripts/scenes/traffic/group-truth.ts';
import { junction, type RoadLayout } from '../../scripts/scenes/traffic/index.ts';
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
} from '../../scripts/scenes/traffic/roads.ts';
import type { Point } from '../../src/base/index.ts';
import type { Lane, Line, Scene, Zone } from '../../src/camera/index.ts';
import { type Lens, lensOf } from './projection.ts';

/** Where a camera may stand at the junction: the renderer's framings and some that look further. */
export interface Framing {
  readonly name: string;
  readonly pose: CameraPose;
}

const southPole: CameraPose = {
  x: 2.2,
  y: -33,
  height: 6,
  target: { x: -0.2, y: -13, height: 0 },
  verticalFovDegrees: 38,
};

const framings: readonly Framing[] = [
  { name: 'over the stop line', pose: southPole },
  {
    name: 'along the approach',
    pose: { x: 9.5, y: -58, height: 6.2, target: { x: 2.5, y: -32, height: 0 }, verticalFovDegrees: 38 },
  },
  {
    name: 'against the queue',
    pose: { x: -10.5, y: 7, height: 6, target: { x: -4, y: 27, height: 0 }, verticalFovDegrees: 38 },
  },
  {
    name: 'from the kerb',
    pose: { x: 11.5, y: -44, height: 5.8, target: { x: 2, y: -26, height: 0 }, verticalFovDegrees: 40 },
  },
  {
    name: 'behind the junction',
    pose: { x: 10.5, y: 12, height: 6, target: { x: 3, y: 34, height: 0 }, verticalFovDegrees: 38 },
  },
];

/** Each framing also from the other end of the road: turned by half a circle around the junction. */
export const allFramings: readonly Framing[] = framings.flatMap(({ name, pose }) => [
  { name, pose },
  { name: `${name}, turned`, pose: turned(pose) },
]);

function turned({ x, y, target, ...rest }: CameraPose): CameraPose {
  return { ...rest, x: -x, y: -y, target: { x: -target.x, y: -target.y, height: target.height } };
}

/** What is drawn on a camera's picture: all lanes, shoulders, carriageways and crossings of which it sees enough. */
export function sceneOf(pose: CameraPose, layout: RoadLayout = junction): Scene {
  const lens = lensOf(pose);
  const legs = roadsOf(layout).flatMap((road) => (['in', 'out'] as const).map((leg) => ({ road, leg })));
  const lanes = legs.flatMap(({ road, leg }) => lanesOf(lens, road, leg));
  const zones = legs.flatMap(({ road, leg }) => zonesOf(lens, road, leg));
  const lines = legs.flatMap(({ road, leg }) => linesOf(lens, road, leg));
  return { lanes, zones, lines, groundPlane: planeOf(lens, pose) };
}

const farthest = 40;

/** The stretch of a strip that is in the picture and near enough, in `u`; undefined where it is short. */
function stretch(
  lens: Lens,
  road: Road,
  leg: Leg,
  d: number,
  least = 10,
): readonly [number, number] | undefined {
  const from = leg === 'in' ? -road.reach + 5 : road.crossingTo;
  const to = leg === 'in' ? -road.stopLine : road.reach - 5;
  const seen: number[] = [];
  for (let u = from; u <= to + 1e-9; u += 0.5) if (sees(lens, toX(road, u, d), toY(road, u, d))) seen.push(u);
  const [first, last] = [seen[0], seen.at(-1)];
  return first === undefined || last === undefined || last - first < least ? undefined : [first, last];
}

function sees(lens: Lens, x: number, y: number): boolean {
  const point = lens.project(x, y, 0);
  const away = Math.hypot(x - lens.pose.x, y - lens.pose.y);
  return (
    point !== undefined &&
    away < farthest &&
    point.x > 0.01 &&
    point.x < 0.99 &&
    point.y < 0.99 &&
    point.y > 0.05
  );
}

/** A lane, shoulder or carriageway as far as a camera watches it, in metres along its strip. */
export interface Watched {
  readonly road: Road;
  readonly leg: Leg;
  /** Counted from the centre line; `shoulder` beside the outer lane. */
  readonly lane: number | 'shoulder';
  readonly from: number;
  readonly to: number;
}

/** Where on the main road something can happen before this camera. */
export function watchedBy(pose: CameraPose, layout: RoadLayout = junction): Watched[] {
  const lens = lensOf(pose);
  return roadsOf(layout)
    .filter(({ axis }) => axis === 'main')
    .flatMap((road) =>
      (['in', 'out'] as const).flatMap((leg) => {
        const lanes: (number | 'shoulder')[] = [
          ...Array.from({ length: road.lanes }, (_, i) => i + 1),
          'shoulder',
        ];
        return lanes.flatMap((lane): Watched[] => {
          const d = lane === 'shoulder' ? (road.shoulderAt + road.width) / 2 : laneCentre(road, lane);
          const range = stretch(lens, road, leg, d);
          return range === undefined ? [] : [{ road, leg, lane, from: range[0], to: range[1] }];
        });
      }),
    );
}

function linesOf(lens: Lens, road: Road, leg: Leg): Line[] {
  const u = leg === 'in' ? -road.stopLine - spillbackMetres.in : road.stopLine + spillbackMetres.out;
  const range = stretch(lens, road, leg, laneCentre(road, 1));
  if (range === undefined || u < range[0] + 2 || u > range[1] - 8) return [];
  const id = lineId(road, leg);
  const points = [at(lens, road, u, 0.2), at(lens, road, u, road.shoulderAt)] as const;
  return [{ id, name: id, kind: 'spillback', points, group: groupId(road, leg) }];
}

function lanesOf(lens: Lens, road: Road, leg: Leg): Lane[] {
  return Array.from({ length: road.lanes }, (_, i) => i + 1).flatMap((number) => {
    const d = laneCentre(road, number);
    const range = stretch(lens, road, leg, d);
    if (range === undefined) return [];
    const id = laneId(road, leg, number);
    const half = road.laneWidth / 2;
    const polygon = stripOf(lens, road, range, d - half, d + half);
    const direction = [at(lens, road, range[0], d), at(lens, road, range[1], d)];
    // A line just out of the picture is drawn at its edge: there the queue begins for this camera.
    const nearLine = leg === 'in' && range[1] > -road.stopLine - 15;
    const stopLine = () => [at(lens, road, range[1], d - half), at(lens, road, range[1], d + half)] as const;
    return [
      {
        id,
        name: id,
        group: groupId(road, leg),
        polygon,
        direction,
        ...(nearLine ? { stopLine: stopLine() } : {}),
      },
    ];
  });
}

function zonesOf(lens: Lens, road: Road, leg: Leg): Zone[] {
  const zones: Zone[] = [];
  const shoulder = stretch(lens, road, leg, (road.shoulderAt + road.width) / 2);
  if (shoulder !== undefined) {
    const id = shoulderId(road, leg);
    zones.push({
      id,
      name: id,
      kind: 'shoulder',
      polygon: stripOf(lens, road, shoulder, road.shoulderAt, road.width),
    });
  }
  const carriageway = stretch(lens, road, leg, road.shoulderAt / 2);
  if (carriageway !== undefined) {
    const id = carriagewayId(road, leg);
    zones.push({
      id,
      name: id,
      kind: 'carriageway',
      polygon: stripOf(lens, road, carriageway, 0.2, road.shoulderAt),
    });
    const [from, to] =
      leg === 'in' ? [-road.crossingTo, -road.crossingFrom] : [road.crossingFrom, road.crossingTo];
    const corners = [from!, to!].flatMap((u) =>
      [0, road.width].map((d) => lens.project(toX(road, u, d), toY(road, u, d), 0)),
    );
    if (corners.every((corner) => corner !== undefined)) {
      const polygon = stripOf(lens, road, [from!, to!], 0, road.width);
      zones.push({ id: `crossing-${groupId(road, leg)}`, name: 'crossing', kind: 'crossing', polygon });
    }
  }
  return zones;
}

/** Along the strip in steps, since straight edges stay straight but leave the picture at places. */
function stripOf(
  lens: Lens,
  road: Road,
  [from, to]: readonly [number, number],
  left: number,
  right: number,
): Point[] {
  return [
    at(lens, road, from, left),
    at(lens, road, to, left),
    at(lens, road, to, right),
    at(lens, road, from, right),
  ];
}

function at(lens: Lens, road: Road, u: number, d: number): Point {
  const { x, y } = lens.project(toX(road, u, d), toY(road, u, d), 0)!;
  return { x, y };
}

function planeOf(lens: Lens, { x, y, target }: CameraPose): NonNullable<Scene['groundPlane']> {
  const length = Math.hypot(target.x - x, target.y - y);
  const [fx, fy] = [(target.x - x) / length, (target.y - y) / length];
  const corner = (ahead: number, aside: number) => ({
    x: x + fx * ahead + fy * aside,
    y: y + fy * ahead - fx * aside,
  });
  const metres = [corner(12, -4), corner(12, 4), corner(40, 8), corner(40, -8)] as const;
  const picture = metres.map((corner) => {
    const seen = lens.project(corner.x, corner.y, 0)!;
    return { x: seen.x, y: seen.y };
  });
  return { metres, picture: picture as unknown as NonNullable<Scene['groundPlane']>['picture'] };
}
