/** Numbers in [0, 1) that are the same for the same seed: Marsaglia's 32-bit xorshift behind a mixing step. */
export type Random = () => number;

export function random(seed: number): Random {
  let state = mix(seed) || 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function randomBelow(next: Random, limit: number): number {
  return Math.floor(next() * limit);
}

/** Spreads neighbouring seeds far apart. */
function mix(seed: number): number {
  let x = (seed + 0x6d2b79f5) | 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return x ^ (x >>> 15);
}
