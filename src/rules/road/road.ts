import { type Box, insidePolygon, NgatuError, type Point } from '#base';
import type { Lane, Line, Metres, Scene, Zone, ZoneKind } from '#camera';
import type { Ground } from '../ground/ground.ts';
import { type Polyline, pointAt, polylineOf, stationOf } from './polyline.ts';

/** A scene made ready for measuring: every lane with its centre line in metres, found by index. */
export interface Road {
  readonly ground: Ground;
  readonly lanes: readonly RoadLane[];
  readonly groups: readonly RoadGroup[];
  readonly zones: readonly RoadZone[];
  readonly lines: readonly Line[];
}

export interface RoadLane {
  readonly index: number;
  readonly group: number;
  readonly lane: Lane;
  readonly axis: Polyline;
  readonly halfWidth: number;
  readonly bounds: Box;
  /** Metres along the axis where traffic waits for a signal; undefined without one. */
  readonly stopAt: number | undefined;
  /** Metres along the axis where passing vehicles are counted, and that place in the picture. */
  readonly countAt: number;
  readonly countPoint: Point | undefined;
}

export interface RoadGroup {
  readonly index: number;
  readonly id: string;
  readonly lanes: readonly RoadLane[];
  /** Sum of its lanes' watched lengths. */
  readonly laneMetres: number;
  readonly signalled: boolean;
  /** The longest red that the scene names for any of its lanes. */
  readonly maxRedSeconds: number | undefined;
  readonly freeFlowKmh: number | undefined;
  /** A rectangle of the picture around all its lanes. */
  readonly bounds: Box;
}

export interface RoadZone {
  readonly index: number;
  readonly zone: Zone;
  readonly bounds: Box;
}

export const maxLanes = 64;
export const maxZones = 64;
/** Metres beside a lane that still belong to its road. */
const shoulderReach = 3.5;

/** Throws `SCENE_LANE` or `SCENE_SIZE` (config) where a lane cannot be measured or there is more than a camera can show. */
export function compileRoad(scene: Scene, ground: Ground): Road {
  if (scene.lanes.length > maxLanes || scene.zones.length > maxZones) {
    throw new NgatuError('SCENE_SIZE', `A scene has at most ${maxLanes} lanes and ${maxZones} zones.`, {
      kind: 'config',
      context: { lanes: scene.lanes.length, zones: scene.zones.length },
    });
  }
  const ids = [...new Set(scene.lanes.map((lane) => lane.group))];
  const lanes = scene.lanes.map((lane, index) =>
    compileLane(lane, index, ids.indexOf(lane.group), scene, ground),
  );
  return {
    ground,
    lanes,
    groups: ids.map((id, index) => compileGroup(id, index, lanes)),
    zones: scene.zones.map((zone, index) => ({ index, zone, bounds: boundsOf(zone.polygon) })),
    lines: scene.lines,
  };
}

function compileLane(lane: Lane, index: number, group: number, scene: Scene, ground: Ground): RoadLane {
  const onRoad = lane.direction.map((point) => ground.toRoad(point)).filter((point) => point !== undefined);
  const axis = polylineOf(onRoad);
  if (axis === undefined || lane.polygon.length < 3) {
    throw new NgatuError(
      'SCENE_LANE',
      `Lane "${lane.id}" needs a polygon of three points and a direction of two different points below the horizon.`,
      { kind: 'config', context: { lane: lane.id } },
    );
  }
  const countAt = countStation(lane, axis, scene.lines, ground);
  const stop = lane.stopLine && ground.toRoad(middleOf(lane.stopLine));
  return {
    index,
    group,
    lane,
    axis,
    halfWidth: halfWidthOf(lane, axis, ground),
    bounds: boundsOf(lane.polygon),
    stopAt: stop && stationOf(axis, stop.x, stop.y).at,
    countAt,
    countPoint: ground.toPicture(pointAt(axis, countAt)),
  };
}

/** Mean distance of the polygon's corners from the axis. */
function halfWidthOf(lane: Lane, axis: Polyline, ground: Ground): number {
  const corners = lane.polygon.map((point) => ground.toRoad(point)).filter((point) => point !== undefined);
  const offsets = corners.map(({ x, y }) => Math.abs(stationOf(axis, x, y).offset));
  return offsets.reduce((sum, offset) => sum + offset, 0) / Math.max(1, offsets.length);
}

/** Where a drawn count line crosses the lane's axis; else the lane's middle. */
function countStation(lane: Lane, axis: Polyline, lines: readonly Line[], ground: Ground): number {
  for (const line of lines) {
    if (line.kind !== 'count') continue;
    const crossing = crossingOf(lane.direction, line.points);
    const onRoad = crossing && insidePolygon(crossing, lane.polygon) ? ground.toRoad(crossing) : undefined;
    if (onRoad !== undefined) return stationOf(axis, onRoad.x, onRoad.y).at;
  }
  return axis.length / 2;
}

