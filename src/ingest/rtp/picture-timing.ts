import { DecodeTimes } from './decode-times.ts';

/**
 * `placed` times are set · `deeper` the stream reorders more than was assumed: begin anew at a keyframe ·
 * `contradiction` timestamps say one order of presentation, the pictures another.
 */
export type Placement = 'placed' | 'deeper' | 'contradiction';

/**
 * Presentation and decoding times of pictures that arrive in decoding order. RTP timestamps are presentation times
 * (RFC 6184 §5.1); order counts, where a stream may reorder, tell a B-frame from a camera whose timestamps slip.
 */
export class PictureTiming {
  readonly #decodeTimes = new DecodeTimes();
  #lastOrder: number | undefined;
  #lastPts90k = Number.NEGATIVE_INFINITY;
  pts90k = 0;
  dts90k = 0;

  get depth(): number {
    return this.#decodeTimes.depth;
  }

  /** At a keyframe to which nothing leads up. `leading`: pictures shown before it may follow. */
  restart(depth: number, pts90k: number, duration90k: number, leading: boolean): void {
    this.#decodeTimes.restart(depth, pts90k, duration90k, leading);
    this.#lastOrder = undefined;
    this.#lastPts90k = Number.NEGATIVE_INFINITY;
  }

  /** `order` is compared within one group of pictures only; undefined where the stream cannot reorder. */
  place(pts90k: number, order: number | undefined, keyframe: boolean): Placement {
    const comparable = order !== undefined && this.#lastOrder !== undefined && !keyframe;
    const shownBeforeLast = comparable && order < this.#lastOrder!;
    if (shownBeforeLast && pts90k >= this.#lastPts90k) return 'contradiction';
    const decodes = this.#decodeTimes;
    const inOrder = !shownBeforeLast && (comparable || decodes.depth === 0);
    const believed = inOrder ? Math.max(pts90k, this.#lastPts90k + 1, decodes.earliest) : pts90k;
    const dts90k = decodes.next(believed);
    if (dts90k === undefined) return 'deeper';
    this.pts90k = believed;
    this.dts90k = dts90k;
    this.#lastOrder = order;
    this.#lastPts90k = believed;
    return 'placed';
  }
}
