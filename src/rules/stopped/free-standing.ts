import type { RoadUser } from '#perception';
import type { Journey } from '../journey/journey.ts';
import { stationOf } from '../road/polyline.ts';
import { laneBeside, lanesAbout, type Road, type RoadLane } from '../road/road.ts';
import type { View } from '../rule.ts';
import { metresToLeader, metresToStopLine, oneVehicle, seesFreeRoad, twoVehicles } from './queueing.ts';
import type { Spot } from './spot.ts';

/** By how many metres a standing vehicle may be measured beside where it is; a box says less of where a long one stands. */
const sideError: Readonly<Record<RoadUser, number>> = {
  car: 0.3,
  motorbike: 0.4,
  bicycle: 0.4,
  person: 0.4,
  bus: 1.2,
  truck: 0.8,
};

const twoWheeled: ReadonlySet<RoadUser> = new Set(['motorbike', 'bicycle', 'person']);
const usualAspect = 16 / 9;

/** A road on which somebody got past within this time is not shut. */
const passedMs = 8_000;
const jamReach = { ahead: 8, behind: 14 };

/** On a road as full and slow as this nobody can be told from the queue. */
const jamIndex = 70;

/** A queue starts to move at about four metres a second, from the line backwards, after this; who waits beside it is let in late. */
const startSeconds = { inLane: 4, beside: 10 };
const startSpeed = 4;

/**
 * Why a vehicle stands: `free` for its own reasons, `queued` behind another or at a red light in one of the lanes that it may be in,
 * `unsure` where others stand about it and nothing gets past: then it may head a queue whose cause is out of sight. Two-wheelers filter past a
 * queue on the shoulder and wait beside it; whoever else stands there does not wait.
 */
export type Standing = 'free' | 'queued' | 'unsure';

export function standingOf(spot: Spot, road: Road, queueGapMetres: number, view: View): Standing {
  const { vehicle, x, y } = spot;
  if (vehicle === undefined) return 'free';
  // Not those of the other carriageway, into which a large one is measured easily.
  const group = vehicle.lastLane?.group;
  const within = lanesAbout(road, x, y, sideError[vehicle.kind] + vehicle.noise / 2).filter(
    (lane) => group === undefined || lane.group === group,
  );
  const two = twoWheeled.has(vehicle.kind) || isNarrow(vehicle);
  // Measured beside every lane: the one it came in, or waits beside.
  const own = spot.kind === 'lane' ? vehicle.lastLane : two ? laneBeside(road, x, y) : undefined;
  const lanes = within.length > 0 || own === undefined ? within : [own];
  for (const lane of lanes) notePassing(spot, vehicle, lane, view);
  if (lanes.some((lane) => metresToLeader(vehicle, lane, view.journeys, view.at) < queueGapMetres))
    return 'queued';
  if (lanes.some((lane) => isAtRedIn(lane, vehicle, road, view))) return 'queued';
  return lanes.some((lane) => isUnsureIn(lane, spot, vehicle, road, view)) ? 'unsure' : 'free';
}

/** One in ten riders is taken for a car, but no car is much taller than wide. */
function isNarrow({ kind, box }: Journey): boolean {
  return kind === 'car' && (box.right - box.left) * usualAspect < 0.8 * (box.bottom - box.top);
}

function isAtRedIn(lane: RoadLane, vehicle: Journey, road: Road, view: View): boolean {
  const { at, groups, journeys } = view;
  const toLine = metresToStopLine(vehicle, lane);
  const signal = groups[lane.group]!.signal;
  if (signal === undefined || toLine === undefined || toLine < -6) return false;
  const phase = signal.phase(at);
  if (phase === 'overdue') return false;
  const isBeside = Math.abs(stationOf(lane.axis, vehicle.x, vehicle.y).offset) > lane.halfWidth;
  const starts = (isBeside ? startSeconds.beside : startSeconds.inLane) + Math.max(0, toLine) / startSpeed;
  if (phase === 'green' && signal.greenSeconds(at) > starts) return false;
  const toLeader = metresToLeader(vehicle, lane, journeys, at);
  const empty = Math.min(toLeader, toLine) > twoVehicles && seesFreeRoad(vehicle, lane, road.ground);
  return isBeside || !empty;
}

/**
 * Nobody queues behind an empty road. Where not enough of it is seen, who gets past tells that it is not shut; on a road that is full and
 * slow only cars do, two of them, as riders always find a way and a track may jump.
 */
function isUnsureIn(lane: RoadLane, spot: Spot, vehicle: Journey, road: Road, view: View): boolean {
  const { index } = view.groups[lane.group]!;
  const toLeader = metresToLeader(vehicle, lane, view.journeys, view.at);
  const toEnd = lane.axis.length - stationOf(lane.axis, vehicle.x, vehicle.y).at;
  const empty = Math.min(toLeader, toEnd) > oneVehicle && seesFreeRoad(vehicle, lane, road.ground);
  if (empty && !standsAhead(vehicle, lane, view)) return false;
  const full = index >= jamIndex;
  if (view.at - (full ? spot.passedByCarsAt : spot.passedAt) < (full ? 2 : 1) * passedMs) return false;
  return full || isJammed(vehicle, lane, view);
}

/** Notes who comes from behind it and drives on before it: so the road is not shut. Who drives off before it may be the head of its queue. */
function notePassing(spot: Spot, vehicle: Journey, lane: RoadLane, { at, journeys }: View): void {
  const { dx, dy } = stationOf(lane.axis, vehicle.x, vehicle.y);
  for (const other of journeys) {
    if (other.lastSeenAt !== at || other === vehicle || other.lastLane?.group !== lane.group) continue;
    const ahead = (other.x - vehicle.x) * dx + (other.y - vehicle.y) * dy;
    if (ahead < 1) spot.seenBehind.add(other);
    const drivesOn = other.speed > 2.5 && other.vx * dx + other.vy * dy > 0.7 * other.speed;
    if (ahead < 1 || !drivesOn || !spot.seenBehind.has(other)) continue;
    spot.passed(other, at);
  }
}

/** Whether anybody stands farther on, in any lane of its road. */
function standsAhead(vehicle: Journey, lane: RoadLane, { journeys }: View): boolean {
  const { dx, dy } = stationOf(lane.axis, vehicle.x, vehicle.y);
  return journeys.some(
    (other) =>
      other.standingSince !== undefined &&
      other.lane?.group === lane.group &&
      (other.x - vehicle.x) * dx + (other.y - vehicle.y) * dy > 3,
  );
}

/** Whether others of its road stand behind or beside it. Who stands there alone is not the head of a queue. */
function isJammed(vehicle: Journey, lane: RoadLane, { journeys }: View): boolean {
  const { dx, dy } = stationOf(lane.axis, vehicle.x, vehicle.y);
  return journeys.some((other) => {
    if (other === vehicle || other.standingSince === undefined || other.lane?.group !== lane.group)
      return false;
    const behind = (vehicle.x - other.x) * dx + (vehicle.y - other.y) * dy;
    return behind > -jamReach.ahead && behind < jamReach.behind;
  });
}
