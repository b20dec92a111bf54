import type { Box } from '#base';
import type { RoadUser } from '#perception';
import type { Pose } from './ground.ts';

/** Apparent heights from a pole, metres: the box of a car seen from above holds some of its length too. */
const nominalHeight: Readonly<Record<RoadUser, number>> = {
  car: 1.65,
  motorbike: 1.7,
  bus: 3.3,
  truck: 2.8,
  bicycle: 1.7,
  person: 1.7,
};

const bandCount = 32;
const enoughInBand = 12;
const enoughBands = 6;
const enoughInAll = 300;

/** Medians of box heights by where in the picture they stand; plain data. */
export interface LearnedSizes {
  /** For each of 32 bands from top to bottom: the median of box height over nominal height (picture heights a metre), and how many. */
  readonly bands: { value: number; count: number }[];
}

export function newSizes(): LearnedSizes {
  return { bands: Array.from({ length: bandCount }, () => ({ value: 0, count: 0 })) };
}

/** One whole box, not cut off by the picture's edge. */
export function learnSize({ bands }: LearnedSizes, kind: RoadUser, box: Box): void {
  const band = bands[Math.floor(box.bottom * bandCount)];
  if (band === undefined || box.top < 0.01 || box.bottom > 0.99 || box.left < 0.01 || box.right > 0.99)
    return;
  const scale = (box.bottom - box.top) / nominalHeight[kind];
  band.count = Math.min(band.count + 1, 1_000);
  if (band.count === 1) band.value = scale;
  else band.value *= 1 + (scale > band.value ? 1 : -1) * Math.max(0.004, 0.5 / band.count);
}

/**
 * The camera's pose from how tall things appear where: over a flat road the scale grows linearly from nothing at the horizon, by
 * one over the camera's height. The lens is not seen in this and taken as `focal`. Undefined while there is too little to go by.
 */
export function poseFromSizes({ bands }: LearnedSizes, focal = 1.45, aspect = 16 / 9): Pose | undefined {
  let [n, used, sy, sv, syy, syv] = [0, 0, 0, 0, 0, 0];
  for (const [i, { value, count }] of bands.entries()) {
    if (count < enoughInBand) continue;
    const y = (i + 0.5) / bandCount;
    const weight = Math.min(count, 200);
    used++;
    n += weight;
    sy += weight * y;
    sv += weight * value;
    syy += weight * y * y;
    syv += weight * y * value;
  }
  if (used < enoughBands || n < enoughInAll) return undefined;
  const slope = (n * syv - sy * sv) / (n * syy - sy * sy);
  const horizon = (sy - sv / slope) / n;
  const heightMetres = 1 / slope;
  // Outside of these it is no pole over a road that was measured, but noise.
  if (!(heightMetres > 2 && heightMetres < 40 && horizon > -3 && horizon < 0.7)) return undefined;
  return { horizon, heightMetres, focal, aspect };
}
