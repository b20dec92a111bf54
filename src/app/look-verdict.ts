import { type Box, boxArea, intersection, overlap } from '#base';
import type { Detection, RoadUser } from '#perception';
import type { Claim } from '#rules';

/** `unclear`: something is there that neither bears the claim out nor speaks against it. */
export type LookVerdict = 'confirmed' | 'contradicted' | 'unclear';

const VEHICLES: readonly RoadUser[] = ['car', 'motorbike', 'bus', 'truck', 'bicycle'];
const TWO_WHEELS: readonly RoadUser[] = ['motorbike', 'bicycle'];
/** Where nothing is, no fitting detection was surer than 0.18. Weaker ones bear nothing out, but the place is not empty either. */
export const SURE = 0.3;
const ON_TWO_WHEELS = 0.25;
/** Boxes that overlap so much are of one thing. */
const SAME = 0.3;
/** A box of fewer pixels of the picture is too small for its absence to mean anything. */
const SMALLEST_PIXELS = 20;

/**
 * What the detections of a second look say to a claim. Only an empty place, or a rider where somebody on foot was claimed,
 * speaks against it; `height` is that of the picture looked at, in pixels.
 */
export function lookVerdict({ kind, box }: Claim, found: readonly Detection[], height: number): LookVerdict {
  const fits = (detection: Detection): boolean =>
    kind === 'pedestrian'
      ? detection.kind === 'person' && !rides(detection)
      : VEHICLES.includes(detection.kind);
  const near = found.filter((detection) => meets(detection.box, grown(box)));
  const sure = near.filter(({ confidence }) => confidence >= SURE);
  if (sure.some((detection) => fits(detection) && isSame(detection.box, box))) return 'confirmed';
  if ((box.bottom - box.top) * height < SMALLEST_PIXELS) return 'unclear';
  if (near.length === 0) return 'contradicted';
  const isRider =
    kind === 'pedestrian' &&
    !near.some(fits) &&
    sure.some((detection) => rides(detection) && isSame(detection.box, box));
  return isRider ? 'contradicted' : 'unclear';
}

/** A rider whom the detector calls a person has something with two wheels at the same place. */
function rides({ kind, onTwoWheels }: Detection): boolean {
  return TWO_WHEELS.includes(kind) || (kind === 'person' && onTwoWheels >= ON_TWO_WHEELS);
}

/** Also where one box holds the other: what is cut off or seen with its load is the same thing. */
function isSame(a: Box, b: Box): boolean {
  return overlap(a, b) >= SAME || boxArea(intersection(a, b)) >= 0.7 * Math.min(boxArea(a), boxArea(b));
}

function meets(a: Box, b: Box): boolean {
  return boxArea(intersection(a, b)) > 0;
}

/** By a quarter of its size on every side: boxes are never exact. */
function grown({ left, top, right, bottom }: Box): Box {
  const [x, y] = [(right - left) / 4, (bottom - top) / 4];
  return { left: left - x, top: top - y, right: right + x, bottom: bottom + y };
}
