import type { EpochMs } from '#base';

/** A camera that never heard the time reports seconds since it was switched on; that is not a wall clock. */
const FIRST_BELIEVABLE: EpochMs = Date.UTC(2015, 0, 1);
const LAST_BELIEVABLE: EpochMs = Date.UTC(2100, 0, 1);
/** Delay from the lens to here that a right clock can explain; beyond `LEAST_DOUBT` back to `MOST_TRUST` it stays distrusted. */
const LEAST_DOUBT_MS = 2000;
const MOST_TRUST_MS = 1000;
const MAX_AHEAD_MS = 100;
const LEAP_MS = 1000;
/** How long the shortest delay is remembered, at least: clocks drift slowly, the timestamps of some cameras faster. */
const REPORTED_WINDOW_MS = 300_000;
const UNREPORTED_WINDOW_MS = 60_000;

/**
 * When pictures were taken, in this machine's time. The camera's own clock (RTCP sender reports) is used as it is while
 * it agrees with ours within a believable delay. Where it is wrong or absent, the picture that came through fastest in the
 * last minutes counts as not delayed at all: ages are then a lower bound, but a growing delay still shows.
 */
export class CaptureClock {
  #reportedWallClock = 0;
  #reportedPts90k = 0;
  #reported = false;
  #trusted = true;
  #windowEndsAt = 0;
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;

  /** `pts90k`: the report's timestamp on the unwrapped time of the pictures. */
  senderReport(wallClock: EpochMs, pts90k: number): void {
    if (wallClock < FIRST_BELIEVABLE || wallClock > LAST_BELIEVABLE) return;
    if (this.#reported) {
      const leap = wallClock - this.#sourceTime(pts90k);
      if (Math.abs(leap) > LEAP_MS) this.#shiftDelays(-leap);
    } else {
      this.#least = Number.POSITIVE_INFINITY;
      this.#leastBefore = Number.POSITIVE_INFINITY;
    }
    this.#reported = true;
    this.#reportedWallClock = wallClock;
    this.#reportedPts90k = pts90k;
  }

  capturedAt(pts90k: number, receivedAt: EpochMs): EpochMs {
    const source = this.#sourceTime(pts90k);
    const delay = receivedAt - source;
    this.#observe(delay, receivedAt);
    const least = this.#leastDelay();
    if (this.#trusted ? least > LEAST_DOUBT_MS : least < MOST_TRUST_MS) this.#trusted = !this.#trusted;
    const believed = this.#reported && this.#trusted && least > -MAX_AHEAD_MS;
    return Math.min(receivedAt, believed ? source : source + least);
  }

  /** The camera's clock minus ours, less the shortest delay seen; undefined without sender reports. */
  get offsetMs(): number | undefined {
    const least = this.#leastDelay();
    return this.#reported && Number.isFinite(least) ? -least : undefined;
  }

  #sourceTime(pts90k: number): number {
    return this.#reportedWallClock + (pts90k - this.#reportedPts90k) / 90;
  }

  #leastDelay(): number {
    return Math.min(this.#least, this.#leastBefore);
  }

  #observe(delay: number, now: EpochMs): void {
    const windowMs = this.#reported ? REPORTED_WINDOW_MS : UNREPORTED_WINDOW_MS;
    if (now >= this.#windowEndsAt || now < this.#windowEndsAt - windowMs) {
      this.#windowEndsAt = now + windowMs;
      this.#leastBefore = this.#least;
      this.#least = Number.POSITIVE_INFINITY;
    }
    if (delay < this.#least) this.#least = delay;
  }

  #shiftDelays(by: number): void {
    this.#least += by;
    this.#leastBefore += by;
  }
}
