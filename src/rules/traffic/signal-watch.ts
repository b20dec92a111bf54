import type { EpochMs } from '#base';

/** Red phases learned from the traffic itself; plain data, so that it can be kept over a restart. */
export interface LearnedReds {
  /** The latest waits at the line, in seconds, oldest first. */
  readonly waits: number[];
}

export interface SignalSettings {
  readonly assumedRedSeconds: number;
  readonly longestRedSeconds: number;
}

const mostWaits = 60;
const enoughWaits = 6;

/**
 * What a signal shows, read from the traffic: somebody waits at the stop line and nobody crosses it: red, as long as a red can
 * last. Who runs a red light alone on a motorbike does not make it green; a car or two riders within six seconds do.
 */
export class SignalWatch {
  readonly #settings: SignalSettings;
  readonly #named: number | undefined;
  readonly #reds: LearnedReds;
  #waitingSince: EpochMs | undefined;
  #waitingSeenAt: EpochMs = 0;
  #crossedAt: EpochMs = Number.NEGATIVE_INFINITY;
  #dischargedAt: EpochMs = Number.NEGATIVE_INFINITY;

  /** `named` is the longest red that the scene names; nothing is learned then. */
  constructor(named: number | undefined, settings: SignalSettings, reds: LearnedReds) {
    this.#named = named;
    this.#settings = settings;
    this.#reds = reds;
  }

  /** The longest red to be expected. */
  get maxRedSeconds(): number {
    if (this.#named !== undefined) return this.#named;
    const { waits } = this.#reds;
    if (waits.length < enoughWaits) return this.#settings.assumedRedSeconds;
    const sorted = [...waits].sort((a, b) => a - b);
    return Math.min(this.#settings.longestRedSeconds, sorted[Math.floor(sorted.length * 0.9)]! * 1.1 + 3);
  }

  /** Whether the red was named or has been learned, rather than assumed. */
  get known(): boolean {
    return this.#named !== undefined || this.#reds.waits.length >= enoughWaits;
  }

  /** Whether a queue that stands now may be waiting for green. */
  isRed(at: EpochMs): boolean {
    const waited = this.#waitingSince === undefined ? undefined : (at - this.#waitingSince) / 1000;
    return waited !== undefined && waited <= this.maxRedSeconds;
  }

  /** Whether traffic has crossed the line in the last few seconds. */
  isDischarging(at: EpochMs): boolean {
    return at - this.#dischargedAt < 5_000;
  }

  /** `waiting`: somebody stands at the line; `crossedUnits`: passenger-car units over the line since the last picture. */
  observe(at: EpochMs, waiting: boolean, crossedUnits: number): void {
    if (crossedUnits > 0) this.#cross(at, crossedUnits);
    if (waiting && !this.isDischarging(at)) this.#waitingSince ??= at;
    if (waiting) this.#waitingSeenAt = at;
    // Nobody at the line for a while: whoever waited has gone unseen, and what it waited is not known.
    else if (at - this.#waitingSeenAt > 8_000) this.#waitingSince = undefined;
  }

  /** Begins anew: what stands there may have stood for any time. */
  restart(): void {
    this.#waitingSince = undefined;
    this.#crossedAt = Number.NEGATIVE_INFINITY;
    this.#dischargedAt = Number.NEGATIVE_INFINITY;
  }

  #cross(at: EpochMs, units: number): void {
    const green = units >= 0.9 || at - this.#crossedAt < 6_000;
    this.#crossedAt = at;
    if (!green) return;
    this.#dischargedAt = at;
    if (this.#waitingSince === undefined) return;
    this.#learn((at - this.#waitingSince) / 1000);
    this.#waitingSince = undefined;
  }

  #learn(waitedSeconds: number): void {
    if (waitedSeconds < 4 || waitedSeconds > this.#settings.longestRedSeconds) return;
    const { waits } = this.#reds;
    waits.push(waitedSeconds);
    if (waits.length > mostWaits) waits.shift();
  }
}
