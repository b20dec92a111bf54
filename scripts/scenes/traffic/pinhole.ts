import type { Point } from '#base';

/** A pole camera in the ground frame: metres, x east, y north; never rolled. */
export interface PinholePose {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly target: { readonly x: number; readonly y: number; readonly height: number };
  readonly verticalFovDegrees: number;
}

/** A 3 by 3 matrix, row by row, that maps (x, y, 1) to a multiple of (x', y', 1). */
export type Homography = readonly [number, number, number, number, number, number, number, number, number];

/** A point of the picture, and how far away along the camera's axis that is, metres. */
export interface Projected extends Point {
  readonly depth: number;
}

export interface Pinhole {
  readonly pose: PinholePose;
  /** Of a place in metres (z up from the ground), as fractions of the picture; undefined behind the camera. */
  project(x: number, y: number, z: number): Projected | undefined;
  /** From the ground in metres to fractions of the picture. */
  readonly groundToPicture: Homography;
  readonly pictureToGround: Homography;
}

/** Nearer than this along the axis counts as behind the camera. */
const nearest = 0.5;

/** The camera of a pose; `aspect` is the picture's width by its height. */
export function pinhole(pose: PinholePose, aspect = 16 / 9): Pinhole {
  const { x, y, height, target } = pose;
  const [ax, ay, az] = unit(target.x - x, target.y - y, target.height - height);
  const [rx, ry] = unit(ay, -ax, 0);
  const [ux, uy, uz] = [ry * az, -rx * az, rx * ay - ry * ax];
  const down = 0.5 / Math.tan((pose.verticalFovDegrees * Math.PI) / 360);
  const across = down / aspect;
  // Row by row: x', y' and depth of a ground point, all as functions of (x, y, 1).
  const depth = [ax, ay, -ax * x - ay * y - az * height] as const;
  const right = [rx, ry, -rx * x - ry * y] as const;
  const above = [ux, uy, -ux * x - uy * y - uz * height] as const;
  const row = (scale: number, axis: readonly [number, number, number]) =>
    depth.map((value, k) => 0.5 * value + scale * axis[k]!);
  const groundToPicture = [...row(across, right), ...row(-down, above), ...depth] as unknown as Homography;
  return {
    pose,
    groundToPicture,
    pictureToGround: inverse(groundToPicture),
    project(px, py, pz) {
      const far = ax * (px - x) + ay * (py - y) + az * (pz - height);
      if (far < nearest) return undefined;
      const aside = rx * (px - x) + ry * (py - y);
      const up = ux * (px - x) + uy * (py - y) + uz * (pz - height);
      return { x: 0.5 + (across * aside) / far, y: 0.5 - (down * up) / far, depth: far };
    },
  };
}

/** Applies a homography to a point. */
export function apply(h: Homography, { x, y }: Point): Point {
  const w = h[6] * x + h[7] * y + h[8];
  return { x: (h[0] * x + h[1] * y + h[2]) / w, y: (h[3] * x + h[4] * y + h[5]) / w };
}

function inverse([a, b, c, d, e, f, g, h, i]: Homography): Homography {
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const cofactors = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
  return cofactors.map((value) => value / det) as unknown as Homography;
}

function unit(x: number, y: number, z: number): readonly [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
