import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curve } from './curve.ts';

const knots = fc
  .array(
    fc.tuple(fc.double({ min: 0.1, max: 3, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })),
    {
      minLength: 2,
      maxLength: 9,
    },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(([step, value]) => {
      at += step;
      return [at, value] as const;
    });
  });

describe('curve', () => {
  it('goes through its knots', () => {
    fc.assert(
      fc.property(knots, (given) => {
        for (const [at, value] of given) expect(curve(given)(at)).toBeCloseTo(value, 6);
      }),
    );
  });

  it('never leaves the range between two neighbouring knots', () => {
    fc.assert(
      fc.property(knots, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        for (let i = 0; i + 1 < given.length; i++) {
          const [[from, a], [to, b]] = [given[i]!, given[i + 1]!];
          const value = curve(given)(from + (to - from) * share);
          expect(value).toBeGreaterThanOrEqual(Math.min(a, b) - 1e-6);
          expect(value).toBeLessThanOrEqual(Math.max(a, b) + 1e-6);
        }
      }),
    );
  });
});
