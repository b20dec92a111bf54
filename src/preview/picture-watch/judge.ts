import type { EpochMs } from '#base';
import { blockDifference, type PictureContent } from '../darkroom/content.ts';

/** What is wrong with a camera's picture. */
export type PictureFault = 'frozen' | 'black' | 'blinded' | 'blurred';

export interface Look {
  readonly content: PictureContent;
  readonly at: EpochMs;
  /** By the sun; undefined where nobody knows the place: then it counts as night. */
  readonly night: boolean | undefined;
  /** So many cameras look the same way that it is the weather or the power, not this camera. */
  readonly widespread: (fault: PictureFault) => boolean;
}

export interface Verdict {
  /** What is told; it takes several looks to get there and to get away again. */
  readonly fault: PictureFault | undefined;
  /** What this picture alone shows, whatever the weather. */
  readonly looksLike: PictureFault | undefined;
  /** Look again so soon; undefined: in its turn. */
  readonly lookAgainMs: number | undefined;
}

interface Patience {
  readonly looks: number;
  readonly overMs: number;
  readonly everyMs: number;
}

/** How a fault must last before it is told. The sun shines into a lens for minutes, spray and drops dry. */
const PATIENCE: Readonly<Record<PictureFault, Patience>> = {
  black: { looks: 3, overMs: 40_000, everyMs: 20_000 },
  frozen: { looks: 3, overMs: 60_000, everyMs: 30_000 },
  blinded: { looks: 4, overMs: 600_000, everyMs: 180_000 },
  blurred: { looks: 4, overMs: 900_000, everyMs: 240_000 },
};
const LOOKS_TO_CLEAR = 2;
const CLEARING_EVERY_MS = 20_000;

/** A still picture encoded again and again differs by less than 2.3 in its worst block; a road with one car a minute by 19. */
const STILL_LARGEST = 3;
const STILL_MEAN = 0.6;
/** By day the light moves within minutes; a road by night may truly stand still. */
const STILL_BY_DAY_MS = 3 * 60_000;
const STILL_BY_NIGHT_MS = 60 * 60_000;

const BLACK_BRIGHTEST = 20;
const BLACK_DEVIATION = 4;
const FEATURELESS_COARSE = 0.5;
const OVEREXPOSED_MEAN = 235;
/** Focus is judged only where there is something to be in focus. */
const JUDGED_COARSE = 2;
/** Fine to coarse detail: 1 to 3 in focus whatever the light, rain or fog; below 0.4 out of focus. */
const BLURRED_RATIO = 0.33;
const BLURRED_SURELY = 0.25;
const BLURRED_OF_USUAL = 0.45;
const LEARNING = 0.2;

/** Judges one camera's pictures, each by itself and against what this camera usually shows. */
export class PictureJudge {
  #usualRatio: number | undefined;
  #seenLitAtNight = false;
  #still: { readonly content: PictureContent; readonly since: EpochMs } | undefined;
  #suspected: { readonly fault: PictureFault; readonly since: EpochMs; looks: number } | undefined;
  #goodLooks = 0;
  #fault: PictureFault | undefined;

  get fault(): PictureFault | undefined {
    return this.#fault;
  }

  look(look: Look): Verdict {
    const looksLike = faultIn(look.content, this.#usualRatio);
    const suspicion = this.#suspect(looksLike, look);
    if (suspicion !== undefined) this.#lookedBad(suspicion, look);
    else if (looksLike === undefined) this.#lookedGood(look);
    return { fault: this.#fault, looksLike, lookAgainMs: this.#lookAgainMs(suspicion) };
  }

  #suspect(seen: PictureFault | undefined, look: Look): PictureFault | undefined {
    const frozen = this.#isStill(look);
    if (seen === 'black' && look.night !== false && !this.#seenLitAtNight) return undefined;
    if (seen !== undefined && look.widespread(seen)) return undefined;
    return seen ?? (frozen ? 'frozen' : undefined);
  }

  #isStill({ content, at, night }: Look): boolean {
    const still = this.#still;
    const difference = still && blockDifference(still.content, content);
    if (still === undefined || difference!.largest > STILL_LARGEST || difference!.mean > STILL_MEAN) {
      this.#still = { content, since: at };
      return false;
    }
    return at - still.since >= (night === false ? STILL_BY_DAY_MS : STILL_BY_NIGHT_MS);
  }

  #lookedGood({ content, night }: Look): void {
    this.#suspected = undefined;
    this.#goodLooks++;
    if (this.#goodLooks >= LOOKS_TO_CLEAR) this.#fault = undefined;
    if (night !== false && content.brightest > 3 * BLACK_BRIGHTEST) this.#seenLitAtNight = true;
    if (content.coarse < JUDGED_COARSE) return;
    const ratio = content.fine / content.coarse;
    this.#usualRatio =
      this.#usualRatio === undefined ? ratio : this.#usualRatio + (ratio - this.#usualRatio) * LEARNING;
  }

  #lookedBad(fault: PictureFault, { at }: Look): void {
    this.#goodLooks = 0;
    if (this.#suspected?.fault !== fault) this.#suspected = { fault, since: at, looks: 0 };
    const { looks, overMs } = PATIENCE[fault];
    if (++this.#suspected.looks >= looks && at - this.#suspected.since >= overMs) this.#fault = fault;
  }

  #lookAgainMs(suspicion: PictureFault | undefined): number | undefined {
    if (suspicion !== undefined && suspicion !== this.#fault) return PATIENCE[suspicion].everyMs;
    return suspicion === undefined && this.#fault !== undefined ? CLEARING_EVERY_MS : undefined;
  }
}

/** What one picture shows by itself. Fog takes fine and coarse detail alike, night leaves both: neither is a fault here. */
function faultIn(content: PictureContent, usualRatio: number | undefined): PictureFault | undefined {
  const { brightest, deviation, coarse, fine, mean } = content;
  if (brightest < BLACK_BRIGHTEST && deviation < BLACK_DEVIATION) return 'black';
  if (coarse < FEATURELESS_COARSE || mean > OVEREXPOSED_MEAN) return 'blinded';
  if (coarse < JUDGED_COARSE) return undefined;
  const limit =
    usualRatio === undefined ? BLURRED_RATIO : Math.max(BLURRED_SURELY, usualRatio * BLURRED_OF_USUAL);
  return fine / coarse < limit ? 'blurred' : undefined;
}
