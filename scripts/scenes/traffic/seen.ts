import type { Box } from '#base';
import type { Mover } from './motion.ts';
import type { Pinhole } from './pinhole.ts';

/** One road user as a camera sees it. */
export interface SeenMover {
  readonly mover: Mover;
  /** Upright box around its body, cut at the picture's edges, in fractions of the picture. */
  readonly box: Box;
  /** Metres along the camera's axis. */
  readonly depth: number;
  /**
   * Share of it that can be seen, 0 to 1: of its uncut box what is inside the picture, times of its cut box what no
   * nearer one's box covers. Bodies are no rectangles, so a nearer box hides only its middle nine tenths; counted on a
   * grid of 8 by 8 points. Good to about a tenth; houses and trees hide nothing.
   */
  readonly visible: number;
}

/** How much narrower a body is at its top than on the ground. */
const taper: Readonly<Record<Mover['kind'], number>> = {
  car: 0.7,
  motorbike: 0.5,
  bicycle: 0.45,
  person: 0.8,
  bus: 0.97,
  truck: 0.9,
};

const grid = 8;

/** Everybody in the picture, nearest first; who is further than `reachMetres` is left out. */
export function seenBy(camera: Pinhole, movers: readonly Mover[], reachMetres = 80): SeenMover[] {
  const { x, y } = camera.pose;
  const outlines = movers
    .filter((mover) => Math.hypot(mover.x - x, mover.y - y) <= reachMetres)
    .map((mover) => outline(camera, mover))
    .filter((seen) => seen !== undefined)
    .sort((a, b) => a.depth - b.depth);
  return outlines.map((seen, k) => ({ ...seen, visible: seen.visible * freeShare(seen.box, outlines, k) }));
}

/** The box of a body's eight corners; undefined outside the picture or (partly) behind the camera. */
function outline(camera: Pinhole, mover: Mover): SeenMover | undefined {
  const cos = Math.cos(mover.heading);
  const sin = Math.sin(mover.heading);
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  let depth = 0;
  for (let corner = 0; corner < 8; corner++) {
    const high = corner >= 4;
    const size = high ? taper[mover.kind] : 1;
    const along = (corner & 1 ? 0.5 : -0.5) * mover.length * size;
    const aside = (corner & 2 ? 0.5 : -0.5) * mover.width * size;
    const point = camera.project(
      mover.x + along * cos - aside * sin,
      mover.y + along * sin + aside * cos,
      high ? mover.height : 0,
    );
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
  const inside = ((box.right - box.left) * (box.bottom - box.top)) / ((right - left) * (bottom - top));
  return { mover, box, depth, visible: inside };
}

/** Share of a grid over the box that none of the `count` nearer ones covers. */
function freeShare(box: Box, nearer: readonly SeenMover[], count: number): number {
  const hiding = nearer.slice(0, count).filter((other) => meet(other.box, box));
  if (hiding.length === 0) return 1;
  let free = 0;
  for (let k = 0; k < grid * grid; k++) {
    const x = box.left + ((box.right - box.left) * ((k % grid) + 0.5)) / grid;
    const y = box.top + ((box.bottom - box.top) * (Math.floor(k / grid) + 0.5)) / grid;
    if (!hiding.some((other) => hides(other.box, x, y))) free++;
  }
  return free / (grid * grid);
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function hides({ left, right, top, bottom }: Box, x: number, y: number): boolean {
  const margin = 0.05 * (right - left);
  return x > left + margin && x < right - margin && y > top && y < bottom;
}
