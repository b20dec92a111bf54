import { Worker } from 'node:worker_threads';
import { type Lifetime, NgatuError } from '#base';
import type { Call, Greeting, Reply, Request, ThreadSetup } from './messages.ts';
import { unpack } from './unpack.ts';

/** The caller's side of one database thread. */
export interface DatabaseThread extends Lifetime {
  readonly greeting: Extract<Greeting, { kind: 'ready' }>;
  /** Rejects with what the database said when it failed as a whole, or with STORE_THREAD when the thread ended. */
  ask(calls: readonly Call[]): Promise<Extract<Reply, { kind: 'done' }>>;
  /** Asked and not yet answered. */
  waiting(): number;
  close(): Promise<void>;
}

/** Resolves when the database is open, rejects with the reason why it cannot be. `ended` is told of an end nobody asked for. */
export function startThread(setup: ThreadSetup, ended: (error: NgatuError) => void): Promise<DatabaseThread> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: setup,
    name: `store-${setup.part}`,
    // A small nursery: a thread that mostly waits should not keep tens of MiB for its next garbage.
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 2 },
  });
  return new Promise((resolve, reject) => {
    worker.once('message', (greeting: Greeting) => {
      if (greeting.kind === 'failed') reject(unpack(greeting.error));
      else resolve(faceOf(worker, greeting, ended));
    });
    worker.once('error', (failure) => reject(threadEnded(failure)));
    worker.once('exit', () => reject(threadEnded(undefined)));
  });
}

/** A disk that has not answered by then will not; what was committed is safe all the same. */
const CLOSE_MS = 10_000;

interface Waiter {
  resolve(reply: Extract<Reply, { kind: 'done' }>): void;
  reject(error: NgatuError): void;
}

function faceOf(
  worker: Worker,
  greeting: DatabaseThread['greeting'],
  ended: (error: NgatuError) => void,
): DatabaseThread {
  const waiters = new Map<number, Waiter>();
  let next = 0;
  let closing = false;
  let gone: NgatuError | undefined;
  let failure: unknown;
  worker.on('message', (reply: Reply) => {
    const waiter = waiters.get(reply.id);
    waiters.delete(reply.id);
    if (reply.kind === 'done') waiter?.resolve(reply);
    else waiter?.reject(unpack(reply.error));
  });
  worker.on('error', (thrown) => {
    failure = thrown;
  });
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      gone = threadEnded(failure);
      for (const waiter of waiters.values()) waiter.reject(gone);
      waiters.clear();
      if (!closing) ended(gone);
      resolve();
    });
  });
  const send = (request: Request) => worker.postMessage(request);
  return {
    greeting,
    waiting: () => waiters.size,
    ask: (calls) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone);
        const id = next++;
        waiters.set(id, { resolve, reject });
        send({ kind: 'work', id, calls });
      }),
    async close() {
      if (!closing && !gone) send({ kind: 'close' });
      closing = true;
      const patience = setTimeout(() => void worker.terminate(), CLOSE_MS);
      await exited;
      clearTimeout(patience);
    },
  };
}

function threadEnded(cause: unknown): NgatuError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new NgatuError('STORE_THREAD', `the database thread ended${reason}`, { kind: 'transient', cause });
}
