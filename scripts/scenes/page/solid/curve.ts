/** Pairs of place and value, places ascending. */
export type Knots = readonly (readonly [at: number, value: number])[];

/** A smooth line through the knots that never overshoots them (monotone cubic, Fritsch and Carlson 1980). */
export function curve(knots: Knots): (at: number) => number {
  const slopes = knots.slice(1).map(([at, value], i) => (value - knots[i]![1]) / (at - knots[i]![0]));
  const tangents = knots.map((_, i) => tangentAt(knots, slopes, i));
  return (at) => {
    let i = 0;
    while (i < knots.length - 2 && at > knots[i + 1]![0]) i++;
    const [from, a] = knots[i]!;
    const [to, b] = knots[i + 1]!;
    const span = to - from;
    const t = Math.min(1, Math.max(0, (at - from) / span));
    const u = 1 - t;
    return (
      u * u * (1 + 2 * t) * a +
      t * t * (3 - 2 * t) * b +
      span * t * u * (u * tangents[i]! - t * tangents[i + 1]!)
    );
  };
}

function tangentAt(knots: Knots, slopes: readonly number[], i: number): number {
  const before = slopes[i - 1];
  const after = slopes[i];
  if (before === undefined) return after ?? 0;
  if (after === undefined) return before;
  if (before * after <= 0) return 0;
  const left = knots[i]![0] - knots[i - 1]![0];
  const right = knots[i + 1]![0] - knots[i]![0];
  const weightBefore = left + 2 * right;
  const weightAfter = 2 * left + right;
  return (weightBefore + weightAfter) / (weightBefore / after + weightAfter / before);
}
