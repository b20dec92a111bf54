import type { EpochMs } from '#base';

/** A scene counts as quiet after so long without anything that moves. */
const QUIET_AFTER_MS = 8000;
/** A quiet scene is looked at this often: never gated off, or a standing queue would be learned away. */
const QUIET_PER_SECOND = 1;
/** Pictures come at the camera's own times: one that is this much too early is still the one that is due. */
const EARLY_SHARE = 0.15;

/**
 * Which pictures of one camera are worth looking at: its full rate while something moves or somebody asks, fewer
 * while nothing has changed for a while. Pure: times are those of capture.
 */
export class Pace {
  readonly #fullPerSecond: number;
  #nextAt: EpochMs | undefined;
  #share = 1;
  #busyUntil: EpochMs | undefined;

  constructor(fullPerSecond: number) {
    this.#fullPerSecond = fullPerSecond;
  }

  perSecond(at: EpochMs): number {
    this.#busyUntil ??= at + QUIET_AFTER_MS;
    const quiet = Math.min(QUIET_PER_SECOND, this.#fullPerSecond);
    return at <= this.#busyUntil ? Math.max(quiet, this.#fullPerSecond * this.#share) : quiet;
  }

  /** Whether the picture taken then is to be looked at; to be asked for every picture once, in order. */
  wants(at: EpochMs): boolean {
    const interval = 1000 / this.perSecond(at);
    const next = this.#nextAt;
    // A clock that jumped far back must not keep the camera unwatched.
    const due = next === undefined || at >= next - interval * EARLY_SHARE || at < next - 4 * interval;
    if (!due) return false;
    const onTime = next !== undefined && Math.abs(at - next) < interval;
    this.#nextAt = (onTime ? next : at) + interval;
    return true;
  }

  /** How much of the full rate there is time for, 0 to 1; see `Throttle`. */
  throttle(share: number): void {
    this.#share = share;
  }

  /** Something moved at that time. */
  moved(at: EpochMs): void {
    this.attend(at + QUIET_AFTER_MS);
  }

  attend(until: EpochMs): void {
    if (this.#busyUntil === undefined || until > this.#busyUntil) this.#busyUntil = until;
  }
}
