import type { Box, EpochMs } from '#base';
import type { Detection, Track } from '../track.ts';
import { KindEvidence } from './kind-evidence.ts';
import { Motion } from './motion.ts';

/** Everything below in the object's own heights, which makes near and far objects alike. */
const JITTER = 0.055;
/** A box of no confidence is this many times as uncertain as one of full confidence. */
const DOUBT = 2;
const FIRST_SPEED = 2.4;
const ACCELERATION = 0.5;
/** While unseen it may be anywhere within this distance of where it should be. */
const LOST_WITHIN = 0.7;
/** Seconds in which an unseen one loses most of its speed: sooner if it hardly moved, for then it stands. */
const FADE_SECONDS = 1.2;
const FADE_SECONDS_SLOW = 0.25;
const SLOW = 0.4;
/** How fast the box's size follows the detections. */
const SIZE_GAIN = 0.3;
/** Along the road, which is looked at from above at a flat angle, movement looks half as fast. */
const DEPTH_FACTOR = 2;
/** Detections of at least this confidence are sure: they begin tracks and confirm them, weaker ones only keep them alive. */
export const SURE = 0.35;
const CONFIRM_SURE_HITS = 2;
const CONFIRM_CONFIDENCE = 0.9;

/** A box in units of the picture's height: the middle and the size. */
export interface Extent {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function extentOf(box: Box, aspect: number): Extent {
  return {
    x: ((box.left + box.right) / 2) * aspect,
    y: (box.top + box.bottom) / 2,
    width: (box.right - box.left) * aspect,
    height: box.bottom - box.top,
  };
}

/** One road user as the tracker knows it: where it is, how it moves, what it is. */
export class Tracked {
  readonly id: number;
  readonly firstSeenAt: EpochMs;
  lastSeenAt: EpochMs;
  hits = 1;
  /** Confidence of the latest detections, smoothed. */
  confidence: number;
  readonly kinds: KindEvidence;
  #x: Motion;
  #y: Motion;
  #width: number;
  #height: number;
  #sureHits = 1;
  #sureSum: number;
  #surelySeenAt: EpochMs;

  constructor(id: number, detection: Detection, aspect: number, at: EpochMs) {
    const { x, y, width, height } = extentOf(detection.box, aspect);
    this.id = id;
    this.firstSeenAt = at;
    this.lastSeenAt = at;
    this.confidence = detection.confidence;
    this.#sureSum = detection.confidence;
    this.#surelySeenAt = at;
    this.kinds = new KindEvidence(detection);
    this.#width = width;
    this.#height = height;
    const position = (2 * JITTER * height) ** 2;
    this.#x = new Motion(x, position, (FIRST_SPEED * height) ** 2);
    this.#y = new Motion(y, position, ((FIRST_SPEED * height) / DEPTH_FACTOR) ** 2);
  }

  get extent(): Extent {
    return { x: this.#x.position, y: this.#y.position, width: this.#width, height: this.#height };
  }

  /** Seen often and surely enough to be told. */
  get confirmed(): boolean {
    return this.#sureHits >= CONFIRM_SURE_HITS && this.#sureSum >= CONFIRM_CONFIDENCE;
  }

  get surelySeenAt(): EpochMs {
    return this.#surelySeenAt;
  }

  get sureHits(): number {
    return this.#sureHits;
  }

  /** In own heights a second, on the road. */
  get speed(): number {
    return Math.hypot(this.#x.velocity, DEPTH_FACTOR * this.#y.velocity) / this.#height;
  }

  /** Moves it on to the time of the next picture. `unseenSeconds`: since its last detection, before this step. */
  predict(seconds: number, unseenSeconds: number): void {
    const acceleration = (ACCELERATION * this.#height) ** 2;
    const fadeSeconds = this.speed < SLOW ? FADE_SECONDS_SLOW : FADE_SECONDS;
    this.#x.predict(seconds, acceleration);
    this.#y.predict(seconds, acceleration);
    if (unseenSeconds <= 0) return;
    const share = Math.exp(-seconds / fadeSeconds);
    const most = (LOST_WITHIN * this.#height) ** 2;
    this.#x.fade(share, most);
    this.#y.fade(share, most);
  }

  /**
   * How badly a detection fits: minus twice the log of its likelihood, up to a constant. About 2 for a fair fit
   * of a well-known track, above 16 for what cannot be.
   */
  misfit(found: Extent, confidence: number): number {
    const noise = this.#noise(confidence);
    const size = Math.log(found.width / this.#width) ** 2 + Math.log(found.height / this.#height) ** 2;
    const varianceX = this.#x.variance + noise;
    const varianceY = this.#y.variance + noise;
    const away =
      (found.x - this.#x.position) ** 2 / varianceX + (found.y - this.#y.position) ** 2 / varianceY;
    return away + size / 0.3 ** 2;
  }

  /** How widely it may be found: what makes a track that knows little claim less. */
  get spread(): number {
    const noise = this.#noise(1);
    const certain = 2 * noise;
    return Math.log(((this.#x.variance + noise) * (this.#y.variance + noise)) / certain ** 2);
  }

  correct(detection: Detection, aspect: number, at: EpochMs): void {
    const found = extentOf(detection.box, aspect);
    const noise = this.#noise(detection.confidence);
    this.#x.correct(found.x, noise);
    this.#y.correct(found.y, noise);
    const gain = Math.max(SIZE_GAIN * Math.min(1, detection.confidence + 0.3), 1 / (this.hits + 1));
    this.#width += gain * (found.width - this.#width);
    this.#height += gain * (found.height - this.#height);
    this.kinds.add(detection);
    this.kinds.moved(this.hits >= 3 ? this.speed : 0, Math.min(1, (at - this.lastSeenAt) / 1000));
    this.hits++;
    this.lastSeenAt = at;
    if (detection.confidence >= SURE) {
      this.#sureHits++;
      this.#sureSum = Math.min(10, this.#sureSum + detection.confidence);
      this.#surelySeenAt = at;
    }
    this.confidence += 0.4 * (detection.confidence - this.confidence);
  }

  told(aspect: number): Track {
    const { x, y, width, height } = this.extent;
    const fraction = (value: number): number => Math.max(0, Math.min(1, value));
    return {
      id: this.id,
      kind: this.kinds.kind,
      box: {
        left: fraction((x - width / 2) / aspect),
        top: fraction(y - height / 2),
        right: fraction((x + width / 2) / aspect),
        bottom: fraction(y + height / 2),
      },
      confidence: this.confidence,
      firstSeenAt: this.firstSeenAt,
      lastSeenAt: this.lastSeenAt,
      hits: this.hits,
    };
  }

  /** Variance of a detection's middle. */
  #noise(confidence: number): number {
    const doubt = 1 + (DOUBT - 1) * (1 - confidence);
    return (JITTER * doubt * Math.max(this.#height, this.#width * 0.6)) ** 2;
  }
}
