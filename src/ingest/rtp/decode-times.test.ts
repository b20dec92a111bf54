import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeTimes } from './decode-times.ts';

/** Decoding order of pictures shown 0, 1, 2, …: each group's last picture first, as encoders with B-frames do. */
function reordered(groups: readonly number[]): number[] {
  const order = [0];
  let next = 1;
  for (const bFrames of groups) {
    order.push(next + bFrames);
    for (let i = 0; i < bFrames; i++) order.push(next + i);
    next += bFrames + 1;
  }
  return order;
}

describe('DecodeTimes', () => {
  it('is the presentation time where nothing is reordered', () => {
    const times = new DecodeTimes();
    times.restart(0, 0, 10, false);
    expect([0, 10, 20].map((pts) => times.next(pts))).toEqual([0, 10, 20]);
  });

  it('grows and never lies behind presentation, for every pattern of B-frames the depth allows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        (groups, depth) => {
          const times = new DecodeTimes();
          times.restart(depth, 0, 3000, false);
          let last = Number.NEGATIVE_INFINITY;
          for (const shown of reordered(groups)) {
            const dts = times.next(shown * 3000)!;
            expect(dts).toBeGreaterThan(last);
            expect(dts).toBeLessThanOrEqual(shown * 3000);
            last = dts;
          }
        },
      ),
    );
  });

  it('says when a stream reorders deeper than it was told', () => {
    const times = new DecodeTimes();
    times.restart(1, 0, 10, false);
    expect([0, 40, 20, 10].map((pts) => times.next(pts))).toEqual([-10, 0, 20, undefined]);
  });

  it('leaves room for pictures shown before the keyframe they follow', () => {
    const times = new DecodeTimes();
    times.restart(2, 1000, 10, true);
    for (const pts of [1000, 980, 990, 1010]) expect(times.next(pts)).toBeLessThanOrEqual(pts);
  });
});
