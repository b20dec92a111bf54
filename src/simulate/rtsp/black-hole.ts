import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Lifetime } from '#base';

export interface BlackHoleData {
  readonly host: string;
  readonly port: number;
  readonly forever: Int32Array<SharedArrayBuffer>;
}

/** More than the kernel's queue of connections nobody has accepted holds. */
const FILLERS = 4;

/**
 * Makes an address swallow what dials it, as a dead switch does. A listener that never accepts has its queue filled; from then on Linux
 * drops every SYN without a word, and the one who dials waits until his own patience ends.
 */
export async function openBlackHole(host: string, port: number): Promise<Lifetime> {
  const forever = new Int32Array(new SharedArrayBuffer(4));
  const workerData: BlackHoleData = { host, port, forever };
  const thread = new Worker(new URL('./black-hole-thread.ts', import.meta.url), { workerData });
  await once(thread, 'message');
  const fillers = Array.from({ length: FILLERS }, () => connect(port, host).on('error', () => undefined));
  await once(fillers[0]!, 'connect');
  return {
    async close() {
      for (const filler of fillers) filler.destroy();
      await thread.terminate();
    },
  };
}
