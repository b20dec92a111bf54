import type { RoadUser } from '#perception';
import type { Journey } from '../journey/journey.ts';
import { stationOf } from '../road/polyline.ts';
import { laneBeside, lanesAbout, type Road, type RoadLane } from '../road/road.ts';
import type { View } from '../rule.ts';
import { metresToLeader, metresToStopLine, seesFreeRoad } from './queueing.ts';
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

/** A queue starts to move at about four metres a second, from the line backwards, after this; who waits beside it is let in late. */
const startSeconds = { inLane: 4, beside: 10 };
const startSpeed = 4;

/**
 * Whether a vehicle stands for its own reasons: in none of the lanes that it may be in is it part of a queue or at a red light. Two-wheelers
 * filter past a queue on the shoulder and wait beside it; whoever else stands there does not wait.
 */
export function standsFree({ vehicle, x, y }: Spot, road: Road, queueGapMetres: number, view: View): boolean {
  if (vehicle === undefined) return true;
  const within = lanesAbout(road, x, y, sideError[vehicle.kind] + vehicle.noise / 2);
  const two = vehicle.kind === 'motorbike' || vehicle.kind === 'bicycle' || vehicle.kind === 'person';
  const beside = within.length === 0 && two ? laneBeside(road, x, y) : undefined;
  const lanes = beside === undefined ? within : [beside];
  return lanes.every((lane) => isFreeIn(lane, vehicle, road, queueGapMetres, view));
}

function isFreeIn(lane: RoadLane, vehicle: Journey, road: Road, gap: number, view: View): boolean {
  const { at, groups, journeys } = view;
  const toLeader = metresToLeader(vehicle, lane, journeys, at);
  if (toLeader < gap) return false;
  const toLine = metresToStopLine(vehicle, lane);
  const signal = groups[lane.group]!.signal;
  if (signal === undefined || toLine === undefined || toLine < -6) return true;
  const phase = signal.phase(at);
  if (phase === 'overdue') return true;
  const isBeside = Math.abs(stationOf(lane.axis, vehicle.x, vehicle.y).offset) > lane.halfWidth;
  const starts = (isBeside ? startSeconds.beside : startSeconds.inLane) + Math.max(0, toLine) / startSpeed;
  if (phase === 'green' && signal.greenSeconds(at) > starts) return true;
  return !isBeside && seesFreeRoad(vehicle, lane, Math.min(toLeader, toLine), road.ground);
}
