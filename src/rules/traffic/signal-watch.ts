import type { EpochMs } from '#base';
import { type LearnedSignal, SignalPlan } from './signal-plan.ts';

export interface SignalSettings {
  readonly assumedRedSeconds: number;
  readonly longestRedSeconds: number;
}

/**
 * `green`: traffic crosses the line · `red`: it does not, for no longer than a red lasts, so it may be red · `overdue`: a queue has
 * stood longer than any red, so it stands for another reason.
 */
export type SignalPhase = 'green' | 'red' | 'overdue';

/** A queue that stood for less was held up by something else. */
const shortestRedSeconds = 5;
const enoughWaits = 6;
/** What a queue may stand beyond the red itself: amber and start-up. */
const aroundRed = 6;
/** Crossings further apart than this are two discharges. */
const pauseMs = 5_000;

/** What a signal shows, read from the traffic. Who runs a red light alone on a motorbike does not make it green; a car or two riders do. */
export class SignalWatch {
  readonly #settings: SignalSettings;
  readonly #named: number | undefined;
  readonly #plan: SignalPlan;
  readonly #learned: LearnedSignal;
  #queueSince: EpochMs | undefined;
  #queueSeenAt: EpochMs = 0;
  #crossedAt: EpochMs = Number.NEGATIVE_INFINITY;
  #dischargedAt: EpochMs = Number.NEGATIVE_INFINITY;
  #dischargeBegan: EpochMs = 0;

  /** `named` is the longest red that the scene names; nothing is learned then. */
  constructor(named: number | undefined, settings: SignalSettings, learned: LearnedSignal) {
    this.#named = named;
    this.#settings = settings;
    this.#learned = learned;
    this.#plan = new SignalPlan(learned, named ?? 0);
  }

  /** The longest time without a discharge that a red explains. */
  get maxRedSeconds(): number {
    if (this.#named !== undefined) return this.#named + aroundRed;
    const { waits } = this.#learned;
    if (waits.length < enoughWaits) return this.#settings.assumedRedSeconds;
    const sorted = [...waits].sort((a, b) => a - b);
    return Math.min(this.#settings.longestRedSeconds, sorted[Math.floor(sorted.length * 0.95)]! * 1.1 + 5);
  }

  /** The fixed-time plan's period, once there is one. */
  get periodSeconds(): number | undefined {
    return this.#plan.periodSeconds;
  }

  phase(at: EpochMs): SignalPhase {
    if (this.greenSeconds(at) > 0) return 'green';
    const began = Math.max(this.#dischargedAt, this.#queueSince ?? at);
    return at - began <= this.maxRedSeconds * 1000 ? 'red' : 'overdue';
  }

  /** How long traffic has been crossing the line without a pause, or must have been allowed to by the plan; 0 while it is not. */
  greenSeconds(at: EpochMs): number {
    const planned = this.#plan.greenSeconds(at) ?? 0;
    return at - this.#dischargedAt < pauseMs
      ? Math.max(planned, (at - this.#dischargeBegan) / 1000)
      : planned;
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
    if (this.#queueSince !== undefined) {
      const waited = (at - Math.max(this.#dischargedAt, this.#queueSince)) / 1000;
      if (waited > shortestRedSeconds && waited <= this.#settings.longestRedSeconds)
        this.#plan.begin(at, waited);
    }
    this.#queueSince = undefined;
    this.#dischargeBegan = at;
  }
}
