import type { Moment } from '../../scripts/scenes/traffic/index.ts';
import type { Scene } from '../../src/camera/index.ts';
import type { Observation } from '../../src/perception/index.ts';
import { createTracker } from '../../src/perception/track/tracker.ts';
import { type DetectorFigures, DetectorModel } from './detector-model.ts';
import { type Lens, picture, type TrueBox } from './projection.ts';
import { type Seeded, seeded } from './seeded.ts';

export interface WatchOptions {
  readonly lens: Lens;
  readonly scene: Scene;
  readonly figures: DetectorFigures;
  readonly seed: number;
  /** Pictures a second that the scheduler manages; they come irregularly. */
  readonly rate: number;
  /** Multiplies the odds of being found: 1 by day. */
  readonly odds?: number;
  /** When second 0 of the run is. */
  readonly startsAt?: number;
}

const aspect = picture.width / picture.height;

/** Second 0 of every run. */
export const epoch = 1_704_067_200_000;

/** A camera that looks at simulated traffic through a modelled detector and the tracker. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #random: Seeded;
  readonly #detector: DetectorModel;
  readonly #tracker = createTracker();
  #due = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#detector = new DetectorModel(options.figures, seeded(options.seed ^ 0x5bd1e995), options.odds);
  }

  /** Whether this moment's picture is one of those that are analysed. */
  isDue({ seconds }: Moment): boolean {
    return seconds >= this.#due;
  }

  /** The observation that comes of a picture in which `seen` truly is. */
  observe({ seconds }: Moment, seen: readonly TrueBox[]): Observation {
    this.#due = seconds + this.#pause();
    const capturedAt = (this.#options.startsAt ?? epoch) + seconds * 1000;
    const detections = this.#detector.detect(seen, seconds);
    return {
      camera: 'bench',
      capturedAt,
      tracks: this.#tracker.update(detections, capturedAt, aspect),
      quality: 'good',
    };
  }

  /** Seconds to the next picture: about the rate, now and then twice that, seldom a second or two. */
  #pause(): number {
    const regular = 1 / this.#options.rate;
    const chance = this.#random.next();
    if (chance < 0.002) return this.#random.between(1, 2.5);
    return regular * (chance < 0.1 ? 2 : this.#random.between(0.75, 1.15));
  }
}
