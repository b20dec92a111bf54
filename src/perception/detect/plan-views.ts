import type { Box, Point } from '#base';
import type { Lane, Scene } from '#camera';
import type { View } from '../track.ts';
import type { Size } from './candidate.ts';
import type { ModelDescription } from './description.ts';
import { letterbox, viewSize } from './view.ts';

const WHOLE: Box = { left: 0, top: 0, right: 1, bottom: 1 };

/** A motorbike with its rider is about half as tall as a lane is wide: 1.7 m by 3.5 m. */
const HEIGHT_OF_LANE_WIDTH = 0.5;
/** Below this many pixels of the view the detector misses most motorbikes; measured 34 % found at 24–32, 93 % from 48 on. */
const TOO_SMALL = 28;
/** What is smaller is not found enlarged either. */
const HOPELESS = 7;
/** Far field worth a second look: this share of the lanes' length, in a part of the picture no wider than this. */
const LEAST_SHARE = 0.12;
const WIDEST = 0.75;
/** Narrower parts would only blur: there are no more pixels in the picture. */
const NARROWEST = 0.35;
const STEPS = 24;
/** Around what is enlarged, as a share of it: a detector wants to see where a thing stands. */
const MARGIN = 0.6;
/** Enlarged more than so many times, a picture's own pixels only blur. */
const MOST_ENLARGED = 2.5;

export interface ViewPlan {
  readonly size: Size;
  /** The whole picture, and behind it the far field of the lanes where that is worth a look of its own. */
  readonly views: readonly View[];
}

/** What of a camera's picture the network is shown. */
export function planViews(model: ModelDescription, picture: Size, scene: Scene): ViewPlan {
  const size = viewSize(model, picture);
  const whole = letterbox(picture, WHOLE, size);
  const scale = ((whole.content.right - whole.content.left) * size.width) / picture.width;
  const far = farField(scene.lanes, { width: picture.width * scale, height: picture.height * scale });
  return { size, views: far === undefined ? [whole] : [whole, letterbox(picture, far, size)] };
}

/** A part of the picture alone, with something around it, as large as it can be shown. */
export function enlarged(model: ModelDescription, picture: Size, part: Box): ViewPlan {
  const size = viewSize(model, picture);
  const least = {
    width: Math.min(1, size.width / MOST_ENLARGED / picture.width),
    height: Math.min(1, size.height / MOST_ENLARGED / picture.height),
  };
  const [left, right] = span(part.left, part.right, least.width);
  const [top, bottom] = span(part.top, part.bottom, least.height);
  return { size, views: [letterbox(picture, { left, top, right, bottom }, size)] };
}

/** With something around it, inside the picture, `least` long. */
function span(low: number, high: number, least: number): [number, number] {
  const length = Math.min(1, Math.max(least, (high - low) * (1 + 2 * MARGIN)));
  const from = Math.max(0, Math.min(1 - length, (low + high - length) / 2));
  return [from, from + length];
}

/** The part of the picture in which road users are too small but not hopeless; `shown`: the whole picture's pixels in its view. */
function farField(lanes: readonly Lane[], shown: Size): Box | undefined {
  const places = lanes.flatMap((lane) =>
    along(lane.direction).map((point) => ({ point, width: widthAt(lane, point) })),
  );
  const tall = (width: number): number => width * shown.width * HEIGHT_OF_LANE_WIDTH;
  const small = places.filter(({ width }) => tall(width) >= HOPELESS && tall(width) < TOO_SMALL);
  if (small.length < places.length * LEAST_SHARE || small.length === 0) return undefined;
  const box = {
    left: Math.min(...small.map(({ point, width }) => point.x - width)),
    // The box of a road user stands on its point of the lane.
    top: Math.min(...small.map(({ point, width }) => point.y - (1.5 * tall(width)) / shown.height)),
    right: Math.max(...small.map(({ point, width }) => point.x + width)),
    bottom: Math.max(...small.map(({ point, width }) => point.y + (0.5 * tall(width)) / shown.height)),
  };
  const side = Math.max(NARROWEST, box.right - box.left, box.bottom - box.top);
  return side > WIDEST ? undefined : square(box, side);
}

/** In the picture's shape around `box`, inside the picture. */
function square(box: Box, side: number): Box {
  const at = (low: number, high: number): number => Math.max(0, Math.min(1 - side, (low + high - side) / 2));
  const left = at(box.left, box.right);
  const top = at(box.top, box.bottom);
  return { left, top, right: left + side, bottom: top + side };
}

/** Points along a line, at equal steps between its corners. */
function along(line: readonly Point[]): Point[] {
  return line.slice(1).flatMap((to, i) => {
    const from = line[i]!;
    const steps = Math.max(1, Math.round(STEPS / (line.length - 1)));
    return Array.from({ length: steps }, (_, k) => {
      const share = (k + 0.5) / steps;
      return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
    });
  });
}

/** How wide the lane looks there, from edge to edge on a level line; a large number where it runs out of its polygon. */
function widthAt({ polygon }: Lane, point: Point): number {
  let left = -Infinity;
  let right = Infinity;
  for (const [i, to] of polygon.entries()) {
    const from = polygon[(i + polygon.length - 1) % polygon.length]!;
    if (from.y > point.y === to.y > point.y) continue;
    const x = from.x + ((point.y - from.y) / (to.y - from.y)) * (to.x - from.x);
    if (x <= point.x) left = Math.max(left, x);
    else right = Math.min(right, x);
  }
  return right - left;
}
