/** A thread that listens and never accepts; see black-hole.ts. */
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { BlackHoleData } from './black-hole.ts';

const { host, port, forever } = workerData as BlackHoleData;
const server = createServer();
server.once('error', (cause) => {
  throw cause;
});
server.listen({ host, port, backlog: 1 }, () => {
  parentPort?.postMessage('listening');
  // Once the message is out, this thread must never turn its loop again: accepting is what loops do.
  setImmediate(() => Atomics.wait(forever, 0, 0));
});
