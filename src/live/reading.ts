import type { AccessUnit } from '#ingest';
import type { Reader, ReadOptions } from './port.ts';

/** One reader of one stream: what it may be given next, and what it has missed. */
export class Reading {
  readonly #reader: Reader;
  readonly options: ReadOptions;
  #started = false;
  /** Nothing but a keyframe may come next. */
  #waiting = true;
  /** It began at this group's keyframe: pictures that need the group before are of no use to it. */
  #beganHere = false;
  #missed = 0;
  ended = false;

  constructor(reader: Reader, options: ReadOptions) {
    this.#reader = reader;
    this.options = options;
  }

  /** False where the reader misses this picture. Throws whatever the reader throws. */
  give(unit: AccessUnit): boolean {
    if (this.ended) return true;
    if (!unit.keyframe) {
      if (this.options.keyframesOnly === true) return true;
      if (this.#waiting) return this.#miss();
      if (this.#beganHere && unit.needsPreviousGroup === true) return true;
    } else {
      this.#beganHere = this.#waiting;
      this.#tellMissed();
      if (this.ended) return true;
    }
    this.#started = true;
    this.#waiting = false;
    return this.#reader.write(unit) || this.#miss();
  }

  /** What comes next does not continue what it was given: nothing before the next keyframe. */
  interrupt(): void {
    this.#waiting = true;
  }

  /** To wait for the very first keyframe is no loss. */
  #miss(): boolean {
    this.#waiting = true;
    if (!this.#started) return true;
    this.#missed++;
    return false;
  }

  #tellMissed(): void {
    const missed = this.#missed;
    this.#missed = 0;
    if (missed > 0) this.#reader.dropped?.(missed);
  }
}
