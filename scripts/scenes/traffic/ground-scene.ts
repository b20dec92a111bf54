import type { LineKind, Metres, ZoneKind } from '#camera';
import { spillbackMetres } from './group-truth.ts';
import { junction, type RoadLayout } from './motion.ts';
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
} from './roads.ts';

/** Lanes, zones and lines of the junction in ground metres, with the ids that the truth uses. Project them with a camera. */
export interface GroundScene {
  readonly lanes: readonly GroundLane[];
  readonly zones: readonly GroundZone[];
  readonly lines: readonly GroundLine[];
}

export interface GroundLane {
  readonly id: string;
  readonly group: string;
  readonly polygon: readonly Metres[];
  /** Centre line in driving direction. */
  readonly direction: readonly [Metres, Metres];
  readonly stopLine: readonly [Metres, Metres] | undefined;
}

export interface GroundZone {
  readonly id: string;
  readonly kind: ZoneKind;
  readonly polygon: readonly Metres[];
}

export interface GroundLine {
  readonly id: string;
  readonly kind: LineKind;
  readonly points: readonly [Metres, Metres];
  readonly group: string;
}

/** Everything of the four roads from the stop lines outwards to `metres` from there, before and behind the junction. */
export function groundScene(metres = 60, layout: RoadLayout = junction): GroundScene {
  const parts = roadsOf(layout).flatMap((road) => [partOf(road, 'in', metres), partOf(road, 'out', metres)]);
  return {
    lanes: parts.flatMap(lanesOf),
    zones: parts.flatMap(zonesOf),
    lines: parts.flatMap(linesOf),
  };
}

interface Part {
  readonly road: Road;
  readonly leg: Leg;
  readonly from: number;
  readonly to: number;
}

function partOf(road: Road, leg: Leg, metres: number): Part {
  const far = Math.min(road.reach, road.stopLine + metres);
  return leg === 'in'
    ? { road, leg, from: -far, to: -road.stopLine }
    : { road, leg, from: road.stopLine, to: far };
}

function at(road: Road, u: number, d: number): Metres {
  return { x: toX(road, u, d), y: toY(road, u, d) };
}

function strip({ road, from, to }: Part, left: number, right: number): Metres[] {
  return [at(road, from, left), at(road, to, left), at(road, to, right), at(road, from, right)];
}

function lanesOf(part: Part): GroundLane[] {
  const { road, leg, from, to } = part;
  return Array.from({ length: road.lanes }, (_, k) => {
    const d = laneCentre(road, k + 1);
    const half = road.laneWidth / 2;
    return {
      id: laneId(road, leg, k + 1),
      group: groupId(road, leg),
      polygon: strip(part, d - half, d + half),
      direction: [at(road, from, d), at(road, to, d)] as const,
      stopLine: leg === 'in' ? ([at(road, to, d - half), at(road, to, d + half)] as const) : undefined,
    };
  });
}

function zonesOf(part: Part): GroundZone[] {
  const { road, leg } = part;
  const crossing =
    leg === 'in'
      ? { ...part, from: -road.crossingTo, to: -road.crossingFrom }
      : { ...part, from: road.crossingFrom, to: road.crossingTo };
  return [
    { id: carriagewayId(road, leg), kind: 'carriageway', polygon: strip(part, 0, road.shoulderAt) },
    { id: shoulderId(road, leg), kind: 'shoulder', polygon: strip(part, road.shoulderAt, road.width) },
    { id: `crossing-${groupId(road, leg)}`, kind: 'crossing', polygon: strip(crossing, 0, road.width) },
  ];
}

function linesOf({ road, leg, from, to }: Part): GroundLine[] {
  const group = groupId(road, leg);
  const count = leg === 'in' ? to - 12 : from + 12;
  const spilt = leg === 'in' ? -road.stopLine - spillbackMetres.in : road.stopLine + spillbackMetres.out;
  const across = (u: number) => [at(road, u, 0), at(road, u, road.width)] as const;
  return [
    { id: `count-${group}`, kind: 'count', points: across(count), group },
    { id: lineId(road, leg), kind: 'spillback', points: across(spilt), group },
  ];
}
