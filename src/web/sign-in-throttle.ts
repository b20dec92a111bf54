import type { Clock } from '#base';

/**
 * Slows guessing down without locking anybody out. Failures count against the pair of user and address and against the
 * address, each with a growing pause. When one user is guessed at from many addresses, only addresses from which that user
 * has never signed in are slowed, so the real one still gets in from the usual place.
 */
export class SignInThrottle {
  readonly #clock: Clock;
  readonly #failures = new Map<string, { count: number; blockedUntil: number; lastAt: number }>();
  readonly #known = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds to wait before another try; 0: go ahead. */
  waitMs(user: string, address: string): number {
    const now = this.#clock.monotonicMs();
    const waits = this.#keys(user, address).map(
      ({ key }) => (this.#failures.get(key)?.blockedUntil ?? 0) - now,
    );
    return Math.max(0, ...waits);
  }

  failed(user: string, address: string): void {
    const now = this.#clock.monotonicMs();
    for (const { key, free, longestMs } of this.#keys(user, address)) {
      const before = this.#failures.get(key);
      const count = before === undefined || now - before.lastAt > FORGET_MS ? 1 : before.count + 1;
      const pause = count < free ? 0 : Math.min(longestMs, 1000 * 2 ** Math.min(20, count - free));
      // Newest last, so that the first is what nobody has tried for longest.
      this.#failures.delete(key);
      this.#failures.set(key, { count, blockedUntil: now + pause, lastAt: now });
    }
    while (this.#failures.size > MOST_KEPT)
      this.#failures.delete(this.#failures.keys().next().value as string);
  }

  succeeded(user: string, address: string): void {
    const pair = pairOf(user, address);
    this.#failures.delete(pair);
    this.#known.delete(pair);
    this.#known.add(pair);
    if (this.#known.size > MOST_KEPT) dropOldest(this.#known.values(), (key) => this.#known.delete(key));
  }

  #keys(user: string, address: string): readonly { key: string; free: number; longestMs: number }[] {
    const pair = { key: pairOf(user, address), free: 5, longestMs: 5 * 60_000 };
    if (this.#known.has(pair.key)) return [pair];
    return [
      pair,
      { key: `address ${address}`, free: 30, longestMs: 60_000 },
      { key: `user ${user}`, free: 50, longestMs: 5_000 },
    ];
  }
}

const FORGET_MS = 60 * 60_000;
const MOST_KEPT = 10_000;

/** A tenth at a time: looking for the first after each removal would take longer and longer. */
function dropOldest(keys: Iterator<string>, drop: (key: string) => void): void {
  for (let left = MOST_KEPT / 10; left > 0; left--) drop(keys.next().value as string);
}

function pairOf(user: string, address: string): string {
  return `pair ${address} ${user}`;
}
