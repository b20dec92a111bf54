import { type Lifetime, type Log, lifetime } from '#base';
import type { Face } from './sqlite-history.ts';

const BEAT_MS = 10_000;
const PACK_MS = 60_000;
/** Counts may come this long after the end of their hour before it is packed without them. */
const GRACE_MS = 5 * 60_000;

/** Heartbeat, so that time without a gateway can be told from time without a camera; and packing of traffic hours. */
export function startUpkeep({ clock, queue }: Face, log: Log): Lifetime {
  const asked = { kind: 'asked', share: 1 } as const;
  const quietly = (work: () => Promise<unknown>) => () =>
    void work().catch((failure) =>
      log.warn({ err: failure }, 'upkeep of the history failed and is tried again'),
    );
  const beat = setInterval(
    quietly(() => queue.write('beat', { at: clock.now() }, asked)),
    BEAT_MS,
  );
  let packing = false;
  const pack = setInterval(
    quietly(async () => {
      if (packing) return;
      packing = true;
      try {
        while (await queue.write('packHour', { before: clock.now() - GRACE_MS }, asked));
      } finally {
        packing = false;
      }
    }),
    PACK_MS,
  );
  beat.unref();
  pack.unref();
  return lifetime(async () => {
    clearInterval(beat);
    clearInterval(pack);
    await queue.write('beat', { at: clock.now() }, asked).catch(() => undefined);
  });
}
