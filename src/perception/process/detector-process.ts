import { type ChildProcess, fork } from 'node:child_process';
import type { Clock, Lifetime } from '#base';
import type { FromDetector, Settings, ToDetector } from './messages.ts';

/** Bytes under way to the process; beyond this nothing is accepted: a second or so of thirty cameras. */
const MOST_UNDER_WAY_BYTES = 4 << 20;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
/** A process that lasted so long has earned a quick restart. */
const PROVEN_AFTER_MS = 60_000;
/** It tells its figures every second; silence for this many of our own seconds is a hang. */
const HUNG_AFTER_TICKS = 20;
const CLOSE_WITHIN_MS = 10_000;

export interface DetectorProcessOptions {
  readonly clock: Clock;
  readonly settings: Settings;
  /** A new process is ready and knows nothing. */
  up(): void;
  down(problem: string): void;
  heard(message: FromDetector): void;
}

/** The detector's process, kept up. Messages to it while it is down are lost; it is told everything anew when it is up. */
export interface DetectorProcess extends Lifetime {
  readonly state: 'starting' | 'running' | 'failed' | 'closed';
  readonly problem: string | undefined;
  readonly restarts: number;
  /** Whether more may be sent. */
  readonly accepts: boolean;
  /** Whatever the message holds has been copied when this returns. */
  tell(message: ToDetector, bytes?: number): void;
  close(): Promise<void>;
}

export function createDetectorProcess(options: DetectorProcessOptions): DetectorProcess {
  const { clock, settings } = options;
  const main = new URL('./main.ts', import.meta.url);
  let child: ChildProcess | undefined;
  let state: DetectorProcess['state'] = 'starting';
  let problem: string | undefined;
  let restarts = 0;
  let failures = 0;
  let silentTicks = 0;
  let startedMs = 0;
  let retry: NodeJS.Timeout | undefined;
  let outbox = createOutbox();

  const start = (): void => {
    startedMs = clock.monotonicMs();
    silentTicks = 0;
    outbox = createOutbox();
    const started = fork(main, [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = started;
    started.on('message', (message: FromDetector) => {
      if (child !== started) return;
      silentTicks = 0;
      if (message.say === 'broken') gone(started, message.problem);
      else if (message.say === 'ready') {
        state = 'running';
        options.up();
      } else options.heard(message);
    });
    started.once('error', (error) => gone(started, error.message));
    started.once('exit', (code, signal) => gone(started, `it ended with ${signal ?? `code ${code}`}`));
    started.send({ say: 'begin', settings } satisfies ToDetector);
  };
  const gone = (which: ChildProcess, why: string): void => {
    if (child !== which || state === 'closed') return;
    child = undefined;
    which.kill('SIGKILL');
    if (clock.monotonicMs() - startedMs > PROVEN_AFTER_MS) failures = 0;
    failures++;
    restarts++;
    problem = why;
    state = failures > 3 ? 'failed' : 'starting';
    retry = setTimeout(start, Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)));
    options.down(why);
  };
  /** Our own ticks are counted, not time: while this process stalls, the other is not to blame. */
  const watchdog = setInterval(() => {
    if (child !== undefined && ++silentTicks > HUNG_AFTER_TICKS) gone(child, 'it hangs');
    if (state === 'running' && clock.monotonicMs() - startedMs > PROVEN_AFTER_MS) problem = undefined;
  }, 1000);
  watchdog.unref();
  start();

  return {
    get state() {
      return state;
    },
    get problem() {
      return problem;
    },
    get restarts() {
      return restarts;
    },
    get accepts() {
      return state === 'running' && outbox.bytes < MOST_UNDER_WAY_BYTES;
    },
    tell(message, bytes = 0) {
      if (state !== 'running' || child === undefined || !child.connected) return;
      child.send(message, outbox.sent(bytes));
    },
    async close() {
      if (state === 'closed') return;
      state = 'closed';
      clearInterval(watchdog);
      clearTimeout(retry);
      if (child !== undefined) await endGently(child);
    },
  };
}

/** Bytes that have not left this process yet. */
function createOutbox() {
  const sizes: number[] = [];
  let bytes = 0;
  // One for all messages: they leave in the order in which they were sent.
  const left = (): void => {
    bytes -= sizes.shift() ?? 0;
  };
  return {
    get bytes() {
      return bytes;
    },
    sent(size: number): () => void {
      sizes.push(size);
      bytes += size;
      return left;
    },
  };
}

async function endGently(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.exitCode !== null || child.signalCode !== null) return;
  const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_WITHIN_MS);
  if (child.connected) child.send({ say: 'end' } satisfies ToDetector, () => {});
  await ended;
  clearTimeout(late);
}
