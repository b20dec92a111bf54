import type { EpochMs } from '#base';

/** Two thresholds and two dwells between which a value may wander without anything happening. */
export interface LatchLevels {
  readonly raiseAt: number;
  readonly clearAt: number;
  readonly dwellSeconds: number;
  readonly clearSeconds: number;
}

/**
 * Hysteresis with dwell over a value that is high when something is wrong. Time above the raising threshold adds up; a dip between the
 * thresholds costs twice what it lasts, one below both costs everything. Clearing is the same the other way round.
 */
export class Latch {
  #raised = false;
  #against = 0;
  #since: EpochMs | undefined;

  get raised(): boolean {
    return this.#raised;
  }

  /** When the condition that is pending or raised began. */
  get since(): EpochMs | undefined {
    return this.#since;
  }

  /** Takes up a condition that was raised before a restart. */
  resume(since: EpochMs): void {
    this.#raised = true;
    this.#against = 0;
    this.#since = since;
  }

  /** Forgets what is pending; what is raised stays. */
  pause(): void {
    this.#against = 0;
    if (!this.#raised) this.#since = undefined;
  }

  /** `elapsedSeconds` since the last value; returns the change, if there is one. */
  observe(
    value: number,
    at: EpochMs,
    elapsedSeconds: number,
    levels: LatchLevels,
  ): 'raised' | 'cleared' | undefined {
    return this.#raised
      ? this.#fall(value, elapsedSeconds, levels)
      : this.#rise(value, at, elapsedSeconds, levels);
  }

  #rise(value: number, at: EpochMs, elapsed: number, levels: LatchLevels): 'raised' | undefined {
    if (value >= levels.raiseAt) {
      this.#since ??= at;
      this.#against += elapsed;
    } else this.#against = value < levels.clearAt ? 0 : Math.max(0, this.#against - 2 * elapsed);
    if (this.#against === 0 && value < levels.raiseAt) this.#since = undefined;
    if (this.#since === undefined || this.#against < levels.dwellSeconds) return undefined;
    this.#raised = true;
    this.#against = 0;
    return 'raised';
  }

  #fall(value: number, elapsed: number, levels: LatchLevels): 'cleared' | undefined {
    if (value < levels.clearAt) this.#against += elapsed;
    else this.#against = value >= levels.raiseAt ? 0 : Math.max(0, this.#against - 2 * elapsed);
    if (this.#against < levels.clearSeconds) return undefined;
    this.#raised = false;
    this.#against = 0;
    this.#since = undefined;
    return 'cleared';
  }
}
