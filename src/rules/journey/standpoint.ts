import { type Box, footPoint, type Point } from '#base';
import type { RoadUser } from '#perception';
import { type Ground, newSight, type Sight } from '../ground/ground.ts';

/** Usual lengths and widths on the road, metres. */
export const footprint: Readonly<Record<RoadUser, { readonly length: number; readonly width: number }>> = {
  car: { length: 4.3, width: 1.75 },
  motorbike: { length: 1.95, width: 0.75 },
  bus: { length: 10, width: 2.5 },
  truck: { length: 6.3, width: 2.2 },
  bicycle: { length: 1.75, width: 0.6 },
  person: { length: 0.5, width: 0.5 },
};

/** Where a road user is: the middle of its footprint, on the road and in the picture. */
export interface Standpoint {
  x: number;
  y: number;
  point: Point;
  /** Metres on the road that one picture height covers there. */
  metresPerPictureHeight: number;
}

export function newStandpoint(): Standpoint {
  return { x: 0, y: 0, point: { x: 0, y: 0 }, metresPerPictureHeight: 0 };
}

const sight: Sight = newSight();

/**
 * Writes where a box stands into `standpoint`; false at or above the horizon. A box's lower edge is the corner of the footprint that
 * is nearest to the camera; from there to the middle it is half the footprint along the line of sight. Without this step a
 * vehicle seen at an angle would be put up to half its length nearer to the camera, and so into the next lane.
 */
export function standpointOf(
  ground: Ground,
  box: Box,
  kind: RoadUser,
  headingX: number,
  headingY: number,
  standpoint: Standpoint,
): boolean {
  const foot = footPoint(box);
  if (!ground.sight(foot, sight)) return false;
  const { length, width } = footprint[kind];
  const headed = headingX !== 0 || headingY !== 0;
  const lengthwise = headed ? Math.abs(headingX * sight.awayX + headingY * sight.awayY) : 1;
  const sideways = Math.sqrt(Math.max(0, 1 - lengthwise * lengthwise));
  const inwards = (length * lengthwise + width * sideways) / 2;
  standpoint.x = sight.x + inwards * sight.awayX;
  standpoint.y = sight.y + inwards * sight.awayY;
  standpoint.point = ground.toPicture(standpoint) ?? foot;
  standpoint.metresPerPictureHeight = sight.metresPerPictureHeight;
  return true;
}
