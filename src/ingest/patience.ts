import type { Clock, Lifetime } from '#base';

/** How finely deadlines are kept. */
export const PATIENCE_TICK_MS = 40;
/** A step of the clock above this is a pause of this process, in which nobody could have been heard. */
const MAX_STEP_TICKS = 5;

/**
 * Deadlines in the time during which this process could listen. When the whole process stands still (a long collection,
 * a suspended machine), deadlines stand still as well, so that cameras are not blamed for what the box did.
 */
export interface Patience {
  /** Calls `expire` once, unless closed before. */
  after(milliseconds: number, expire: () => void): Lifetime;
  /** Milliseconds of listening so far. */
  listenedMs(): number;
  /** To be called every `PATIENCE_TICK_MS`. */
  turn(): void;
}

/** All deadlines, by the tick at which they expire. */
export function createPatience(clock: Clock): Patience {
  const due = new Map<number, Set<() => void>>();
  let ticks = 0;
  let lastMs = clock.monotonicMs();
  const turn = () => {
    const passed = Math.floor((clock.monotonicMs() - lastMs) / PATIENCE_TICK_MS);
    if (passed < 1) return;
    lastMs += passed * PATIENCE_TICK_MS;
    const last = ticks + Math.min(passed, MAX_STEP_TICKS);
    while (ticks < last) expireAll(due, ++ticks);
  };
  return {
    after(milliseconds, expire) {
      const at = ticks + Math.max(1, Math.ceil(milliseconds / PATIENCE_TICK_MS));
      const together = due.get(at) ?? new Set();
      due.set(at, together.add(expire));
      return { close: () => void together.delete(expire) };
    },
    listenedMs: () => ticks * PATIENCE_TICK_MS,
    turn,
  };
}

function expireAll(due: Map<number, Set<() => void>>, tick: number): void {
  const expired = due.get(tick);
  if (expired === undefined) return;
  due.delete(tick);
  for (const expire of expired) expire();
}
