import type { Clock, Lifetime } from '#base';
import type { Random } from '../random.ts';

/** A bad road between camera and client. Order is kept: it is one TCP stream. */
export type Shaping =
  | { readonly kind: 'rate'; readonly bytesPerSecond: number }
  /** Every write is held for a random time up to `maxMs`. */
  | { readonly kind: 'jitter'; readonly maxMs: number }
  /** Everything is held and let go together, once a period: a bloated buffer on the way. */
  | { readonly kind: 'bursts'; readonly periodMs: number };

interface Held {
  bytes: Buffer;
  readonly releaseMs: number;
}

/** Holds bytes back and passes them on when their time has come. Whoever pushes bounds it by looking at `waitingBytes`. */
export class Shaper implements Lifetime {
  readonly #shaping: Shaping;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #pass: (bytes: Buffer) => void;
  readonly #held: Held[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastReleaseMs = 0;
  #creditSinceMs: number;
  waitingBytes = 0;

  constructor(shaping: Shaping, clock: Clock, random: Random, pass: (bytes: Buffer) => void) {
    this.#shaping = shaping;
    this.#clock = clock;
    this.#random = random;
    this.#pass = pass;
    this.#creditSinceMs = clock.monotonicMs();
  }

  /** The bytes are kept as they are: they must not change afterwards. */
  push(bytes: Buffer): void {
    const now = this.#clock.monotonicMs();
    if (this.#held.length === 0) this.#creditSinceMs = Math.max(this.#creditSinceMs, now - 100);
    this.#lastReleaseMs = Math.max(this.#lastReleaseMs, this.#releaseMs(now));
    this.#held.push({ bytes, releaseMs: this.#lastReleaseMs });
    this.waitingBytes += bytes.length;
    this.#arm(now);
  }

  /** Lets everything go at once. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { bytes } of this.#held.splice(0)) this.#pass(bytes);
    this.waitingBytes = 0;
  }

  #releaseMs(now: number): number {
    if (this.#shaping.kind === 'jitter') return now + this.#random() * this.#shaping.maxMs;
    if (this.#shaping.kind === 'bursts')
      return Math.ceil(now / this.#shaping.periodMs) * this.#shaping.periodMs;
    return now;
  }

  #arm(now: number): void {
    const first = this.#held[0];
    if (first === undefined || this.#timer !== undefined) return;
    const byteMs = this.#shaping.kind === 'rate' ? 1000 / this.#shaping.bytesPerSecond : 0;
    const wait = Math.max(10, byteMs, first.releaseMs - now);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const later = this.#clock.monotonicMs();
      this.#release(later);
      this.#arm(later);
    }, wait);
  }

  #release(now: number): void {
    let credit = this.#credit(now);
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      if (first.releaseMs > now || credit < 1) return;
      const part = first.bytes.subarray(0, credit);
      first.bytes = first.bytes.subarray(part.length);
      if (first.bytes.length === 0) this.#held.shift();
      credit -= part.length;
      this.#spend(part.length);
      this.waitingBytes -= part.length;
      this.#pass(part);
    }
  }

  #credit(now: number): number {
    if (this.#shaping.kind !== 'rate') return Number.MAX_SAFE_INTEGER;
    return Math.floor(((now - this.#creditSinceMs) * this.#shaping.bytesPerSecond) / 1000);
  }

  #spend(bytes: number): void {
    if (this.#shaping.kind === 'rate') this.#creditSinceMs += (bytes * 1000) / this.#shaping.bytesPerSecond;
  }
}
