import { type ChildProcess, fork } from 'node:child_process';
import { type Clock, type Lifetime, type Log, NgatuError } from '#base';
import type { AccessUnit } from '#ingest';
import type { PictureContent } from './content.ts';
import type { DevelopOrder, FromDarkroom, Jobs, SentKeyframe, SentUnit, ToDarkroom } from './messages.ts';
import type { PackedPicture } from './pack.ts';
import { type EncoderSink, type Encoding, RemoteEncoder } from './remote-encoder.ts';
import { Turns } from './turns.ts';

export interface DarkroomDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly options?: Partial<DarkroomOptions>;
}

export interface DarkroomOptions {
  /** Stills developed at the same time, and how many more may wait. */
  readonly developing: number;
  readonly waiting: number;
  /** A job that takes longer means that the process hangs: it is ended, and started anew. */
  readonly patienceMs: number;
  readonly ffmpeg: string;
}

/**
 * Everything that starts ffmpeg or touches pixels, in a process of its own. To start a child costs a large process a tenth of
 * a second, in which nobody would get a picture; the darkroom's process is small, and nobody waits for it.
 */
export interface Darkroom extends Lifetime {
  /** The last of the units as a still. Rejects with `DECODERS_BUSY`, `DECODER_TIMEOUT`, `PICTURE_UNDECODABLE`, `FFMPEG_MISSING` or `DARKROOM_ENDED`. */
  develop(
    order: Omit<DevelopOrder, 'units'> & { readonly units: readonly AccessUnit[] },
  ): Promise<PackedPicture>;
  /** What is on each of these keyframes of one codec; undefined for those that cannot be decoded. */
  look(keyframes: readonly SentKeyframe[]): Promise<readonly (PictureContent | undefined)[]>;
  /** An ffmpeg child that encodes fragmented MP4 anew, in H.264. */
  encode(mostWidth: number, sink: EncoderSink): Encoding;
  readonly stats: DarkroomStats;
  close(): Promise<void>;
}

export interface DarkroomStats {
  readonly running: number;
  readonly waiting: number;
  readonly decoded: number;
  readonly failed: number;
  readonly refused: number;
  /** Times the process ended unasked. */
  readonly restarts: number;
}

const DEFAULTS: DarkroomOptions = { developing: 2, waiting: 32, patienceMs: 30_000, ffmpeg: 'ffmpeg' };
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
const CLOSE_WITHIN_MS = 2000;

interface Pending {
  resolve(result: Jobs[keyof Jobs]['result']): void;
  reject(failure: NgatuError): void;
}

export function createDarkroom(deps: DarkroomDeps): Darkroom {
  return new DarkroomProcess(deps, { ...DEFAULTS, ...deps.options });
}

