/** So many at once, refilled at a steady rate: a token bucket. */
export class Allowance {
  readonly #most: number;
  readonly #perSecond: number;
  #left: number;
  #at: number | undefined;

  constructor(most: number, perSecond: number) {
    this.#most = most;
    this.#perSecond = perSecond;
    this.#left = most;
  }

  /** Takes one, if there is one. */
  take(nowMs: number): boolean {
    const refill = this.#at === undefined ? 0 : ((nowMs - this.#at) * this.#perSecond) / 1000;
    this.#left = Math.min(this.#most, this.#left + refill);
    this.#at = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
