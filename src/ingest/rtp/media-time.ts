const TICKS_PER_SECOND = 90_000;
const MAX_FORWARD = 10 * TICKS_PER_SECOND;

/**
 * 32-bit RTP timestamps as a time that does not wrap. Where the camera's timestamps leap, time goes on by
 * one usual picture from where it was. It starts above 2^32, so that nothing derived from it can be negative.
 */
export class MediaTime {
  #lastTimestamp = -1;
  #pts90k = 0;
  /** The last ordinary distance between two pictures. */
  usualStep = TICKS_PER_SECOND / 25;
  jumped = false;

  /** `maxBack`: how far a timestamp may lie before the one just seen, as it does with B-frames, without being a leap. */
  advance(timestamp: number, maxBack: number): number {
    this.jumped = false;
    if (this.#lastTimestamp < 0) {
      this.#pts90k = timestamp + 2 ** 32;
    } else {
      const step = (timestamp - this.#lastTimestamp) | 0;
      this.jumped = step > MAX_FORWARD || step < -maxBack;
      if (step > 0 && step < TICKS_PER_SECOND) this.usualStep = step;
      this.#pts90k += this.jumped ? this.usualStep : step;
    }
    this.#lastTimestamp = timestamp;
    return this.#pts90k;
  }

  /** The unwrapped time of a timestamp near the last one; undefined before the first. */
  near(timestamp: number): number | undefined {
    if (this.#lastTimestamp < 0) return undefined;
    return this.#pts90k + ((timestamp - this.#lastTimestamp) | 0);
  }
}
