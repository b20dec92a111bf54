import type { EpochMs } from '#base';
import type { PictureQuality } from '../track.ts';
import type { Look } from './look.ts';
import { bestShift, likeness, signatureOf } from './scene-signature.ts';

type Fault = Exclude<PictureQuality, 'good'>;

/** Seconds that a fault must last before it is told: a headlamp blinds for a moment, a lorry hides the scene for two. */
const LASTS: Readonly<Record<Fault, number>> = {
  black: 1,
  blinded: 2,
  blurred: 4,
  frozen: 0,
  moved: 3,
  poor: 5,
};
const CLEARS_AFTER = 2;

// Thresholds from 20 clips of fixed cameras by day, at night and in rain, and from the same clips blurred, shifted and darkened.
const BLACK_BRIGHTEST = 25;
const BLACK_DEVIATION = 8;
const BLINDED_MEAN = 235;
const FEATURELESS_DEVIATION = 4;
/** Fine to coarse detail: 0.24 to 1 in focus; a blur of 3 pixels leaves 0.10 to 0.16. */
const BLURRED_RATIO = 0.17;
const BLURRED_OF_USUAL = 0.5;
const JUDGED_COARSE = 3;
const POOR_CONTRAST = 30;
const POOR_BRIGHTEST = 60;
const POOR_OF_USUAL = 0.35;
/** A fixed camera's edges are always more alike than this, whatever the traffic and the light: 0.67 at the least. */
const SAME_SCENE = 0.5;
/** More alike at a shift than in place: never so for a fixed camera (0.04 less at the most). */
const SHIFTED_BY = 0.05;
/** One that has moved must be this much more alike to be back. */
const BACK_BY = 0.06;
/** A still source that is encoded anew differs by less; a living one by day does not for a whole minute. */
const STILL_CELL = 1.5;
const STILL_MEAN = 0.3;
const STILL_SECONDS_BY_DAY = 60;
const STILL_SECONDS_IN_THE_DARK = 600;
const DARK_MEAN = 60;
/** Pictures before the camera's usual look is known, and how fast it is learned then. */
const LEARNED_AFTER = 20;
const LEARNING_SECONDS = 120;

/** What this camera usually looks like. */
interface Usual {
  signature: Float32Array;
  ratio: number;
  coarse: number;
  fine: number;
  looks: number;
}

/** Judges one camera's pictures, each by itself and against what the camera has shown so far. Pure and small. */
export class QualityJudge {
  #usual: Usual | undefined;
  #still: { cells: Float32Array; since: EpochMs } | undefined;
  #suspected: { fault: Fault; since: EpochMs } | undefined;
  #told: PictureQuality = 'good';
  #goodSince: EpochMs | undefined;
  #latest: EpochMs | undefined;

  judge(look: Look, at: EpochMs): PictureQuality {
    const seconds = this.#latest === undefined ? 0 : Math.min(2, Math.max(0, (at - this.#latest) / 1000));
    this.#latest = at;
    const fault = this.#faultIn(look) ?? this.#standsStill(look, at);
    if (fault === undefined) this.#looksGood(look, at, seconds);
    else this.#looksBad(fault, at);
    return this.#told;
  }

  #faultIn(look: Look): Fault | undefined {
    const { mean, deviation, brightest, darkest, fine, coarse } = look;
    if (brightest < BLACK_BRIGHTEST && deviation < BLACK_DEVIATION) return 'black';
    if (mean > BLINDED_MEAN || deviation < FEATURELESS_DEVIATION) return 'blinded';
    const usual = this.#usual;
    const known = usual !== undefined && usual.looks >= LEARNED_AFTER;
    const focus = known ? usual.ratio * BLURRED_OF_USUAL : BLURRED_RATIO;
    if (coarse > JUDGED_COARSE && fine / coarse < focus) return 'blurred';
    if (known && coarse > JUDGED_COARSE && this.#isMoved(look, usual)) return 'moved';
    if (brightest - darkest < POOR_CONTRAST || brightest < POOR_BRIGHTEST) return 'poor';
    const faded = known && coarse < usual.coarse * POOR_OF_USUAL && fine < usual.fine * POOR_OF_USUAL;
    return faded ? 'poor' : undefined;
  }

  #isMoved(look: Look, usual: Usual): boolean {
    const signature = signatureOf(look.edges);
    const doubt = this.#told === 'moved' ? BACK_BY : 0;
    const inPlace = likeness(usual.signature, signature) - doubt;
    if (inPlace < SAME_SCENE) return true;
    // A fixed camera is this much alike most of the time: no need to try every shift.
    if (inPlace > 0.85) return false;
    return bestShift(usual.signature, signature).likeness > inPlace + SHIFTED_BY;
  }

  #standsStill({ cells, mean }: Look, at: EpochMs): Fault | undefined {
    if (this.#still === undefined || at < this.#still.since || differ(this.#still.cells, cells)) {
      this.#still = { cells, since: at };
      return undefined;
    }
    const enough = mean < DARK_MEAN ? STILL_SECONDS_IN_THE_DARK : STILL_SECONDS_BY_DAY;
    return at - this.#still.since >= enough * 1000 ? 'frozen' : undefined;
  }

  #looksBad(fault: Fault, at: EpochMs): void {
    this.#goodSince = undefined;
    if (this.#suspected?.fault !== fault) this.#suspected = { fault, since: at };
    if (at - this.#suspected.since >= LASTS[fault] * 1000) this.#told = fault;
  }

  #looksGood(look: Look, at: EpochMs, seconds: number): void {
    this.#suspected = undefined;
    this.#goodSince ??= at;
    if (at - this.#goodSince >= CLEARS_AFTER * 1000) this.#told = 'good';
    this.#learn(look, seconds);
  }

  #learn({ edges, fine, coarse }: Look, seconds: number): void {
    const signature = signatureOf(edges);
    const usual = this.#usual;
    if (usual === undefined) {
      this.#usual = { signature, ratio: fine / Math.max(1, coarse), coarse, fine, looks: 1 };
      return;
    }
    usual.looks++;
    const share = Math.max(1 / usual.looks, Math.min(1, seconds / LEARNING_SECONDS));
    for (let i = 0; i < signature.length; i++)
      usual.signature[i]! += share * (signature[i]! - usual.signature[i]!);
    usual.ratio += share * (fine / Math.max(1, coarse) - usual.ratio);
    usual.coarse += share * (coarse - usual.coarse);
    usual.fine += share * (fine - usual.fine);
  }
}

function differ(a: Float32Array, b: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (difference > STILL_CELL) return true;
    sum += difference;
  }
  return sum / a.length > STILL_MEAN;
}
