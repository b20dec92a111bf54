import type { EpochMs } from '#base';
import type { Metres } from '#camera';
import type { Observation, RoadUser } from '#perception';
import type { Ground } from '../ground/ground.ts';
import { newStandpoint, standpointOf } from '../journey/standpoint.ts';

/** One vehicle's way on the road. */
export interface Trail {
  readonly kind: RoadUser;
  readonly points: readonly Metres[];
  readonly length: number;
  /** Unit vector from its first to its last point. */
  readonly dx: number;
  readonly dy: number;
  /** Where it stood for seconds. */
  readonly stops: readonly Metres[];
}

/** More trails than an hour of a busy junction needs to be understood. */
const mostTrails = 4_000;
const mostPoints = 24;
/** Shorter ways say little of a lane. */
const leastMetres = 10;
const stopSeconds = 4;

interface Growing {
  kind: RoadUser;
  readonly points: Metres[];
  readonly stops: Metres[];
  stillSince: EpochMs;
  lastSeenAt: EpochMs;
}

/** The ways of all vehicles that drove at least ten metres. */
export async function trailsOf(
  observations: Iterable<Observation> | AsyncIterable<Observation>,
  ground: Ground,
): Promise<Trail[]> {
  const growing = new Map<number, Growing>();
  const trails: Trail[] = [];
  for await (const { tracks, capturedAt, quality } of observations) {
    if (quality !== 'good') continue;
    for (const { id, kind, box, lastSeenAt } of tracks) {
      if (lastSeenAt < capturedAt || kind === 'person' || isCutOff(box)) continue;
      const trail = growing.get(id) ?? { kind, points: [], stops: [], stillSince: capturedAt, lastSeenAt };
      growing.set(id, trail);
      if (standpointOf(ground, box, kind, 0, 0, standpoint)) grow(trail, standpoint, capturedAt);
      trail.kind = kind;
      trail.lastSeenAt = capturedAt;
    }
    for (const [id, trail] of growing) {
      if (capturedAt - trail.lastSeenAt < 5_000) continue;
      growing.delete(id);
      finish(trail, trails);
    }
    if (trails.length >= mostTrails) break;
  }
  for (const trail of growing.values()) finish(trail, trails);
  return trails;
}

function isCutOff({
  left,
  top,
  right,
  bottom,
}: {
  left: number;
  top: number;
  right: number;
  bottom: number;
}): boolean {
  return left < 0.01 || right > 0.99 || top < 0.005 || bottom > 0.985;
}

/** Keeps a point every metre; once there are too many, every other goes. */
function grow(trail: Growing, { x, y }: Metres, at: EpochMs): void {
  const last = trail.points.at(-1);
  const moved = last === undefined || Math.hypot(x - last.x, y - last.y) >= 1;
  if (!moved) {
    if (at - trail.stillSince > stopSeconds * 1000 && trail.stops.at(-1) !== last) trail.stops.push(last);
    return;
  }
  trail.stillSince = at;
  trail.points.push({ x, y });
  if (trail.points.length > 2 * mostPoints) {
    const kept = trail.points.filter((_, i) => i % 2 === 0);
    trail.points.splice(0, trail.points.length, ...kept);
  }
}

function finish({ kind, points, stops }: Growing, trails: Trail[]): void {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || trails.length >= mostTrails) return;
  const length = Math.hypot(last.x - first.x, last.y - first.y);
  if (length < leastMetres || points.length < 4) return;
  trails.push({
    kind,
    points,
    stops,
    length,
    dx: (last.x - first.x) / length,
    dy: (last.y - first.y) / length,
  });
}

const standpoint = newStandpoint();
