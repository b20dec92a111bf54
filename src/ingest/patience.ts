import type { Clock, Lifetime } from '#base';

const TICK_MS = 50;
/** A step of the clock above this is a pause of this process, in which nobody could have been heard. */
const MAX_STEP_TICKS = 4;

/**
 * Deadlines in the time during which this process could listen. When the whole process stands still (a long collection,
 * a suspended machine), deadlines stand still as well, so that cameras are not blamed for what the box did.
 */
export interface Patience extends Lifetime {
  /** Calls `expire` once, unless closed before. */
  after(milliseconds: number, expire: () => void): Lifetime;
  /** Milliseconds of listening so far. */
  listenedMs(): number;
  close(): void;
}

/** One timer for all deadlines, on a ring of ticks. */
export function createPatience(clock: Clock): Patience {
  const due = new Map<number, Set<() => void>>();
  let ticks = 0;
  let lastMs = clock.monotonicMs();
  const advance = () => {
    const passed = Math.floor((clock.monotonicMs() - lastMs) / TICK_MS);
    if (passed < 1) return;
    lastMs += passed * TICK_MS;
    const last = ticks + Math.min(passed, MAX_STEP_TICKS);
    while (ticks < last) expireAll(due, ++ticks);
  };
  const timer = setInterval(advance, TICK_MS);
  return {
    after(milliseconds, expire) {
      const at = ticks + Math.max(1, Math.ceil(milliseconds / TICK_MS));
      const together = due.get(at) ?? new Set();
      due.set(at, together.add(expire));
      return { close: () => void together.delete(expire) };
    },
    listenedMs: () => ticks * TICK_MS,
    close() {
      clearInterval(timer);
      due.clear();
    },
  };
}

function expireAll(due: Map<number, Set<() => void>>, tick: number): void {
  const expired = due.get(tick);
  if (expired === undefined) return;
  due.delete(tick);
  for (const expire of expired) expire();
}
