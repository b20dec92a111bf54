import type { Clock, Lifetime } from '#base';

/** Something to be done at a time; belongs to one wheel and waits there once at the most. */
export interface Due {
  /** Monotonic; set by its owner before `Wheel.at`. */
  dueMs: number;
  /** The wheel's own: the next one in the same slot. */
  nextDue: Due | undefined;
  /** `nowMs` is the time at which the slot was opened, at or after `dueMs`. */
  run(nowMs: number): void;
}

const SLOTS = 512;

/** One timer for all that is due: slots of `tickMs`, each a linked list, so that a picture costs neither a timer nor an array. */
export class Wheel implements Lifetime {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #slots: (Due | undefined)[] = new Array(SLOTS).fill(undefined);
  #opened: number;
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, tickMs = 5) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#opened = Math.floor(clock.monotonicMs() / tickMs);
  }

  /** What lies further away than the wheel reaches runs early: it must look at the time and come back. */
  at(task: Due): void {
    if (this.#timer === undefined) this.#start();
    const wanted = Math.ceil(task.dueMs / this.#tickMs);
    const tick = Math.min(Math.max(wanted, this.#opened + 1), this.#opened + SLOTS - 1);
    task.nextDue = this.#slots[tick % SLOTS];
    this.#slots[tick % SLOTS] = task;
    this.#waiting++;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#slots.fill(undefined);
    this.#waiting = 0;
  }

  #start(): void {
    this.#opened = Math.floor(this.#clock.monotonicMs() / this.#tickMs);
    this.#timer = setInterval(() => this.#turn(), this.#tickMs);
  }

  #turn(): void {
    const now = this.#clock.monotonicMs();
    const until = Math.floor(now / this.#tickMs);
    // After a long stall every slot is overdue: once round is enough.
    this.#opened = Math.max(this.#opened, until - SLOTS);
    while (this.#opened < until) {
      this.#opened++;
      this.#open(this.#opened % SLOTS, now);
    }
    if (this.#waiting === 0) this.close();
  }

  #open(slot: number, now: number): void {
    let task = this.#slots[slot];
    this.#slots[slot] = undefined;
    while (task !== undefined) {
      const following: Due | undefined = task.nextDue;
      task.nextDue = undefined;
      this.#waiting--;
      task.run(now);
      task = following;
    }
  }
}
