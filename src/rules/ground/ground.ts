import type { Point } from '#base';
import type { GroundPlane, Metres } from '#camera';
import { type Homography, homographyOf, inverseOf, mapped, sideOf } from './homography.ts';

/**
 * How the metres came about: `drawn` by a person with the scene, `learned` from the sizes of vehicles, `assumed` from an ordinary
 * pole camera. Only `drawn` metres are good enough to be shown as km/h; the others serve to compare one thing with another.
 */
export type GroundSource = 'drawn' | 'learned' | 'assumed';

/** Picture to road and back. */
export interface Ground {
  readonly source: GroundSource;
  /** Undefined at or above the horizon. */
  toRoad(point: Point): Metres | undefined;
  toPicture(metres: Metres): Point | undefined;
  /** The same as `toRoad` with the line of sight, written into `sight` instead of made anew; false at or above the horizon. */
  sight(point: Point, sight: Sight): boolean;
}

/** A place on the road and how it is seen. */
export interface Sight {
  x: number;
  y: number;
  /** Unit vector on the road away from the camera: where a point goes that moves up the picture. */
  awayX: number;
  awayY: number;
  /** Metres on the road that one picture height covers there: how much a jittering box moves its vehicle. */
  metresPerPictureHeight: number;
}

export function newSight(): Sight {
  return { x: 0, y: 0, awayX: 0, awayY: 1, metresPerPictureHeight: 0 };
}

/** A camera over a flat road, not rolled: what can be learned without drawing. */
export interface Pose {
  /** Where the horizon runs, as a fraction of the picture's height; may lie outside the picture. */
  readonly horizon: number;
  readonly heightMetres: number;
  /** Focal length in picture heights; 1.45 is a vertical field of view of 38°. */
  readonly focal: number;
  /** Width over height of the picture. */
  readonly aspect: number;
}

export function drawnGround(plane: GroundPlane): Ground {
  const middle = {
    x: plane.picture.reduce((sum, p) => sum + p.x, 0) / 4,
    y: plane.picture.reduce((sum, p) => sum + p.y, 0) / 4,
  };
  return groundOf(homographyOf(plane), middle, 'drawn');
}

/** The pinhole's view of the plane under it: x to the right, y ahead of the camera's foot, both in metres. */
export function posedGround(pose: Pose, source: 'learned' | 'assumed'): Ground {
  const { horizon, heightMetres: h, focal, aspect } = pose;
  const tilt = Math.atan((0.5 - horizon) / focal);
  const sin = Math.sin(tilt);
  const cos = Math.cos(tilt);
  // A ray leaves through (u, v) = ((x - ½)·aspect, y - ½) / focal and meets the road after h / (sin + v·cos).
  const forward: Homography = [
    (h * aspect) / focal,
    0,
    (-h * aspect) / (2 * focal),
    0,
    (-h * sin) / focal,
    h * (cos + sin / (2 * focal)),
    0,
    cos / focal,
    sin - cos / (2 * focal),
  ];
  return groundOf(forward, { x: 0.5, y: Math.max(1, horizon + 0.5) }, source);
}

function groundOf(forward: Homography, seen: Point, source: GroundSource): Ground {
  const side = sideOf(forward, seen);
  const back = inverseOf(forward);
  const seenRoad = mapped(forward, seen, side) ?? { x: 0, y: 0 };
  const backSide = sideOf(back, seenRoad);
  return {
    source,
    toRoad: (point) => mapped(forward, point, side),
    toPicture: (metres) => mapped(back, metres, backSide),
    sight: (point, sight) => lookAlong(forward, side, point, sight),
  };
}

function lookAlong(h: Homography, side: number, { x, y }: Point, sight: Sight): boolean {
  const w = (h[6]! * x + h[7]! * y + h[8]!) * side;
  if (!(w > 1e-9)) return false;
  sight.x = ((h[0]! * x + h[1]! * y + h[2]!) * side) / w;
  sight.y = ((h[3]! * x + h[4]! * y + h[5]!) * side) / w;
  // The derivative of the map by y, turned round: the picture's y points downwards.
  const dx = -(h[1]! * side - sight.x * h[7]! * side) / w;
  const dy = -(h[4]! * side - sight.y * h[7]! * side) / w;
  sight.metresPerPictureHeight = Math.hypot(dx, dy);
  if (sight.metresPerPictureHeight > 0) {
    sight.awayX = dx / sight.metresPerPictureHeight;
    sight.awayY = dy / sight.metresPerPictureHeight;
  }
  return true;
}
