/** Milliseconds since 1970-01-01T00:00Z, may carry a fraction. */
export type EpochMs = number;

/** The two times a part may ask for. Pure folders take the values instead. */
export interface Clock {
  /** Wall-clock time; may jump when the machine's clock is set. */
  now(): EpochMs;
  /** Milliseconds that only ever grow; for durations and deadlines. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now() + drift(),
  monotonicMs: () => performance.now(),
};

/** `performance.timeOrigin` does not follow NTP corrections; `Date.now()` does, but only in whole milliseconds. */
function drift(): number {
  const difference = Date.now() - (performance.timeOrigin + performance.now());
  return Math.abs(difference) > 5 ? difference : 0;
}
