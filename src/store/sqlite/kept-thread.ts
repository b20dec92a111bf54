import { type Log, NgatuError } from '#base';
import { type DatabaseThread, startThread } from './database-thread.ts';
import type { ThreadSetup } from './messages.ts';

/** A database thread that is started again when it is lost, for example for want of memory. */
export interface KeptThread {
  /** The first one's. */
  readonly greeting: DatabaseThread['greeting'];
  /** Throws STORE_THREAD while there is none. */
  current(): DatabaseThread;
  close(): Promise<void>;
}

const RESTART_MS = [100, 1000, 5000, 30_000] as const;

/** Rejects when even the first cannot be started. */
export async function keepThread(setup: ThreadSetup, log: Log): Promise<KeptThread> {
  let losses = 0;
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  const first = await startThread(setup, lost);
  let thread: DatabaseThread | undefined = first;
  const again: ThreadSetup = setup.run ? { ...setup, run: { key: first.greeting.run } } : setup;

  function lost(error: NgatuError): void {
    thread = undefined;
    if (closing) return;
    log.error({ err: error, thread: setup.part }, 'the database thread was lost and is started again');
    timer = setTimeout(restart, RESTART_MS[Math.min(losses++, RESTART_MS.length - 1)]);
  }

  function restart(): void {
    startThread(again, lost).then(
      (started) => {
        thread = started;
        if (closing) void started.close();
      },
      (failure) => lost(failure),
    );
  }

  return {
    greeting: first.greeting,
    current() {
      if (thread === undefined)
        throw new NgatuError('STORE_THREAD', 'the database thread is being started again', {
          kind: 'transient',
        });
      return thread;
    },
    async close() {
      closing = true;
      clearTimeout(timer);
      await thread?.close();
    },
  };
}

/** A reader that is started when it is asked and ended when nobody has asked for a while: it costs memory. */
export interface OccasionalThread {
  current(): Promise<DatabaseThread>;
  close(): Promise<void>;
}

export function occasionalThread(setup: ThreadSetup, log: Log, idleMs: number): OccasionalThread {
  let thread: Promise<DatabaseThread> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;

  function forget(): void {
    thread = undefined;
    clearTimeout(idle);
  }

  async function rest(): Promise<void> {
    const started = await thread;
    if (started === undefined) return;
    if (started.waiting() > 0) return wait();
    forget();
    await started.close();
  }

  function wait(): void {
    clearTimeout(idle);
    idle = setTimeout(() => void rest(), idleMs);
    idle.unref();
  }

  return {
    current() {
      if (closed)
        return Promise.reject(new NgatuError('STORE_CLOSED', 'the history is closed', { kind: 'transient' }));
      thread ??= startThread(setup, (error) => {
        forget();
        log.error({ err: error }, 'a reading thread of the history was lost');
      }).catch((failure) => {
        forget();
        throw failure;
      });
      wait();
      return thread;
    },
    async close() {
      closed = true;
      const started = thread?.catch(() => undefined);
      forget();
      await (await started)?.close();
    },
  };
}
