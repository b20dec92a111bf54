import type { Point } from '#base';
import type { CameraPose } from './page/setting.ts';

export interface Seen extends Point {
  /** Metres along the camera's axis. */
  readonly depth: number;
}

/** The renderer's camera as arithmetic: from the ground frame (metres, x east, y north, z up) to fractions of the picture. */
export interface Lens {
  readonly pose: CameraPose;
  /** Undefined behind the camera. */
  project(x: number, y: number, z: number): Seen | undefined;
}

type Vector = readonly [number, number, number];

export function lensOf(pose: CameraPose, aspect = 16 / 9): Lens {
  const { x, y, height, target } = pose;
  const ahead = unit([target.x - x, target.y - y, target.height - height]);
  const aside = unit([ahead[1], -ahead[0], 0]);
  const above = cross(aside, ahead);
  const focal = 0.5 / Math.tan((pose.verticalFovDegrees * Math.PI) / 360);
  return {
    pose,
    project(px, py, pz) {
      const to: Vector = [px - x, py - y, pz - height];
      const depth = dot(to, ahead);
      if (depth < 0.5) return undefined;
      const scale = focal / depth;
      return { x: 0.5 + (dot(to, aside) * scale) / aspect, y: 0.5 - dot(to, above) * scale, depth };
    },
  };
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
