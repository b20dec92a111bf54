/** Random numbers of the bench: the same seed gives the same figures. */
export interface Seeded {
  /** 0 inclusive to 1 exclusive. */
  next(): number;
  normal(): number;
  between(low: number, high: number): number;
}

/** sfc32 after a mix of the seed. */
export function seeded(seed: number): Seeded {
  let [a, b, c, d] = [seed | 0, 0x9e3779b9 ^ seed, 0x243f6a88, 1];
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 15; i++) next();
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    between: (low, high) => low + (high - low) * next(),
  };
}
