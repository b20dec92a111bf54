import type { FailureState } from './failure.ts';
import type { StreamState } from './port.ts';

export interface HealthLimits {
  /** Connected without packets for this long is `silent`; for `hangUpAfterMs` the connection is given up. */
  readonly silentAfterMs: number;
  readonly hangUpAfterMs: number;
  /** Packets without a usable keyframe for this long, or for thrice the longest interval seen, is `no-keyframes`. */
  readonly noKeyframesAfterMs: number;
  readonly clockWrongAboveMs: number;
  /** Share of packets lost that makes a stream `degraded`. */
  readonly degradedAboveLoss: number;
}

/** What a connection has brought so far; all but `clockOffsetMs` only grow. */
export interface StreamSigns {
  readonly packets: number;
  readonly packetsLost: number;
  readonly picturesDamaged: number;
  readonly keyframes: number;
  readonly clockOffsetMs: number | undefined;
  /** Why keyframes that came are of no use. */
  readonly problem: string | undefined;
}

export interface HealthVerdict {
  readonly state: StreamState;
  readonly reason: string;
  /** The connection is of no use any more: end it with this failure and dial again. */
  readonly hangUp: FailureState | undefined;
}

const KEYFRAME_INTERVALS = 3;
/** Hanging up gives a camera that stopped making keyframes the chance to begin with one. */
const HANG_UP_WITHOUT_KEYFRAMES = 2;
const LOSS_WINDOW_MS = 10_000;
const BAD_WINDOWS = 2;
const GOOD_WINDOWS = 3;

/** Judges one connection by separate clocks for packets and keyframes. Takes the time; times are of listening, not of the wall. */
export class StreamHealth {
  readonly #limits: HealthLimits;
  #packets: number;
  #packetsAtMs: number;
  #keyframes: number;
  #keyframeAtMs: number;
  #longestIntervalMs = 0;
  #seenKeyframe = false;
  #windowEndsAtMs: number;
  #windowStart: StreamSigns;
  /** Windows in a row that were bad (positive) or good (negative). */
  #run = 0;
  #degraded = false;

  /** At the camera's answer to PLAY. */
  constructor(limits: HealthLimits, nowMs: number, signs: StreamSigns) {
    this.#limits = limits;
    this.#packets = signs.packets;
    this.#packetsAtMs = nowMs;
    this.#keyframes = signs.keyframes;
    this.#keyframeAtMs = nowMs;
    this.#windowStart = signs;
    this.#windowEndsAtMs = nowMs + LOSS_WINDOW_MS;
  }

  check(nowMs: number, signs: StreamSigns): HealthVerdict | undefined {
    this.#notePackets(nowMs, signs.packets);
    this.#noteKeyframes(nowMs, signs.keyframes);
    this.#noteLoss(nowMs, signs);
    return this.#silent(nowMs) ?? this.#withoutKeyframes(nowMs, signs) ?? this.#live(signs);
  }

  #silent(nowMs: number): HealthVerdict | undefined {
    const silentMs = nowMs - this.#packetsAtMs;
    if (silentMs < this.#limits.silentAfterMs) return undefined;
    const reason = `connected, but no packet for ${Math.round(silentMs / 1000)} s`;
    return { state: 'silent', reason, hangUp: silentMs >= this.#limits.hangUpAfterMs ? 'silent' : undefined };
  }

  #withoutKeyframes(nowMs: number, signs: StreamSigns): HealthVerdict | undefined {
    const limitMs = Math.max(this.#limits.noKeyframesAfterMs, KEYFRAME_INTERVALS * this.#longestIntervalMs);
    const withoutMs = nowMs - this.#keyframeAtMs;
    if (withoutMs < limitMs) return undefined;
    const because = signs.problem === undefined ? '' : `: ${signs.problem}`;
    return {
      state: 'no-keyframes',
      reason: `packets, but no usable keyframe for ${Math.round(withoutMs / 1000)} s${because}`,
      hangUp: withoutMs >= HANG_UP_WITHOUT_KEYFRAMES * limitMs ? 'no-keyframes' : undefined,
    };
  }

  /** Undefined while nothing can be said yet. */
  #live(signs: StreamSigns): HealthVerdict | undefined {
    if (!this.#seenKeyframe) return undefined;
    const offsetMs = signs.clockOffsetMs ?? 0;
    if (this.#degraded) return verdict('degraded', 'packets or pictures are lost on the way');
    if (Math.abs(offsetMs) > this.#limits.clockWrongAboveMs)
      return verdict('clock-wrong', `the camera's clock is off by ${Math.round(offsetMs / 1000)} s`);
    return verdict('live', 'pictures arrive');
  }

  #notePackets(nowMs: number, packets: number): void {
    if (packets === this.#packets) return;
    this.#packets = packets;
    this.#packetsAtMs = nowMs;
  }

  #noteKeyframes(nowMs: number, keyframes: number): void {
    if (keyframes === this.#keyframes) return;
    if (this.#seenKeyframe)
      this.#longestIntervalMs = Math.max(this.#longestIntervalMs, nowMs - this.#keyframeAtMs);
    this.#seenKeyframe = true;
    this.#keyframes = keyframes;
    this.#keyframeAtMs = nowMs;
  }

  #noteLoss(nowMs: number, signs: StreamSigns): void {
    if (nowMs < this.#windowEndsAtMs) return;
    const lost = signs.packetsLost - this.#windowStart.packetsLost;
    const came = signs.packets - this.#windowStart.packets;
    const bad =
      lost > this.#limits.degradedAboveLoss * (lost + came) ||
      signs.picturesDamaged > this.#windowStart.picturesDamaged;
    this.#run = bad ? Math.max(0, this.#run) + 1 : Math.min(0, this.#run) - 1;
    if (this.#run >= BAD_WINDOWS) this.#degraded = true;
    if (this.#run <= -GOOD_WINDOWS) this.#degraded = false;
    this.#windowStart = signs;
    this.#windowEndsAtMs = nowMs + LOSS_WINDOW_MS;
  }
}

function verdict(state: StreamState, reason: string): HealthVerdict {
  return { state, reason, hangUp: undefined };
}
