import { DecodeTimes } from './decode-times.ts';

/**
 * `placed` times are set · `deeper` the stream reorders more than was assumed · `contradiction` the timestamps say another
 * order of presentation than the pictures do. After the last two, timing begins anew at a keyframe.
 */
export type Placement = 'placed' | 'deeper' | 'contradiction';

/**
 * Presentation and decoding times of pictures that arrive in decoding order. RTP timestamps are presentation times
 * (RFC 6184 §5.1). Order counts, where a stream may reorder, tell a B-frame from timestamps that slip, and unmask senders
 * that stamp decoding times: then presentation times are made from the order counts.
 */
export class PictureTiming {
  readonly #decodeTimes = new DecodeTimes();
  #stampsDecoding = false;
  #depth = 0;
  #lastOrder: number | undefined;
  #lastStamp90k = Number.NEGATIVE_INFINITY;
  #lastPts90k = Number.NEGATIVE_INFINITY;
  /** The least distance of two order counts: 1 or 2 as a rule. */
  #orderStep = Number.POSITIVE_INFINITY;
  #duration90k = 0;
  #keyframeOrder = 0;
  #sinceKeyframe = 0;
  pts90k = 0;
  dts90k = 0;

  get depth(): number {
    return this.#depth;
  }

  /** At a keyframe to which nothing leads up. `leading`: pictures shown before it may follow. */
  restart(depth: number, stamp90k: number, duration90k: number, leading: boolean): void {
    this.#depth = depth;
    this.#duration90k = duration90k;
    this.#decodeTimes.restart(this.#stampsDecoding ? 0 : depth, stamp90k, duration90k, leading);
    this.#lastOrder = undefined;
    this.#lastPts90k = Number.NEGATIVE_INFINITY;
    this.#lastStamp90k = Number.NEGATIVE_INFINITY;
  }

  /** `stamp90k`: its RTP timestamp, unwrapped. `order` is compared within one group only; undefined where nothing can be reordered. */
  place(stamp90k: number, order: number | undefined, keyframe: boolean): Placement {
    const comparable = order !== undefined && this.#lastOrder !== undefined && !keyframe;
    if (comparable) this.#orderStep = Math.min(this.#orderStep, Math.abs(order - this.#lastOrder!) || 1);
    const shownBeforeLast = comparable && order < this.#lastOrder!;
    const placement = this.#stampsDecoding
      ? this.#fromDecodingTime(stamp90k, order ?? 0, keyframe)
      : this.#fromPresentationTime(stamp90k, comparable, shownBeforeLast);
    this.#lastOrder = order;
    this.#lastStamp90k = stamp90k;
    return placement;
  }

  #fromPresentationTime(stamp90k: number, comparable: boolean, shownBeforeLast: boolean): Placement {
    if (shownBeforeLast && stamp90k >= this.#lastStamp90k) {
      this.#stampsDecoding = true;
      return 'contradiction';
    }
    const inOrder = !shownBeforeLast && (comparable || this.#depth === 0);
    const pts90k = inOrder ? Math.max(stamp90k, this.#lastPts90k + 1, this.#decodeTimes.earliest) : stamp90k;
    return this.#set(pts90k, this.#decodeTimes.next(pts90k));
  }

  /** The picture's place in presentation order, less its place in decoding order, says how long it waits after decoding. */
  #fromDecodingTime(stamp90k: number, order: number, keyframe: boolean): Placement {
    if (stamp90k < this.#lastStamp90k) {
      this.#stampsDecoding = false;
      return 'contradiction';
    }
    this.#sinceKeyframe = keyframe ? 0 : this.#sinceKeyframe + 1;
    if (keyframe) this.#keyframeOrder = order;
    const place = (order - this.#keyframeOrder) / (Number.isFinite(this.#orderStep) ? this.#orderStep : 1);
    const waits = place - this.#sinceKeyframe + this.#depth;
    if (waits < 0) return 'deeper';
    const dts90k = Math.max(stamp90k, this.#decodeTimes.earliest);
    return this.#set(dts90k + Math.round(waits * this.#duration90k), this.#decodeTimes.next(dts90k));
  }

  #set(pts90k: number, dts90k: number | undefined): Placement {
    if (dts90k === undefined) return 'deeper';
    this.pts90k = pts90k;
    this.dts90k = dts90k;
    this.#lastPts90k = pts90k;
    return 'placed';
  }
}
