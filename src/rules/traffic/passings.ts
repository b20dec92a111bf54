import type { EpochMs } from '#base';

const kept = 64;

/** The speeds of those who passed a lane group's measuring places last. */
export class Passings {
  readonly #times = new Float64Array(kept);
  readonly #speeds = new Float64Array(kept);
  #count = 0;

  add(at: EpochMs, metresPerSecond: number): void {
    const slot = this.#count++ % kept;
    this.#times[slot] = at;
    this.#speeds[slot] = metresPerSecond;
  }

  /** Newest first; metres per second. */
  speedsSince(from: EpochMs): number[] {
    const speeds: number[] = [];
    const most = Math.min(this.#count, kept);
    for (let i = 1; i <= most; i++) {
      const slot = (this.#count - i) % kept;
      if (this.#times[slot]! < from) break;
      speeds.push(this.#speeds[slot]!);
    }
    return speeds;
  }

  clear(): void {
    this.#count = 0;
  }
}
