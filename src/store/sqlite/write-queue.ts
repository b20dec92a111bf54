import { asNgatuError, type Clock, type EpochMs, NgatuError } from '#base';
import type { HistoryEvent, LoggedEvent } from '../events.ts';
import type { Call, CallAnswer, Reply } from './messages.ts';
import type { Answer, Args, Writes } from './statements/tables.ts';
import { unpack } from './unpack.ts';

export interface Manner {
  /**
   * `kept`: what the machine reports; tried again while the disk fails. `asked`: somebody waits for the answer; refused
   * when the disk fails or does not answer in time.
   */
  readonly kind: 'kept' | 'asked';
  /** Share of the queue beyond which this is refused, so that what matters more still finds room. */
  readonly share: number;
  /** How many facts it holds. */
  readonly weight?: number;
  /** What subscribers are told when the disk takes too long. */
  readonly preview?: HistoryEvent & { readonly at: EpochMs };
}

export interface QueueStats {
  readonly queuedWrites: number;
  readonly committedWrites: number;
  readonly commits: number;
  readonly refusedWrites: number;
  readonly retriedCommits: number;
  readonly unloggedEvents: number;
  readonly lastCommitMs: number;
  readonly stalledSince: EpochMs | undefined;
  readonly failure: string | undefined;
  readonly databaseBytes: number;
}

export interface QueueDeps {
  readonly clock: Clock;
  /** Commits one batch; see DatabaseThread.ask. */
  readonly commit: (calls: readonly Call[]) => Promise<Extract<Reply, { kind: 'done' }>>;
  /** After the commit, before the callers are answered. */
  readonly committed: (events: readonly LoggedEvent[]) => void;
  readonly unlogged: (event: HistoryEvent & { readonly at: EpochMs }) => void;
  readonly failed: (error: NgatuError) => void;
  /** Facts that may wait. */
  readonly capacity: number;
  /** When nothing is committed for so long although something waits, the disk is stalled: subscribers get previews. */
  readonly stallMs: number;
  /** After so long an `asked` write is refused. */
  readonly patienceMs: number;
}

interface Waiting {
  readonly call: Call;
  readonly manner: Manner;
  readonly weight: number;
  readonly since: number;
  previewed: boolean;
  /** Its caller has been told already; only the place in the queue remains. */
  answered: boolean;
  resolve(value: unknown): void;
  reject(error: NgatuError): void;
}

const MOST_PER_BATCH = 256;
const TICK_MS = 50;
const RETRY_MS = [100, 250, 500, 1000, 2000, 5000] as const;

/**
 * The one way to the writing thread. Calls wait here while a batch is being committed and go together as the next:
 * group commit without a timer, since the disk itself sets the pace. Bounded; what no longer fits is refused and counted.
 */
