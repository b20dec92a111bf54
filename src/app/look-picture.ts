import type { Box, EpochMs } from '#base';
import type { AccessUnit } from '#ingest';
import type { Claim } from '#rules';

/** From when on a thing that has come to rest is surely in its box. */
const SETTLED_MS = 500;
/** What moves is looked for in a picture taken so close to the one in which it was claimed: streams' clocks differ a little. */
const NEAR_MS = 250;
/** Pictures taken closer together say the same twice. */
const APART_MS = 300;
/** More would take too long to decode. */
const MOST_UNITS = 90;

/**
 * What to decode of a stream so that the last picture shows the claimed thing in its box: the newest keyframe for what stands since before it,
 * else the pictures up to the one in which it was claimed. Undefined where none is kept that was taken well after `lookedAt`.
 */
export function pictureOf(
  { at, since }: Claim,
  kept: readonly AccessUnit[],
  lookedAt: EpochMs,
): readonly AccessUnit[] | undefined {
  const isNew = ({ capturedAt }: AccessUnit): boolean => capturedAt >= lookedAt + APART_MS;
  if (since + SETTLED_MS < at) {
    const stands = (unit: AccessUnit): boolean => unit.capturedAt >= since + SETTLED_MS && isNew(unit);
    const keyframe = kept.findLast((unit) => unit.keyframe && stands(unit));
    if (keyframe !== undefined) return [keyframe];
  }
  const wanted = kept.findLastIndex(({ capturedAt }) => capturedAt <= at + APART_MS / 10);
  const unit = kept[wanted];
  if (unit === undefined || unit.capturedAt < at - NEAR_MS || !isNew(unit)) return undefined;
  const first = kept.findLastIndex(({ keyframe }, i) => keyframe && i <= wanted);
  const units = first < 0 ? [] : kept.slice(first, wanted + 1);
  return units.length === 0 || units.length > MOST_UNITS ? undefined : units;
}

/** A box with enough around it for somebody to see where it is. */
export function surroundings({ left, top, right, bottom }: Box): Box {
  const [fromX, toX] = around(left, right);
  const [fromY, toY] = around(top, bottom);
  return { left: fromX, top: fromY, right: toX, bottom: toY };
}

const LEAST_SHOWN = 0.2;

function around(low: number, high: number): [number, number] {
  const length = Math.min(1, Math.max(LEAST_SHOWN, 2.5 * (high - low)));
  const from = Math.max(0, Math.min(1 - length, (low + high - length) / 2));
  return [from, from + length];
}
