import type { Point } from '#base';
import type { GroundPlane, Lane, Scene } from '#camera';
import type { Observation } from '#perception';
import { drawnGround, type Ground, type Pose, posedGround } from '../ground/ground.ts';
import { learnSize, newSizes, poseFromSizes } from '../ground/vehicle-sizes.ts';
import { pointAt, stationOf } from '../road/polyline.ts';
import { type Flow, flowsOf } from './flows.ts';
import { lanesOf, type ProposedLane } from './lanes.ts';
import { trailsOf } from './trails.ts';

export interface ProposeOptions {
  /** Where somebody has drawn one; else it is estimated from the sizes of what passes. */
  readonly groundPlane?: GroundPlane | undefined;
  /** Width over height of the picture; 16/9 unless told. */
  readonly aspect?: number;
}

export interface ProposedScene {
  readonly scene: Scene;
  /** Vehicles whose ways it was made from. */
  readonly trails: number;
  /** `learned` metres rest on what vehicles usually measure: good for proportions, to be checked before speeds are believed. */
  readonly ground: 'drawn' | 'learned' | 'assumed';
}

/**
 * Lanes, their directions and stop lines as the traffic of an hour or so shows them, to be confirmed or corrected by a person.
 * Observations are read twice if no ground plane is given, so it must be possible to iterate over them again.
 */
export function proposeScene(
  observations: Iterable<Observation>,
  options: ProposeOptions = {},
): ProposedScene {
  const { groundPlane, aspect = 16 / 9 } = options;
  const ground = groundPlane ? drawnGround(groundPlane) : estimatedGround(observations, aspect);
  const trails = trailsOf(observations, ground);
  const lanes = flowsOf(trails).flatMap((flow, i) => {
    const group = `flow-${i + 1}`;
    return lanesOf(flow).map((lane, k) => drawnLane(flow, lane, group, `${group}-lane-${k + 1}`, ground));
  });
  const plane = groundPlane ?? planeOf(ground);
  const scene = { lanes: lanes.filter((lane) => lane !== undefined), zones: [], lines: [] };
  return {
    scene: plane ? { ...scene, groundPlane: plane } : scene,
    trails: trails.length,
    ground: ground.source,
  };
}

/** A ground plane from the sizes of vehicles; undefined where too few have passed. Its metres are learned ones, see `ProposedScene`. */
export function estimateGroundPlane(
  observations: Iterable<Observation>,
  aspect = 16 / 9,
): GroundPlane | undefined {
  const pose = poseOf(observations, aspect);
  return pose && planeOf(posedGround(pose, 'learned'));
}

function estimatedGround(observations: Iterable<Observation>, aspect: number): Ground {
  const pose = poseOf(observations, aspect);
  if (pose !== undefined) return posedGround(pose, 'learned');
  return posedGround({ horizon: 0.1, heightMetres: 6, focal: 1.45, aspect }, 'assumed');
}

function poseOf(observations: Iterable<Observation>, aspect: number): Pose | undefined {
  const sizes = newSizes();
  for (const { tracks, capturedAt } of observations) {
    for (const { kind, box, lastSeenAt } of tracks) if (lastSeenAt >= capturedAt) learnSize(sizes, kind, box);
  }
  return poseFromSizes(sizes, undefined, aspect);
}

/** Four points well apart in the lower part of the picture. */
function planeOf(ground: Ground): GroundPlane | undefined {
  const picture = [
    { x: 0.1, y: 0.95 },
    { x: 0.9, y: 0.95 },
    { x: 0.75, y: 0.45 },
    { x: 0.25, y: 0.45 },
  ] as const;
  const metres = picture.map((point) => ground.toRoad(point));
  if (metres.some((point) => point === undefined)) return undefined;
  return { picture, metres: metres as unknown as GroundPlane['metres'] };
}

const knots = 5;

function drawnLane(
  { axis }: Flow,
  lane: ProposedLane,
  group: string,
  id: string,
  ground: Ground,
): Lane | undefined {
  const { from, to, offset, width, stopAt } = lane;
  const line = (side: number): Point[] =>
    Array.from({ length: knots }, (_, k) => seen(from + ((to - from) * k) / (knots - 1), side)).filter(
      (point) => point !== undefined,
    );
  function seen(at: number, side: number): Point | undefined {
    const middle = pointAt(axis, at);
    const { dx, dy } = stationOf(axis, middle.x, middle.y);
    const point = ground.toPicture({ x: middle.x - dy * side, y: middle.y + dx * side });
    return point && { x: clip(point.x), y: clip(point.y) };
  }
  const direction = line(offset);
  const polygon = [...line(offset + width / 2), ...line(offset - width / 2).reverse()];
  if (to - from < 5 || direction.length < 2 || polygon.length < 3) return undefined;
  const stop =
    stopAt === undefined ? [] : [seen(stopAt, offset + width / 2), seen(stopAt, offset - width / 2)];
  const [left, right] = stop;
  return {
    id,
    name: id,
    group,
    polygon,
    direction,
    ...(left && right ? { stopLine: [left, right] as const } : {}),
  };
}

function clip(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
}
