/**
 * Randomness that has no state: a draw is a function of a seed and a number, so that a road user's whole character
 * comes from its own seed, in whatever order the simulation asks.
 */

/** Mixes two integers into an unsigned 32-bit one (the finaliser of MurmurHash3 applied to both). */
export function mix(seed: number, n: number): number {
  let h = Math.imul(seed ^ Math.imul(n | 0, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The n-th draw of a seed, evenly from 0 (inclusive) to 1 (exclusive). */
export function draw(seed: number, n: number): number {
  return mix(mix(seed, n), 0x51ed27) / 0x1_0000_0000;
}

export function drawBetween(seed: number, n: number, low: number, high: number): number {
  return low + (high - low) * draw(seed, n);
}

/** Near enough to a normal distribution for people: the sum of three even draws, so never beyond 3 deviations. */
export function drawAround(seed: number, n: number, mean: number, deviation: number): number {
  const sum = draw(seed, n) + draw(seed, n + 7919) + draw(seed, n + 15_838);
  return mean + (sum - 1.5) * 2 * deviation;
}

/** How many events a Poisson process of this mean has, by inversion; for means of a few at most. */
export function drawCount(seed: number, n: number, mean: number): number {
  let left = draw(seed, n);
  let probability = Math.exp(-mean);
  let count = 0;
  while (left >= probability && count < 50) {
    left -= probability;
    count++;
    probability *= mean / count;
  }
  return count;
}

/** One key of a table of weights. */
export function drawFrom<K extends string>(
  seed: number,
  n: number,
  weights: Readonly<Partial<Record<K, number>>>,
): K {
  const entries = Object.entries(weights) as [K, number][];
  let left = draw(seed, n) * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  return entries[entries.length - 1]![0];
}
