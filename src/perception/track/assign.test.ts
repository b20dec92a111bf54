import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { assign } from './assign.ts';

/** Every way of pairing, tried. */
function least(
  costs: readonly (readonly number[])[],
  columns: number,
  alone: number,
  row = 0,
  used = new Set<number>(),
): number {
  if (row === costs.length) return 0;
  let best = alone + least(costs, columns, alone, row + 1, used);
  for (let column = 0; column < columns; column++) {
    const cost = costs[row]![column]!;
    if (used.has(column) || !Number.isFinite(cost)) continue;
    best = Math.min(best, cost + least(costs, columns, alone, row + 1, new Set([...used, column])));
  }
  return best;
}

it('finds the cheapest pairing, never a forbidden one, and no column twice', () => {
  const cost = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -20, max: 40 }) }, fc.constant(Infinity));
  const matrix = fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))
    .chain(([rows, columns]) =>
      fc.tuple(
        fc.array(fc.array(cost, { minLength: columns, maxLength: columns }), {
          minLength: rows,
          maxLength: rows,
        }),
        fc.constant(columns),
      ),
    );
  fc.assert(
    fc.property(matrix, fc.integer({ min: 1, max: 40 }), ([costs, columns], alone) => {
      const found = assign(costs, columns, alone);
      const paired = found.filter((column) => column >= 0);
      expect(new Set(paired).size).toBe(paired.length);
      const whole = found.reduce((sum, column, row) => sum + (column < 0 ? alone : costs[row]![column]!), 0);
      expect(whole).toBe(least(costs, columns, alone));
    }),
  );
});

it('pairs as many as can be where nothing is said about staying alone', () => {
  expect(
    assign(
      [
        [5, 1],
        [1, Infinity],
      ],
      2,
    ),
  ).toEqual([1, 0]);
  expect(assign([[3], [2], [1]], 1)).toEqual([-1, -1, 0]);
});
