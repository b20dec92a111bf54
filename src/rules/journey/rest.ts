import type { EpochMs } from '#base';

/** Metres per second that is already standing rather than creeping. */
const standingSpeed = 0.6;

/**
 * Whether somebody stands: stays within a circle for a while. The circle's size follows the noise and the while its size, so that
 * creeping at half a metre a second is already standing and jitter is not yet moving.
 */
export class Rest {
  /** The middle of the circle, metres. */
  x = 0;
  y = 0;
  /** When the standing began; undefined while moving. */
  since: EpochMs | undefined;
  #enteredAt: EpochMs = 0;
  #count = 0;
  #leaving = 0;

  /** One more detection; `noise` is one standard deviation of its position. */
  observe(x: number, y: number, at: EpochMs, noise: number): void {
    const away = this.#count === 0 ? Number.POSITIVE_INFINITY : Math.hypot(x - this.x, y - this.y);
    if (this.since === undefined) this.#comeToRest(x, y, at, away, Math.max(0.8, 2.5 * noise));
    else this.#stayOrLeave(x, y, at, away, Math.max(1.6, 3.5 * noise));
  }

  #comeToRest(x: number, y: number, at: EpochMs, away: number, radius: number): void {
    if (away > radius) {
      this.#enter(x, y, at);
      return;
    }
    this.#settle(x, y, 8);
    const seconds = (at - this.#enteredAt) / 1000;
    if (this.#count >= 3 && seconds >= Math.max(1.5, radius / standingSpeed)) this.since = this.#enteredAt;
    this.#leaving = 0;
  }

  /** Two detections in a row outside of the circle are a departure; one is an outlier. */
  #stayOrLeave(x: number, y: number, at: EpochMs, away: number, radius: number): void {
    if (away <= radius) {
      this.#leaving = 0;
      this.#settle(x, y, 16);
    } else if (++this.#leaving >= 2) {
      this.since = undefined;
      this.#enter(x, y, at);
    }
  }

  #enter(x: number, y: number, at: EpochMs): void {
    this.x = x;
    this.y = y;
    this.#enteredAt = at;
    this.#count = 1;
  }

  /** The middle follows the mean, the faster the fewer have been seen. */
  #settle(x: number, y: number, most: number): void {
    this.#count = Math.min(this.#count + 1, most);
    this.x += (x - this.x) / this.#count;
    this.y += (y - this.y) / this.#count;
  }
}
