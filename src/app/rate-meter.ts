import type { Clock, Lifetime } from '#base';
import type { StreamId } from '#camera';

interface Counters {
  readonly pictures: number;
  readonly bytes: number;
}

/** Rates of many streams from their running totals, over the last ten seconds or so. */
export interface RateMeter extends Lifetime {
  of(stream: StreamId): { readonly picturesPerSecond: number; readonly bitsPerSecond: number };
}

const EVERY_MS = 5_000;

export function createRateMeter(
  clock: Clock,
  read: () => readonly (readonly [StreamId, Counters])[],
): RateMeter {
  let older = new Map<StreamId, Counters>();
  let newer = new Map<StreamId, Counters>();
  let seconds = 0;
  let olderAt = clock.monotonicMs();
  let newerAt = olderAt;
  const timer = setInterval(() => {
    [older, olderAt] = [newer, newerAt];
    newer = new Map(read().map(([id, { pictures, bytes }]) => [id, { pictures, bytes }]));
    newerAt = clock.monotonicMs();
    seconds = (newerAt - olderAt) / 1000;
  }, EVERY_MS);
  return {
    of(stream) {
      const before = older.get(stream);
      const now = newer.get(stream);
      if (before === undefined || now === undefined || seconds <= 0)
        return { picturesPerSecond: 0, bitsPerSecond: 0 };
      return {
        picturesPerSecond: Math.max(0, now.pictures - before.pictures) / seconds,
        bitsPerSecond: (8 * Math.max(0, now.bytes - before.bytes)) / seconds,
      };
    },
    close: () => clearInterval(timer),
  };
}
