import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestStats } from '#ingest';
import type { BenchChild } from './child.ts';

/** Waits until all cameras of a gateway's child are live; rejects after a minute. */
export async function untilLive(gateway: BenchChild, cameras: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { byState } = await gateway.ask<IngestStats>('ingest');
    if (byState.live === cameras) return;
    if (performance.now() > deadline)
      throw new Error(`after a minute ${byState.live} of ${cameras} cameras are live`);
    await sleep(200);
  }
}
