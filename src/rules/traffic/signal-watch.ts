import type { EpochMs } from '#base';

/** Red phases learned from the traffic itself; plain data, so that it can be kept over a restart. */
export interface LearnedReds {
  /** How long the latest queues stood before they were let go, in seconds, oldest first. */
  readonly waits: number[];
}

export interface SignalSettings {
  readonly assumedRedSeconds: number;
  readonly longestRedSeconds: number;
}

/**
 * `green`: traffic crosses the line · `red`: it does not, for no longer than a red lasts, so it may be red · `overdue`: a queue has
 * stood longer than any red, so it stands for another reason.
 */
export type SignalPhase = 'green' | 'red' | 'overdue';

const mostWaits = 60;
const enoughWaits = 6;
/** What a queue may stand beyond the red itself: amber and start-up. */
const aroundRed = 6;
/** Crossings further apart than this are two discharges. */
const pauseMs = 5_000;

/** What a signal shows, read from the traffic. Who runs a red light alone on a motorbike does not make it green; a car or two riders do. */
export class SignalWatch {
  readonly #settings: SignalSettings;
  readonly #named: number | undefined;
  readonly #reds: LearnedReds;
  #queueSince: EpochMs | undefined;
  #queueSeenAt: EpochMs = 0;
  #crossedAt: EpochMs = Number.NEGATIVE_INFINITY;
  #dischargedAt: EpochMs = Number.NEGATIVE_INFINITY;
  #dischargeBegan: EpochMs = 0;

  /** `named` is the longest red that the scene names; nothing is learned then. */
  constructor(named: number | undefined, settings: SignalSettings, reds: LearnedReds) {
    this.#named = named;
    this.#settings = settings;
    this.#reds = reds;
  }

  /** The longest time without a discharge that a red explains. */
  get maxRedSeconds(): number {
    if (this.#named !== undefined) return this.#named + aroundRed;
    const { waits } = this.#reds;
    if (waits.length < enoughWaits) return this.#settings.assumedRedSeconds;
    const sorted = [...waits].sort((a, b) => a - b);
    return Math.min(this.#settings.longestRedSeconds, sorted[Math.floor(sorted.length * 0.95)]! * 1.1 + 5);
  }

  phase(at: EpochMs): SignalPhase {
    if (at - this.#dischargedAt < pauseMs) return 'green';
    const began = Math.max(this.#dischargedAt, this.#queueSince ?? at);
    return at - began <= this.maxRedSeconds * 1000 ? 'red' : 'overdue';
  }

  /** How long traffic has been crossing the line without a pause; 0 while it does not. */
  greenSeconds(at: EpochMs): number {
    return at - this.#dischargedAt < pauseMs ? (at - this.#dischargeBegan) / 1000 : 0;
  }

  /** `queued`: somebody stands before the line; `crossedUnits`: passenger-car units over the line since the last picture. */
  observe(at: EpochMs, queued: boolean, crossedUnits: number): void {
    if (crossedUnits > 0) this.#cross(at, crossedUnits);
    if (queued) {
      this.#queueSince ??= at;
      this.#queueSeenAt = at;
    } else if (at - this.#queueSeenAt > 6_000) this.#queueSince = undefined;
  }

  /** Begins anew: what stands there may have stood for any time. */
  restart(): void {
    this.#queueSince = undefined;
    this.#crossedAt = Number.NEGATIVE_INFINITY;
    this.#dischargedAt = Number.NEGATIVE_INFINITY;
  }

  #cross(at: EpochMs, units: number): void {
    const green = units >= 0.9 || at - this.#crossedAt < pauseMs;
    this.#crossedAt = at;
    if (!green) return;
    if (at - this.#dischargedAt >= pauseMs) this.#begin(at);
    this.#dischargedAt = at;
  }

  #begin(at: EpochMs): void {
    if (this.#queueSince !== undefined)
      this.#learn((at - Math.max(this.#dischargedAt, this.#queueSince)) / 1000);
    this.#queueSince = undefined;
    this.#dischargeBegan = at;
  }

  #learn(waitedSeconds: number): void {
    if (waitedSeconds < 8 || waitedSeconds > this.#settings.longestRedSeconds) return;
    const { waits } = this.#reds;
    waits.push(waitedSeconds);
    if (waits.length > mostWaits) waits.shift();
  }
}
