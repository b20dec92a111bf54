/** The newest few hundred delays, for a percentile that follows what happens now. */
export interface LagMeter {
  saw(milliseconds: number): void;
  /** Undefined before the first. */
  p95(): number | undefined;
}

export function createLagMeter(size = 1024): LagMeter {
  const ring = new Float64Array(size);
  let count = 0;
  return {
    saw(milliseconds) {
      ring[count++ % size] = milliseconds;
    },
    p95() {
      const known = ring.slice(0, Math.min(count, size)).sort();
      return known[Math.floor(known.length * 0.95)];
    },
  };
}
