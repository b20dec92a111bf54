import type { GroundPlane, Metres, Scene } from '#camera';
import type { Observation } from '#perception';
import { drawnGround, type Ground, type GroundSource, posedGround } from '../ground/ground.ts';
import { learnSize, newSizes, poseFromSizes } from '../ground/vehicle-sizes.ts';
import { drawFlow } from './draw-flow.ts';
import { flowsOf } from './flows.ts';
import { trailsOf } from './trails.ts';

/** Stored observations of one camera in order; each iteration reads them anew. */
export type StoredObservations = Iterable<Observation> | AsyncIterable<Observation>;

export interface ProposeOptions {
  /** Where somebody has drawn one; else it is estimated from the sizes of what passes. */
  readonly groundPlane?: GroundPlane | undefined;
  /** Width over height of the picture; 16/9 unless told. */
  readonly aspect?: number | undefined;
}

export interface ProposedScene {
  /** Without a ground plane where its metres would be assumed. */
  readonly scene: Scene;
  /** Vehicles whose ways it was made from. */
  readonly trails: number;
  /** `learned` metres rest on what vehicles usually measure: good for proportions, to be checked before speeds are believed. */
  readonly ground: GroundSource;
}

/**
 * Lanes, their directions, stop lines and carriageways as the traffic of an hour or so shows them, to be confirmed or corrected by a
 * person. Observations are read twice if no ground plane is given, and never held.
 */
export async function proposeScene(
  observations: StoredObservations,
  { groundPlane, aspect = 16 / 9 }: ProposeOptions = {},
): Promise<ProposedScene> {
  const ground = groundPlane ? drawnGround(groundPlane) : await estimatedGround(observations, aspect);
  const trails = await trailsOf(observations, ground);
  const flows = flowsOf(trails).map((flow, i) => drawFlow(flow, `flow-${i + 1}`, ground));
  const plane = groundPlane ?? planeOf(ground);
  return {
    scene: {
      lanes: flows.flatMap(({ lanes }) => lanes),
      zones: flows.flatMap(({ zones }) => zones),
      lines: [],
      ...(plane ? { groundPlane: plane } : {}),
    },
    trails: trails.length,
    ground: ground.source,
  };
}

async function estimatedGround(observations: StoredObservations, aspect: number): Promise<Ground> {
  const sizes = newSizes();
  for await (const { tracks, capturedAt, quality } of observations) {
    if (quality !== 'good') continue;
    for (const { kind, box, lastSeenAt } of tracks) if (lastSeenAt >= capturedAt) learnSize(sizes, kind, box);
  }
  const pose = poseFromSizes(sizes, undefined, aspect);
  if (pose !== undefined) return posedGround(pose, 'learned');
  return posedGround({ horizon: 0.1, heightMetres: 6, focal: 1.45, aspect }, 'assumed');
}

/** Four points well apart in the lower part of the picture; undefined where nothing is known of the ground. */
function planeOf(ground: Ground): GroundPlane | undefined {
  if (ground.source === 'assumed') return undefined;
  const picture = [
    { x: 0.1, y: 0.95 },
    { x: 0.9, y: 0.95 },
    { x: 0.75, y: 0.45 },
    { x: 0.25, y: 0.45 },
  ] as const;
  const metres = picture.map((point) => ground.toRoad(point)).map((point) => point && toCentimetres(point));
  if (metres.includes(undefined)) return undefined;
  return { picture, metres: metres as unknown as GroundPlane['metres'] };
}

function toCentimetres({ x, y }: Metres): Metres {
  return { x: Math.round(x * 100) / 100, y: Math.round(y * 100) / 100 };
}
