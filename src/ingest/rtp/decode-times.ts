const MAX_DEPTH = 16;

/**
 * Decoding times for pictures that arrive in decoding order with their presentation times.
 * If no more than `depth` pictures may come before one that is shown earlier, the picture that arrives now is decoded at
 * the time at which the one `depth` places earlier in presentation order is shown: sorted times, `depth` late.
 */
export class DecodeTimes {
  #depth = 0;
  /** The `depth` greatest presentation times so far, ascending. */
  readonly #waiting: number[] = [];
  #last = Number.NEGATIVE_INFINITY;

  get depth(): number {
    return this.#depth;
  }

  /** Begins anew at a keyframe. `leading`: pictures shown before this keyframe may follow it. */
  restart(depth: number, pts90k: number, pictureDuration90k: number, leading: boolean): void {
    this.#depth = Math.min(depth, MAX_DEPTH);
    this.#waiting.length = 0;
    const oldest = leading ? 2 * this.#depth : this.#depth;
    for (let i = 0; i < this.#depth; i++) this.#waiting.push(pts90k - (oldest - i) * pictureDuration90k);
  }

  /** The picture's decoding time; `undefined` where it is shown before its turn: the stream reorders deeper than `depth`. */
  next(pts90k: number): number | undefined {
    const due = this.#depth === 0 ? pts90k : this.#exchange(pts90k);
    const dts90k = Math.max(due, this.#last + 1);
    if (dts90k > pts90k) return undefined;
    this.#last = dts90k;
    return dts90k;
  }

  /** The earliest time that `next` can still give. */
  get earliest(): number {
    return this.#last + 1;
  }

  #exchange(pts90k: number): number {
    const waiting = this.#waiting;
    let at = waiting.length;
    while (at > 0 && waiting[at - 1]! > pts90k) at--;
    if (at === 0) return pts90k;
    const due = waiting[0]!;
    for (let i = 1; i < at; i++) waiting[i - 1] = waiting[i]!;
    waiting[at - 1] = pts90k;
    return due;
  }
}
