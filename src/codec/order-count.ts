/**
 * Picture order counts from their least significant bits (ITU-T H.264 §8.2.1.1, H.265 §8.3.1).
 * Only their order among the pictures after one keyframe means anything.
 */
export class OrderCounter {
  readonly #range: number;
  #previousLsb = 0;
  #previousMsb = 0;

  constructor(lsbBits: number) {
    this.#range = 2 ** lsbBits;
  }

  /** At a picture that other pictures' counts start from: an IDR picture. */
  restart(): void {
    this.#previousLsb = 0;
    this.#previousMsb = 0;
  }

  /** `reference`: later counts are told from this one (a reference picture; in H.265 also of temporal layer 0). */
  next(lsb: number, reference: boolean): number {
    let msb = this.#previousMsb;
    if (lsb < this.#previousLsb && this.#previousLsb - lsb >= this.#range / 2) msb += this.#range;
    else if (lsb > this.#previousLsb && lsb - this.#previousLsb > this.#range / 2) msb -= this.#range;
    if (reference) {
      this.#previousLsb = lsb;
      this.#previousMsb = msb;
    }
    return msb + lsb;
  }
}
