import { expect, it } from 'vitest';
import type { AccessUnit } from '#ingest';
import type { Claim } from '#rules';
import { accessUnitsOf } from '../../test/support/access-units.ts';
import { tinyClip } from '../../test/support/index.ts';
import { pictureOf, surroundings } from './look-picture.ts';

const never = Number.NEGATIVE_INFINITY;
const units = await accessUnitsOf(await tinyClip());
const keyframes = units.flatMap(({ keyframe }, i) => (keyframe ? [i] : []));
const box = { left: 0.4, top: 0.4, right: 0.5, bottom: 0.6 };
const at = (i: number): number => units[i]!.capturedAt;
const claimed = (i: number, since = at(i)): Claim => ({
  ...{ kind: 'stopped-vehicle', place: 'p', box, raisesAt: 0 },
  ...{ at: at(i), since },
});
const numbers = (chosen: readonly AccessUnit[] | undefined): number[] | undefined =>
  chosen?.map((unit) => units.indexOf(unit));

it('shows what stands in the newest keyframe since it stood', () => {
  const newest = keyframes.findLast((i) => i < units.length - 20)!;
  const last = newest + 12;
  const kept = units.slice(0, last + 1);
  expect(numbers(pictureOf(claimed(last, at(0)), kept, never))).toEqual([newest]);
  // It came to rest behind the keyframe; or that was looked at before.
  expect(numbers(pictureOf(claimed(last, at(newest)), kept, never))?.at(-1)).toBe(last);
  expect(numbers(pictureOf(claimed(last, at(0)), kept, at(newest)))?.at(-1)).toBe(last);
  expect(pictureOf(claimed(last, at(0)), kept, at(last - 1))).toBeUndefined();
});

it('shows what moves in the picture in which it was claimed, from its keyframe on', () => {
  const second = keyframes[1]!;
  const moment = second + 7;
  const chosen = numbers(pictureOf(claimed(moment), units, never));
  expect(chosen?.[0]).toBe(second);
  expect(chosen?.at(-1)).toBe(moment);
  expect(pictureOf(claimed(moment), units.slice(0, moment - 6), never)).toBeUndefined();
  expect(pictureOf(claimed(moment), units.slice(second + 1), never)).toBeUndefined();
  expect(pictureOf(claimed(moment), [], never)).toBeUndefined();
});

it('is shown with its surroundings, inside the picture', () => {
  const tiny = surroundings({ left: 0.95, top: 0.01, right: 0.99, bottom: 0.05 });
  expect(tiny).toEqual({ left: 0.8, top: 0, right: 1, bottom: 0.2 });
  expect(surroundings({ left: 0, top: 0, right: 1, bottom: 1 })).toEqual({
    ...{ left: 0, top: 0, right: 1, bottom: 1 },
  });
});
