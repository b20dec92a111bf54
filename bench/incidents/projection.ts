import type { CameraPose } from '../../scripts/scenes/page/setting.ts';
import type { Mover } from '../../scripts/scenes/traffic/index.ts';
import type { Box, Point } from '../../src/base/index.ts';

/** Picture size that heights in pixels refer to: the sub-stream that is analysed. */
export const picture = { width: 640, height: 360 };

/** A pinhole camera on a pole, as the renderer's. */
export interface Lens {
  /** A place in metres (x east, y north, z up); undefined behind the camera. `depth` in metres along the axis. */
  project(x: number, y: number, z: number): Seen | undefined;
  readonly pose: CameraPose;
}

export interface Seen extends Point {
  readonly depth: number;
}

/** What truly is in the picture. */
export interface TrueBox {
  readonly mover: Mover;
  readonly box: Box;
  /** Share of its box that is inside the picture and not behind somebody nearer. */
  readonly visible: number;
  readonly heightPixels: number;
}

export function lensOf(pose: CameraPose): Lens {
  const forward = unit(pose.target.x - pose.x, pose.target.y - pose.y, pose.target.height - pose.height);
  const right = unit(forward[1], -forward[0], 0);
  const up = [
    right[1] * forward[2] - right[2] * forward[1],
    right[2] * forward[0] - right[0] * forward[2],
    right[0] * forward[1] - right[1] * forward[0],
  ] as const;
  const focal = 0.5 / Math.tan((pose.verticalFovDegrees * Math.PI) / 360);
  const aspect = picture.width / picture.height;
  return {
    pose,
    project(x, y, z) {
      const [dx, dy, dz] = [x - pose.x, y - pose.y, z - pose.height];
      const depth = dx * forward[0] + dy * forward[1] + dz * forward[2];
      if (depth < 0.5) return undefined;
      const across = dx * right[0] + dy * right[1] + dz * right[2];
      const above = dx * up[0] + dy * up[1] + dz * up[2];
      return { x: 0.5 + (focal * across) / (depth * aspect), y: 0.5 - (focal * above) / depth, depth };
    },
  };
}

function unit(x: number, y: number, z: number): readonly [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

/** How much narrower a body is on top than on the ground. */
const taper: Readonly<Record<string, number>> = {
  car: 0.7,
  motorbike: 0.5,
  bicycle: 0.45,
  person: 0.8,
  bus: 0.97,
  truck: 0.9,
};

/** Everybody in the picture, nearest first; farther than `reachMetres` is left out. */
export function look(lens: Lens, movers: readonly Mover[], reachMetres = 75): TrueBox[] {
  const seen: (TrueBox & { depth: number; whole: number })[] = [];
  for (const mover of movers) {
    if (Math.hypot(mover.x - lens.pose.x, mover.y - lens.pose.y) > reachMetres) continue;
    const outline = outlineOf(lens, mover);
    if (outline !== undefined) seen.push(outline);
  }
  seen.sort((a, b) => a.depth - b.depth);
  return seen.map((one, i) => ({ ...one, visible: visibleShare(one.box, seen, i) * one.whole }));
}

function outlineOf(lens: Lens, mover: Mover) {
  let [left, top, right, bottom, depth] = [2, 2, -1, -1, 0];
  const cos = Math.cos(mover.heading);
  const sin = Math.sin(mover.heading);
  const narrow = taper[mover.kind]!;
  for (let i = 0; i < 8; i++) {
    const high = i >= 4;
    const along = ((i & 1) === 0 ? -0.5 : 0.5) * mover.length * (high ? narrow : 1);
    const beside = ((i & 2) === 0 ? -0.5 : 0.5) * mover.width * (high ? narrow : 1);
    const x = mover.x + along * cos - beside * sin;
    const y = mover.y + along * sin + beside * cos;
    const point = lens.project(x, y, high ? mover.height : 0);
    if (point === undefined) return undefined;
    left = Math.min(left, point.x);
    right = Math.max(right, point.x);
    top = Math.min(top, point.y);
    bottom = Math.max(bottom, point.y);
    depth += point.depth / 8;
  }
  if (right <= 0 || left >= 1 || bottom <= 0 || top >= 1) return undefined;
  const box = {
    left: Math.max(0, left),
    top: Math.max(0, top),
    right: Math.min(1, right),
    bottom: Math.min(1, bottom),
  };
  const whole = ((box.right - box.left) * (box.bottom - box.top)) / ((right - left) * (bottom - top));
  return { mover, box, depth, whole, visible: whole, heightPixels: (box.bottom - box.top) * picture.height };
}

/** Share of a 5 by 5 grid over the box that no nearer box covers; shapes are not rectangles, so a cover reaches a little less far. */
function visibleShare(box: Box, seen: readonly { box: Box }[], self: number): number {
  let free = 0;
  for (let i = 0; i < 25; i++) {
    const x = box.left + ((box.right - box.left) * ((i % 5) + 0.5)) / 5;
    const y = box.top + ((box.bottom - box.top) * (Math.floor(i / 5) + 0.5)) / 5;
    if (!coveredBefore(x, y, seen, self)) free++;
  }
  return free / 25;
}

function coveredBefore(x: number, y: number, seen: readonly { box: Box }[], self: number): boolean {
  for (let k = 0; k < self; k++) {
    const { left, right, top, bottom } = seen[k]!.box;
    const margin = 0.1 * (right - left);
    if (x > left + margin && x < right - margin && y > top && y < bottom) return true;
  }
  return false;
}
