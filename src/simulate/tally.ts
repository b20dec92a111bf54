import type { EpochMs } from '#base';

/** One accepted connection. */
export interface Dial {
  readonly at: EpochMs;
  readonly host: string;
}

const DIALS_KEPT = 65_536;
const LATENESS_MS = 1000;

/** What all cameras did together: plain numbers, counted in place on the hot path. */
export class Tally {
  accepted = 0;
  open = 0;
  refused = 0;
  reset = 0;
  malformed = 0;
  timedOut = 0;
  authenticationFailures = 0;
  playing = 0;
  pictures = 0;
  bytes = 0;
  /** Left out because a client did not read. */
  picturesDropped = 0;
  /** Left out because this process was stalled for more than a second. */
  picturesSkipped = 0;
  packetsLost = 0;
  readonly #hosts: string[] = [];
  readonly #dialAt = new Float64Array(DIALS_KEPT);
  readonly #dialHost = new Uint16Array(DIALS_KEPT);
  readonly #lateness = new Uint32Array(LATENESS_MS + 1);

  dialled(at: EpochMs, host: string): void {
    let index = this.#hosts.indexOf(host);
    if (index < 0) index = this.#hosts.push(host) - 1;
    this.#dialAt[this.accepted % DIALS_KEPT] = at;
    this.#dialHost[this.accepted % DIALS_KEPT] = index;
    this.accepted++;
  }

  /** The last 65,536 accepted connections since a time, oldest first. */
  dials(since: EpochMs): Dial[] {
    const found: Dial[] = [];
    for (let nth = Math.max(0, this.accepted - DIALS_KEPT); nth < this.accepted; nth++) {
      const at = this.#dialAt[nth % DIALS_KEPT]!;
      if (at >= since) found.push({ at, host: this.#hosts[this.#dialHost[nth % DIALS_KEPT]!]! });
    }
    return found;
  }

  /** How long after it was due a picture was handed to the kernel. */
  late(ms: number): void {
    this.#lateness[Math.min(LATENESS_MS, Math.max(0, Math.floor(ms)))]!++;
  }

  /** Whole milliseconds below which a share of all pictures was late; at most 1000. */
  lateness(share: number): number {
    const total = this.#lateness.reduce((sum, count) => sum + count, 0);
    let seen = 0;
    for (const [ms, count] of this.#lateness.entries()) {
      seen += count;
      if (total > 0 && seen >= total * share) return ms + 1;
    }
    return 0;
  }
}
