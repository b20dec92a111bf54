import type { EpochMs } from '#base';
import type { Ground } from '../ground/ground.ts';
import type { Journey } from '../journey/journey.ts';
import { footprint } from '../journey/standpoint.ts';
import { pointAt, stationOf } from '../road/polyline.ts';
import type { RoadLane } from '../road/road.ts';

/** Beside it by less than this, one is in the other's way: half a lane. */
const sameWay = 2;
/** Slower than this, metres a second, is standing in a queue or about to; who only slows down to get by is not. */
const queueSpeed = 1.2;
/** Who was seen standing so long ago may have gone unseen since, but is likely still there. */
const rememberedMs = 10_000;

/** Free metres from its front to the nearest one ahead that stands or creeps, as far as has been seen; Infinity if none. */
export function metresToLeader(
  vehicle: Journey,
  lane: RoadLane,
  others: readonly Journey[],
  at: EpochMs,
): number {
  const { dx: axisX, dy: axisY } = stationOf(lane.axis, vehicle.x, vehicle.y);
  const own = footprint[vehicle.kind].length / 2;
  let nearest = Number.POSITIVE_INFINITY;
  for (const other of others) {
    if (other === vehicle || other.speed > queueSpeed || at - other.lastSeenAt > rememberedMs) continue;
    const dx = other.x - vehicle.x;
    const dy = other.y - vehicle.y;
    const ahead = dx * axisX + dy * axisY;
    const beside = Math.abs(dx * axisY - dy * axisX);
    if (ahead < 0.8 || beside > sameWay + other.noise) continue;
    nearest = Math.min(nearest, ahead - own - footprint[other.kind].length / 2);
  }
  return nearest;
}

/** Free metres from its front to the stop line; undefined where there is none. Below 0 it stands beyond the line. */
export function metresToStopLine(vehicle: Journey, lane: RoadLane): number | undefined {
  if (lane.stopAt === undefined) return undefined;
  return lane.stopAt - stationOf(lane.axis, vehicle.x, vehicle.y).at - footprint[vehicle.kind].length / 2;
}

/** A bus and the gaps around it: the longest that would have to go undetected. */
export const oneVehicle = 13;
/** Two of the longest vehicles, which would both have to go undetected. */
export const twoVehicles = 24;
/** Height of a rider from which on one is found most of the time, as a share of the picture's. */
const wellSeen = 0.1;

/**
 * Whether the road before it is empty even if the light is red: so much of it is seen that a queue would be noticed. What stands far
 * away is not detected well enough to say so. By how tall a rider ten metres ahead of it would be, as a share of the picture's height.
 */
export function seesFreeRoad(vehicle: Journey, lane: RoadLane, ground: Ground): boolean {
  const { at } = stationOf(lane.axis, vehicle.x, vehicle.y);
  const here = widthOfMetre(lane, at, ground);
  const ahead = widthOfMetre(lane, at + 10, ground);
  const height = (vehicle.box.bottom - vehicle.box.top) * (1.7 / (apparent[vehicle.kind] ?? 1.7));
  return here > 0 && height * Math.min(1, ahead / here) > wellSeen;
}

/** Apparent heights in metres, to compare boxes of different kinds. */
const apparent: Readonly<Record<string, number>> = { car: 1.65, bus: 3.3, truck: 2.8 };

/** Width in the picture of a metre across the lane's axis. */
function widthOfMetre(lane: RoadLane, at: number, ground: Ground): number {
  const middle = pointAt(lane.axis, at);
  const { dx, dy } = stationOf(lane.axis, middle.x, middle.y);
  const left = ground.toPicture({ x: middle.x - dy / 2, y: middle.y + dx / 2 });
  const right = ground.toPicture({ x: middle.x + dy / 2, y: middle.y - dx / 2 });
  return left && right ? Math.hypot(left.x - right.x, left.y - right.y) : 0;
}
