import type { RoadUser } from '#perception';
import type { Body } from './motion.ts';
import { draw, drawAround, drawBetween } from './random.ts';

/** Length, width, height in metres; riders included. */
interface Size {
  readonly kind: RoadUser;
  readonly length: number;
  readonly width: number;
  readonly height: number;
}

const sizes: Readonly<Record<Body, Size>> = {
  hatchback: { kind: 'car', length: 3.7, width: 1.68, height: 1.52 },
  sedan: { kind: 'car', length: 4.5, width: 1.76, height: 1.47 },
  suv: { kind: 'car', length: 4.65, width: 1.87, height: 1.75 },
  pickup: { kind: 'car', length: 5.25, width: 1.88, height: 1.82 },
  van: { kind: 'car', length: 5, width: 1.9, height: 2.05 },
  minibus: { kind: 'bus', length: 6.2, width: 2.05, height: 2.65 },
  bus: { kind: 'bus', length: 10.6, width: 2.5, height: 3.05 },
  'box-truck': { kind: 'truck', length: 6.4, width: 2.1, height: 2.9 },
  'tarpaulin-truck': { kind: 'truck', length: 7.2, width: 2.25, height: 3 },
  'open-truck': { kind: 'truck', length: 6, width: 2.1, height: 2.4 },
  motorbike: { kind: 'motorbike', length: 1.9, width: 0.75, height: 1.65 },
  bicycle: { kind: 'bicycle', length: 1.75, width: 0.62, height: 1.7 },
  pedestrian: { kind: 'person', length: 0.45, width: 0.5, height: 1.65 },
};

export function sizeOf(body: Body): Size {
  return sizes[body];
}

/** How a driver drives: the parameters of car following and steering. SI units. */
export interface Driver {
  readonly desiredSpeed: number;
  /** Time headway kept to the one in front, seconds. */
  readonly headway: number;
  /** Gap kept when standing. */
  readonly standingGap: number;
  readonly acceleration: number;
  /** Braking that is felt as comfortable. */
  readonly comfortBraking: number;
  /** Braking that is physically there when it must be. */
  readonly hardBraking: number;
  /** Seconds between seeing the one in front leave and leaving too. */
  readonly reaction: number;
  readonly lateralAcceleration: number;
  /** Steering looks this many seconds ahead, and at least this many metres. */
  readonly steeringTime: number;
  readonly steeringMetres: number;
  readonly tightestRadius: number;
  readonly steepestAngle: number;
  /** Room kept to both sides when choosing a place to drive, metres, and more of it with speed (s). */
  readonly sideGap: number;
  readonly sideGapPerSpeed: number;
  /** From the point that follows the path (near the rear axle) forward to the footprint's centre. */
  readonly axleToCentre: number;
  /** Where it stands at a red signal, metres before the stop line (negative: beyond it). */
  readonly stopsBefore: number;
}

export type Group = 'two-wheeler' | 'car' | 'heavy';

export function groupOf(body: Body): Group {
  if (body === 'motorbike' || body === 'bicycle' || body === 'pedestrian') return 'two-wheeler';
  return body === 'bus' || body.endsWith('truck') || body === 'minibus' ? 'heavy' : 'car';
}

/** The driver that belongs to a seed; `pace` scales the desired speed (rain, night). */
export function driverOf(body: Body, seed: number, pace: number): Driver {
  if (body === 'pedestrian') return walker(seed);
  if (body === 'bicycle')
    return { ...rider(seed), desiredSpeed: drawAround(seed, 1, 4.2, 0.5), acceleration: 0.9 };
  const driver = groupOf(body) === 'two-wheeler' ? rider(seed) : carDriver(seed);
  const eased = { ...driver, desiredSpeed: driver.desiredSpeed * pace };
  return groupOf(body) === 'heavy' ? heavy(eased, sizes[body].length) : eased;
}

function rider(seed: number): Driver {
  return {
    desiredSpeed: drawAround(seed, 1, 10.3, 1.3),
    headway: drawBetween(seed, 2, 0.55, 0.9),
    standingGap: drawBetween(seed, 3, 0.4, 0.9),
    acceleration: drawBetween(seed, 4, 2, 2.8),
    comfortBraking: drawBetween(seed, 5, 2.2, 3),
    hardBraking: 6.5,
    reaction: drawBetween(seed, 6, 0.2, 0.7),
    lateralAcceleration: 2.4,
    steeringTime: drawBetween(seed, 7, 0.95, 1.25),
    steeringMetres: 1.6,
    tightestRadius: 2,
    steepestAngle: 0.7,
    sideGap: drawBetween(seed, 8, 0.17, 0.26),
    sideGapPerSpeed: 0.022,
    axleToCentre: 0.55,
    stopsBefore: drawBetween(seed, 9, -0.7, 0.8),
  };
}

function walker(seed: number): Driver {
  return {
    ...rider(seed),
    desiredSpeed: drawAround(seed, 1, 1.32, 0.1),
    headway: 0.4,
    standingGap: 0.3,
    acceleration: 1,
    comfortBraking: 1.2,
    hardBraking: 3,
    lateralAcceleration: 1,
    steeringTime: 0.6,
    steeringMetres: 0.9,
    tightestRadius: 0.6,
    sideGap: 0.1,
    axleToCentre: 0,
    stopsBefore: 0,
  };
}

function carDriver(seed: number): Driver {
  return {
    desiredSpeed: drawAround(seed, 1, 12.4, 1.1),
    headway: drawBetween(seed, 2, 0.9, 1.3),
    standingGap: drawBetween(seed, 3, 1.3, 2.2),
    acceleration: drawBetween(seed, 4, 1.6, 2.1),
    comfortBraking: drawBetween(seed, 5, 1.9, 2.5),
    hardBraking: 6.5,
    reaction: drawBetween(seed, 6, 0.4, 1),
    lateralAcceleration: 1.6,
    steeringTime: drawBetween(seed, 7, 1.4, 1.8),
    steeringMetres: 3.6,
    tightestRadius: 5.2,
    steepestAngle: 0.5,
    sideGap: 0.3,
    sideGapPerSpeed: 0.02,
    axleToCentre: 1,
    stopsBefore: draw(seed, 9) < 0.4 ? drawBetween(seed, 10, 1.5, 3.4) : drawBetween(seed, 10, 0.3, 1.5),
  };
}

function heavy(driver: Driver, length: number): Driver {
  return {
    ...driver,
    desiredSpeed: driver.desiredSpeed * 0.88,
    headway: driver.headway + 0.25,
    standingGap: driver.standingGap + 0.4,
    acceleration: driver.acceleration * 0.62,
    hardBraking: 6,
    lateralAcceleration: 1.1,
    steeringTime: driver.steeringTime + 0.3,
    steeringMetres: 0.3 + length * 0.75,
    tightestRadius: 6.5,
    steepestAngle: 0.35,
    sideGap: 0.35,
    axleToCentre: 0.24 * length,
  };
}
