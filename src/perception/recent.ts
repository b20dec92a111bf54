/** Figures of the last seconds: sums over a ring of one-second slots. Pure. */
export class Recent {
  readonly #slots: { second: number; count: number; sum: number; values: number[] }[];
  readonly #seconds: number;

  constructor(seconds = 10) {
    this.#seconds = seconds;
    this.#slots = Array.from({ length: seconds + 1 }, () => ({ second: -1, count: 0, sum: 0, values: [] }));
  }

  add(nowMs: number, value = 1): void {
    const second = Math.floor(nowMs / 1000);
    const slot = this.#slots[second % this.#slots.length]!;
    if (slot.second !== second) Object.assign(slot, { second, count: 0, sum: 0, values: [] });
    slot.count++;
    slot.sum += value;
    // A sample of them is enough for a percentile.
    if (slot.values.length < 64) slot.values.push(value);
  }

  perSecond(nowMs: number): number {
    return this.#live(nowMs).reduce((sum, slot) => sum + slot.count, 0) / this.#seconds;
  }

  sumPerSecond(nowMs: number): number {
    return this.#live(nowMs).reduce((sum, slot) => sum + slot.sum, 0) / this.#seconds;
  }

  mean(nowMs: number): number {
    const live = this.#live(nowMs);
    const count = live.reduce((sum, slot) => sum + slot.count, 0);
    return count === 0 ? 0 : live.reduce((sum, slot) => sum + slot.sum, 0) / count;
  }

  quantile(nowMs: number, share: number): number {
    const values = this.#live(nowMs)
      .flatMap((slot) => slot.values)
      .sort((a, b) => a - b);
    return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
  }

  /** The whole seconds behind now: the one under way would count as slow. */
  #live(nowMs: number) {
    const now = Math.floor(nowMs / 1000);
    return this.#slots.filter(({ second }) => second >= now - this.#seconds && second < now);
  }
}
