import type { EpochMs } from '#base';
import type { AccessUnit } from '#ingest';

/** 90 kHz to tenths of a millisecond. */
const CLOCK_PER_TENTH = 9;
/** Between the last picture of one connection and the first of the next; any time that is not negative would do. */
const GAP_TENTHS = 400;
/** The decoder may hold this many wanted pictures at most; older ones never came out. */
const MOST_PENDING = 64;

interface Pending {
  readonly time: number;
  readonly capturedAt: EpochMs;
  readonly writtenMs: number;
}

/**
 * Times of one decoder's input and which capture time each stands for. A time is in ticks of a fortieth of a millisecond;
 * it is odd where the picture is wanted.
 */
export class TimeLine {
  #base90k: number | undefined;
  #latest = 0;
  #pending: Pending[] = [];

  /** The time to give this unit. `wanted`: its picture is to come out. */
  timeOf(unit: AccessUnit, wanted: boolean, nowMs: number): number {
    if (this.#base90k === undefined || this.#restarts(unit))
      this.#base90k = unit.pts90k - (this.#latest + GAP_TENTHS) * CLOCK_PER_TENTH;
    const tenths = Math.max(0, Math.round((unit.pts90k - this.#base90k) / CLOCK_PER_TENTH));
    this.#latest = Math.max(this.#latest, tenths);
    const time = tenths * 4 + (wanted ? 1 : 0);
    if (wanted) this.#expect({ time, capturedAt: unit.capturedAt, writtenMs: nowMs });
    return time;
  }

  /** Capture time of the picture that came out with this time; forgets it and all before it, which will not come any more. */
  cameOut(time: number): EpochMs | undefined {
    const found = this.#pending.find((each) => each.time === time);
    if (found !== undefined) this.#pending = this.#pending.filter((each) => each.time > time);
    return found?.capturedAt;
  }

  /** When the oldest wanted picture that has not come out went in, on the clock of `nowMs`. */
  get waitingSinceMs(): number | undefined {
    return this.#pending[0]?.writtenMs;
  }

  /** What has not come out by now is of no use any more. */
  forget(): void {
    this.#pending = [];
  }

  #expect(pending: Pending): void {
    this.#pending.push(pending);
    if (this.#pending.length > MOST_PENDING) this.#pending.shift();
  }

  /** A new connection has times of its own. */
  #restarts({ discontinuity, keyframe }: AccessUnit): boolean {
    return discontinuity && keyframe;
  }
}
