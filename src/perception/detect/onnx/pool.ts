import { Worker } from 'node:worker_threads';
import { NgatuError } from '#base';
import type { Look } from '../../quality/look.ts';
import type { Detection, Picture } from '../../track.ts';
import type { ModelFiles } from '../model-files.ts';
import type { FromThread, ToThread } from './messages.ts';

/** The pixels are handed over with the job and given back with its result. */
export interface Job extends Pick<Picture, 'pixels' | 'width' | 'height' | 'views'> {
  readonly model: string;
  /** Whether the picture as such is to be looked at, too. */
  readonly withLook: boolean;
}

export interface JobResult {
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** What was seen, or why nothing could be. */
  readonly outcome: Seen | { readonly problem: string };
}

export interface Seen {
  readonly detections: readonly Detection[];
  readonly look: Look | undefined;
  readonly milliseconds: number;
}

export interface Pool {
  /** Threads that are waiting for a picture. */
  readonly idle: number;
  readonly threads: number;
  /** Loads a model into every thread. Rejects with what is wrong with it. */
  load(files: ModelFiles): Promise<void>;
  /** Only while `idle` is above 0. `done` is called once, when the thread is idle again. */
  run(job: Job, done: (result: JobResult) => void): void;
  /** Waits for running pictures; a thread is never stopped inside the network. */
  close(): Promise<void>;
}

/** Threads with one model session each, every one computing on a single core. `broken` is told when a thread dies: the pool is then of no use. */
export function createPool(threads: number, broken: (problem: string) => void): Pool {
  const seats = Array.from({ length: threads }, () => openSeat(broken));
  const free = [...seats];
  return {
    get idle() {
      return free.length;
    },
    threads,
    async load(files) {
      await Promise.all(seats.map((seat) => seat.load(files)));
    },
    run(job, done) {
      const seat = free.pop();
      if (seat === undefined) throw new NgatuError('POOL_BUSY', 'no thread is idle', { kind: 'bug' });
      seat.run(job, (result) => {
        free.push(seat);
        done(result);
      });
    },
    async close() {
      await Promise.all(seats.map((seat) => seat.close()));
    },
  };
}

interface Seat {
  load(files: ModelFiles): Promise<void>;
  run(job: Job, done: (result: JobResult) => void): void;
  close(): Promise<void>;
}

function openSeat(broken: (problem: string) => void): Seat {
  const worker = new Worker(new URL('./thread.ts', import.meta.url));
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const loading = new Map<string, { resolve(): void; reject(problem: NgatuError): void }>();
  let running: ((result: JobResult) => void) | undefined;
  let closing = false;
  const say = (message: ToThread, transfer: ArrayBuffer[] = []): void =>
    worker.postMessage(message, transfer);

  worker.on('message', (message: FromThread) => {
    if (message.say === 'loaded') loading.get(message.model)?.resolve();
    else if (message.say === 'refused') loading.get(message.model)?.reject(refusal(message));
    else {
      const done = running;
      running = undefined;
      done?.(resultOf(message));
    }
  });
  worker.once('error', (error) => broken(`a thread of the detector died: ${error.message}`));
  worker.once('exit', (code) => {
    if (!closing) broken(`a thread of the detector ended with code ${code}`);
  });

  return {
    load(files) {
      const { description, bytes } = files;
      return new Promise((resolve, reject) => {
        loading.set(description.name, { resolve, reject });
        say({ say: 'load', description, bytes });
      });
    },
    run(job, done) {
      running = done;
      const { model, pixels, width, height, views, withLook } = job;
      say({ say: 'run', model, pixels, width, height, views, withLook }, [pixels.buffer]);
    },
    close() {
      if (!closing) say({ say: 'stop' });
      closing = true;
      return ended;
    },
  };
}

function refusal({ model, code, problem }: Extract<FromThread, { say: 'refused' }>): NgatuError {
  return new NgatuError(code, problem, { kind: 'config', context: { model } });
}

function resultOf(message: Extract<FromThread, { say: 'ran' | 'failed' }>): JobResult {
  const { pixels } = message;
  if (message.say === 'failed') return { pixels, outcome: { problem: message.problem } };
  const { detections, look, milliseconds } = message;
  return { pixels, outcome: { detections, look, milliseconds } };
}