class DarkroomProcess implements Darkroom {
  readonly #deps: DarkroomDeps;
  readonly #options: DarkroomOptions;
  readonly #turns: Turns;
  readonly #pending = new Map<number, Pending>();
  readonly #encoders = new Map<number, RemoteEncoder>();
  readonly #counts = { decoded: 0, failed: 0, restarts: 0 };
  #child: ChildProcess | undefined;
  #nextId = 1;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(deps: DarkroomDeps, options: DarkroomOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#turns = new Turns(options.developing, options.waiting);
    this.#start();
  }

  get stats(): DarkroomStats {
    const { running, waiting, refused } = this.#turns;
    return { running, waiting, refused, ...this.#counts };
  }

  async develop(order: Parameters<Darkroom['develop']>[0]): Promise<PackedPicture> {
    await this.#turns.begin();
    try {
      const developed = await this.#ask('develop', { ...order, units: order.units.map(sent) });
      this.#counts.decoded++;
      return developed;
    } catch (failure) {
      this.#counts.failed++;
      throw failure;
    } finally {
      this.#turns.end();
    }
  }

  look(keyframes: readonly SentKeyframe[]): Promise<readonly (PictureContent | undefined)[]> {
    return this.#ask(
      'look',
      keyframes.map(({ data, format }) => ({ data, format })),
    );
  }

  encode(mostWidth: number, sink: EncoderSink): Encoding {
    const id = this.#nextId++;
    const encoder = new RemoteEncoder(id, sink, (message) => this.#tell(message));
    this.#encoders.set(id, encoder);
    if (!this.#tell({ do: 'encode', id, mostWidth })) queueMicrotask(() => this.#encoderEnded(id, ENDED));
    return {
      write: (bytes) => encoder.write(bytes),
      close: () => {
        this.#encoders.delete(id);
        encoder.close();
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const child = this.#child;
    this.#child = undefined;
    this.#giveUp();
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_WITHIN_MS);
      child.once('exit', () => {
        clearTimeout(kill);
        resolve();
      });
      if (child.connected) child.disconnect();
    });
  }

  async #ask<Job extends keyof Jobs>(job: Job, order: Jobs[Job]['order']): Promise<Jobs[Job]['result']> {
    const id = this.#nextId++;
    const result = new Promise<Jobs[keyof Jobs]['result']>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    if (!this.#tell({ do: job, id, order } as ToDarkroom)) this.#fail(id, ended());
    const child = this.#child;
    const hung = setTimeout(() => child?.kill('SIGKILL'), this.#options.patienceMs);
    try {
      return (await result) as Jobs[Job]['result'];
    } finally {
      clearTimeout(hung);
    }
  }

  #start(): void {
    const main = new URL('./main.ts', import.meta.url);
    const child = fork(main, [this.#options.ffmpeg], {
      serialization: 'advanced',
      // Little of its memory is the heap's.
      execArgv: ['--max-semi-space-size=1'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('message', (message: FromDarkroom) => this.#heard(message));
    child.once('error', (failure) => this.#gone(child, failure.message));
    child.once('exit', (code, signal) => this.#gone(child, `it ended with ${signal ?? `code ${code}`}`));
    // It ends with us, and must not keep us.
    child.unref();
    child.channel?.unref();
  }

  #gone(child: ChildProcess, why: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#counts.restarts++;
    this.#deps.log.warn({ why }, 'the process that decodes stills ended unasked; it is started anew');
    this.#giveUp();
    const waitMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    this.#retry = setTimeout(() => this.#start(), waitMs);
    this.#retry.unref();
  }

  #giveUp(): void {
    for (const id of [...this.#pending.keys()]) this.#fail(id, ended());
    for (const id of [...this.#encoders.keys()]) this.#encoderEnded(id, ENDED);
  }

  /** False where there is no process to tell. */
  #tell(message: ToDarkroom): boolean {
    if (this.#closed || this.#child?.connected !== true) return false;
    this.#child.send(message, () => {});
    return true;
  }

  #heard(message: FromDarkroom): void {
    this.#failures = 0;
    if (message.say === 'done') {
      this.#pending.get(message.id)?.resolve(message.result);
      this.#pending.delete(message.id);
    } else if (message.say === 'failed') {
      const { code, kind } = message;
      this.#fail(message.id, new NgatuError(code, message.message, { kind }));
    } else if (message.say === 'ended') this.#encoderEnded(message.id, message.reason);
    else this.#encoders.get(message.id)?.heard(message);
  }

  #fail(id: number, failure: NgatuError): void {
    this.#pending.get(id)?.reject(failure);
    this.#pending.delete(id);
  }

  #encoderEnded(id: number, reason: string | undefined): void {
    const encoder = this.#encoders.get(id);
    this.#encoders.delete(id);
    encoder?.ended(reason);
  }
}

const ENDED = 'The process that decodes and encodes pictures ended.';

function ended(): NgatuError {
  return new NgatuError('DARKROOM_ENDED', `${ENDED} Try again.`, { kind: 'transient' });
}

function sent({ data, format, keyframe, pts90k, dts90k }: AccessUnit): SentUnit {
  return { data, format, keyframe, pts90k, dts90k };
}
