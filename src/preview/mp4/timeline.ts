import type { AccessUnit } from '#ingest';

/** Pictures whose timestamps belong together: decode time on the timeline = `dts90k` + `offset`. */
interface Run {
  readonly fromSequence: number;
  readonly offset: number;
}

/** What is remembered of a picture; not the picture itself, which would hold on to memory. */
type Placed = Pick<AccessUnit, 'sequence' | 'dts90k' | 'capturedAt' | 'receivedAt'>;

const TICKS_PER_MS = 90;
/** As many runs as pictures of one cache can come from; older ones are nobody's any more. */
const RUNS_KEPT = 32;
/** How far timestamps and capture times may disagree before the timestamps count as having jumped. */
const TOLERANCE_MS = 5000;
const TOLERANCE_AFTER_DISCONTINUITY_MS = 500;
const LONGEST_STEP = 10 * 90_000;
/** A browser takes more than twice the last picture's duration for a gap, and waits for a keyframe (MSE §3.5.8 step 6). */
const LARGEST_STEP_RATIO = 1.9;
/** Before two pictures have come: no camera worth the name is slower than 5 a second. */
const FIRST_STEP = 18_000;
const FIRST_KEYFRAME_STEP = 2 * 90_000;

/**
 * One stream's pictures on one line of time that only moves forward, in ticks of 90 kHz since 1970, so that a player sees
 * neither reconnections nor jumps and wraps of the camera's timestamps: each run begins at its capture time,
 * or where the one before ends if that is later. Where pictures suddenly come more slowly the line is drawn together a little,
 * because the duration of the picture before was told already. Pictures of a cache may be placed after newer ones.
 */
export class Timeline {
  #runs: Run[] = [];
  #last: Placed | undefined;
  #lastKeyframe90k: number | undefined;
  #end = 0;
  #step = FIRST_STEP;
  #stepKnown = false;
  #keyframeStep = FIRST_KEYFRAME_STEP;

  /** Decode time of a picture; the same whenever it is asked again. */
  place(unit: AccessUnit): number {
    if (this.#last === undefined || isNewer(unit, this.#last)) this.#advance(unit);
    return Math.max(0, unit.dts90k + this.#offsetOf(unit.sequence));
  }

  /** How long a picture lasts, as far as can be told before the next one is there. */
  get step(): number {
    return this.#step;
  }

  /** The same from keyframe to keyframe. */
  get keyframeStep(): number {
    return this.#keyframeStep;
  }

  #advance(unit: AccessUnit): void {
    const last = this.#last;
    if (last === undefined || !continues(last, unit)) this.#beginRun(unit, this.#startOf(unit));
    else this.#goOn(last, unit);
    const { sequence, dts90k, capturedAt, receivedAt } = unit;
    this.#last = { sequence, dts90k, capturedAt, receivedAt };
    if (unit.keyframe) this.#lastKeyframe90k = dts90k;
    this.#end = unit.dts90k + this.#runs.at(-1)!.offset + this.#step;
  }

  #startOf(unit: AccessUnit): number {
    this.#lastKeyframe90k = undefined;
    return Math.max(this.#end, Math.round(unit.capturedAt * TICKS_PER_MS) - (unit.pts90k - unit.dts90k));
  }

  #beginRun(unit: AccessUnit, decodeTime: number): void {
    this.#runs.push({ fromSequence: unit.sequence, offset: decodeTime - unit.dts90k });
    if (this.#runs.length > RUNS_KEPT) this.#runs.shift();
  }

  #goOn(last: Placed, unit: AccessUnit): void {
    const largest = Math.floor(this.#step * LARGEST_STEP_RATIO);
    const isNext = unit.sequence === last.sequence + 1;
    if (isNext && unit.dts90k - last.dts90k > largest) this.#beginRun(unit, this.#end - this.#step + largest);
    this.#learnSteps(last, unit);
  }

  #learnSteps(last: Placed, unit: AccessUnit): void {
    if (unit.sequence === last.sequence + 1) {
      const step = unit.dts90k - last.dts90k;
      this.#step = this.#stepKnown ? learned(this.#step, step) : Math.min(step, LONGEST_STEP);
      this.#stepKnown = true;
    }
    if (unit.keyframe && this.#lastKeyframe90k !== undefined)
      this.#keyframeStep = learned(this.#keyframeStep, unit.dts90k - this.#lastKeyframe90k);
  }

  #offsetOf(sequence: number): number {
    for (let i = this.#runs.length - 1; i > 0; i--)
      if (this.#runs[i]!.fromSequence <= sequence) return this.#runs[i]!.offset;
    return this.#runs[0]!.offset;
  }
}

/** The sequence alone would not do: it may begin again when a camera is configured anew. */
function isNewer(unit: AccessUnit, last: Placed): boolean {
  return unit.sequence > last.sequence || unit.receivedAt > last.receivedAt;
}

/** Timestamps are believed while they agree with one of the two clocks; either may be set anew. */
function continues(last: Placed, unit: AccessUnit): boolean {
  const stepMs = (unit.dts90k - last.dts90k) / TICKS_PER_MS;
  const tolerance = unit.discontinuity ? TOLERANCE_AFTER_DISCONTINUITY_MS : TOLERANCE_MS;
  const byCapture = Math.abs(stepMs - (unit.capturedAt - last.capturedAt));
  const byArrival = Math.abs(stepMs - (unit.receivedAt - last.receivedAt));
  return stepMs > 0 && Math.min(byCapture, byArrival) <= tolerance;
}

/** Longer at once, shorter slowly: a duration too short makes a browser wait for the next keyframe, too long harms nothing. */
function learned(step: number, seen: number): number {
  const bounded = Math.min(seen, LONGEST_STEP);
  return bounded > step ? bounded : Math.ceil(step + (bounded - step) / 256);
}