export class WriteQueue {
  readonly #deps: QueueDeps;
  readonly #queue: Waiting[] = [];
  #flying: readonly Waiting[] = [];
  #facts = 0;
  #failures = 0;
  #retryAt = 0;
  /** When the disk last took something, or when something began to wait for it. */
  #progressAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];
  readonly #seen = {
    committedWrites: 0,
    commits: 0,
    refusedWrites: 0,
    retriedCommits: 0,
    unloggedEvents: 0,
    lastCommitMs: 0,
    databaseBytes: 0,
    failure: undefined as string | undefined,
  };

  constructor(deps: QueueDeps) {
    this.#deps = deps;
  }

  write<Name extends keyof Writes>(
    name: Name,
    args: Args<Writes, Name>,
    manner: Manner,
  ): Promise<Answer<Writes, Name>> {
    const weight = manner.weight ?? 1;
    if (this.#facts + weight > this.#deps.capacity * manner.share) {
      this.#seen.refusedWrites += weight;
      return Promise.reject(queueFull(name, this.#facts, this.#seen.failure));
    }
    this.#facts += weight;
    const since = this.#deps.clock.monotonicMs();
    if (!this.#busy()) this.#progressAt = since;
    return new Promise<unknown>((resolve, reject) => {
      const state = { previewed: false, answered: false };
      this.#queue.push({ call: { name, args }, manner, weight, since, ...state, resolve, reject });
      this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
      // Behind the caller's own turn, so that what it writes in one breath shares one commit.
      queueMicrotask(() => this.#send());
    }) as Promise<Answer<Writes, Name>>;
  }

  stats(): QueueStats {
    const late = this.#busy() ? this.#deps.clock.monotonicMs() - this.#progressAt : 0;
    const stalledSince = late > this.#deps.stallMs ? this.#deps.clock.now() - late : undefined;
    return { queuedWrites: this.#facts, ...this.#seen, stalledSince };
  }

  /** Resolves when nothing waits any more; after `deadlineMs` what the disk has not taken is refused. */
  async drain(deadlineMs: number): Promise<void> {
    if (this.#busy()) {
      const deadline = setTimeout(() => this.#wake(), deadlineMs);
      await new Promise<void>((resolve) => this.#idle.push(resolve));
      clearTimeout(deadline);
    }
    clearInterval(this.#timer);
    for (const one of this.#queue.splice(0)) this.#reject(one, notStored(one.call));
  }

  #busy(): boolean {
    return this.#queue.length > 0 || this.#flying.length > 0;
  }

  #send(): void {
    const now = this.#deps.clock.monotonicMs();
    if (this.#flying.length > 0 || this.#queue.length === 0 || now < this.#retryAt) return;
    const batch = this.#queue.splice(0, MOST_PER_BATCH);
    this.#flying = batch;
    this.#deps.commit(batch.map((one) => one.call)).then(
      (reply) => this.#landed(batch, reply, this.#deps.clock.monotonicMs() - now),
      (thrown) => this.#crashed(batch, asNgatuError(thrown)),
    );
  }

  #landed(batch: readonly Waiting[], reply: Extract<Reply, { kind: 'done' }>, tookMs: number): void {
    this.#flying = [];
    this.#failures = 0;
    this.#progressAt = this.#deps.clock.monotonicMs();
    this.#seen.commits++;
    this.#seen.lastCommitMs = tookMs;
    this.#seen.databaseBytes = reply.databaseBytes;
    this.#seen.failure = undefined;
    this.#deps.committed(reply.events);
    const again: Waiting[] = [];
    batch.forEach((one, at) => {
      const error = this.#settle(one, reply.answers[at]);
      if (error === undefined) return;
      again.push(one);
      this.#seen.failure = error.message;
    });
    if (again.length > 0) this.#retry(again);
    else this.#send();
  }

  /** An error: must be tried again. */
  #settle(one: Waiting, answer: CallAnswer | undefined): NgatuError | undefined {
    if (answer !== undefined && 'value' in answer) {
      this.#seen.committedWrites += one.weight;
      this.#facts -= one.weight;
      one.resolve(answer.value);
      return undefined;
    }
    const error = answer === undefined ? noAnswer(one.call) : unpack(answer.error);
    if (one.manner.kind === 'kept' && error.kind === 'transient') return error;
    this.#reject(one, error);
    return undefined;
  }

  #crashed(batch: readonly Waiting[], error: NgatuError): void {
    this.#flying = [];
    this.#deps.failed(error);
    this.#seen.failure = error.message;
    for (const one of batch) if (one.manner.kind === 'asked') this.#reject(one, error);
    this.#retry(batch.filter((one) => one.manner.kind === 'kept'));
  }

  #retry(batch: readonly Waiting[]): void {
    this.#queue.unshift(...batch);
    this.#seen.retriedCommits++;
    const pause = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]!;
    this.#retryAt = this.#deps.clock.monotonicMs() + pause;
  }

  #reject(one: Waiting, error: NgatuError): void {
    this.#facts -= one.weight;
    one.reject(error);
  }

  /** Runs only while something waits. */
  #tick(): void {
    if (!this.#busy()) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#wake();
      return;
    }
    const now = this.#deps.clock.monotonicMs();
    if (now - this.#progressAt >= this.#deps.stallMs)
      for (const one of [...this.#flying, ...this.#queue]) this.#preview(one);
    this.#giveUp(now);
    this.#send();
  }

  #preview(one: Waiting): void {
    if (one.previewed || one.manner.preview === undefined) return;
    one.previewed = true;
    this.#seen.unloggedEvents++;
    this.#deps.unlogged(one.manner.preview);
  }

  /** What is with the disk already may still be stored, but nobody is kept waiting for it. */
  #giveUp(now: number): void {
    const late = (one: Waiting) =>
      one.manner.kind === 'asked' && !one.answered && now - one.since > this.#deps.patienceMs;
    for (const one of this.#flying.filter(late)) {
      one.answered = true;
      one.reject(stalled(one.call, 'it may be stored yet'));
    }
    const queued = this.#queue.filter(late);
    if (queued.length === 0) return;
    this.#queue.splice(0, this.#queue.length, ...this.#queue.filter((one) => !late(one)));
    for (const one of queued) this.#reject(one, stalled(one.call, this.#seen.failure));
    this.#seen.refusedWrites += queued.length;
  }

  #wake(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function queueFull(name: string, waiting: number, failure: string | undefined): NgatuError {
  const why = failure === undefined ? 'the disk does not keep up' : failure;
  return new NgatuError(
    'STORE_QUEUE_FULL',
    `${name} was not stored, ${waiting} facts are waiting already: ${why}`,
    {
      kind: 'transient',
      context: { waiting },
    },
  );
}

function stalled(call: Call, failure: string | undefined): NgatuError {
  const why = failure === undefined ? 'the disk does not answer' : failure;
  return new NgatuError('STORE_STALLED', `${call.name} was given up: ${why}`, { kind: 'transient' });
}

function notStored(call: Call): NgatuError {
  return new NgatuError('STORE_CLOSED', `${call.name} was not stored before the end`, { kind: 'transient' });
}

function noAnswer(call: Call): NgatuError {
  return new NgatuError('STORE_FAILED', `the database thread gave no answer to ${call.name}`, {
    kind: 'bug',
  });
}