/** Where a path first meets a segment, in the picture. */
export function crossingOf(path: readonly Point[], [a, b]: readonly [Point, Point]): Point | undefined {
  for (let i = 0; i + 1 < path.length; i++) {
    const p = path[i]!;
    const q = path[i + 1]!;
    const cross = (q.x - p.x) * (b.y - a.y) - (q.y - p.y) * (b.x - a.x);
    if (cross === 0) continue;
    const t = ((a.x - p.x) * (b.y - a.y) - (a.y - p.y) * (b.x - a.x)) / cross;
    const u = ((a.x - p.x) * (q.y - p.y) - (a.y - p.y) * (q.x - p.x)) / cross;
    if (t >= 0 && t <= 1 && u >= 0 && u <= 1) return { x: p.x + (q.x - p.x) * t, y: p.y + (q.y - p.y) * t };
  }
  return undefined;
}

function compileGroup(id: string, index: number, all: readonly RoadLane[]): RoadGroup {
  const lanes = all.filter((lane) => lane.group === index);
  const reds = lanes.map(({ lane }) => lane.maxRedSeconds).filter((red) => red !== undefined);
  const flows = lanes.map(({ lane }) => lane.freeFlowKmh).filter((flow) => flow !== undefined);
  return {
    index,
    id,
    lanes,
    laneMetres: lanes.reduce((sum, lane) => sum + lane.axis.length, 0),
    signalled: lanes.some((lane) => lane.stopAt !== undefined),
    maxRedSeconds: reds.length === 0 ? undefined : Math.max(...reds),
    freeFlowKmh: flows.length === 0 ? undefined : flows.reduce((sum, flow) => sum + flow, 0) / flows.length,
    bounds: boundsOf(lanes.flatMap(({ lane }) => lane.polygon)),
  };
}

/** The first lane in drawing order that holds the point; undefined off the lanes. */
export function laneAt(road: Road, point: Point): RoadLane | undefined {
  for (const lane of road.lanes) {
    if (insideBox(point, lane.bounds) && insidePolygon(point, lane.lane.polygon)) return lane;
  }
  return undefined;
}

/** Somebody on the move. */
interface Moving extends Metres {
  readonly vx: number;
  readonly vy: number;
  readonly speed: number;
}

/** The lane that leads where somebody drives and is no further than `reach` metres beside it; undefined if none is. */
export function laneAlong(road: Road, { x, y, vx, vy, speed }: Moving, reach: number): RoadLane | undefined {
  return road.lanes.find((lane) => {
    const { at, offset, dx, dy } = stationOf(lane.axis, x, y);
    const within = at > -reach && at < lane.axis.length + reach && Math.abs(offset) < lane.halfWidth + reach;
    return within && vx * dx + vy * dy > 0.7 * speed;
  });
}

/** All lanes that hold a place or pass it within `reach` metres. */
export function lanesAbout(road: Road, x: number, y: number, reach: number): RoadLane[] {
  return road.lanes.filter((lane) => {
    const { at, offset } = stationOf(lane.axis, x, y);
    return at > -5 && at < lane.axis.length + 5 && Math.abs(offset) < lane.halfWidth + reach;
  });
}

/** The nearest lane that runs beside a place, within the reach of a shoulder. */
export function laneBeside(road: Road, x: number, y: number): RoadLane | undefined {
  let nearest = shoulderReach;
  let found: RoadLane | undefined;
  for (const lane of road.lanes) {
    const { at, offset } = stationOf(lane.axis, x, y);
    const away = Math.abs(offset) - lane.halfWidth;
    if (at < -2 || at > lane.axis.length + 2 || away >= nearest) continue;
    nearest = away;
    found = lane;
  }
  return found;
}

/** The first zone of a kind that holds the point. */
export function zoneAt(road: Road, point: Point, kind: ZoneKind): RoadZone | undefined {
  for (const zone of road.zones) {
    if (zone.zone.kind !== kind || !insideBox(point, zone.bounds)) continue;
    if (insidePolygon(point, zone.zone.polygon)) return zone;
  }
  return undefined;
}

function middleOf([a, b]: readonly [Point, Point]): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function insideBox(point: Point, box: Box): boolean {
  return point.x >= box.left && point.x <= box.right && point.y >= box.top && point.y <= box.bottom;
}

function boundsOf(points: readonly Point[]): Box {
  let [left, top, right, bottom] = [1, 1, 0, 0];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}
