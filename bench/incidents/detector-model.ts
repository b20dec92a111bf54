import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../../src/base/index.ts';
import type { Detection, RoadUser } from '../../src/perception/index.ts';
import { picture, type TrueBox } from './projection.ts';
import type { Seeded } from './seeded.ts';

/** What the detector makes of true boxes: fitted on the rendered scenes by `fit.ts`, which prints these figures. */
export interface DetectorFigures {
  /** Chance to be found by height in pixels, at the knots; in between on a line. Fully visible, 640×360. */
  readonly found: Readonly<Record<RoadUser, readonly (readonly [pixels: number, chance: number])[]>>;
  /** Below this visible share nothing is found, above `visibleFull` all there is to find. */
  readonly visibleNone: number;
  readonly visibleFull: number;
  /** Of those not found, as many again are seen weakly as this share of found times not found. */
  readonly weakShare: number;
  /** Share of a miss's variance that belongs to the road user (its looks), not to the moment. */
  readonly traitShare: number;
  /** Seconds over which a road user's luck changes. */
  readonly luckSeconds: number;
  /** Standard deviations of edges as shares of the box's size: from picture to picture, and lasting. */
  readonly jitter: number;
  readonly lastingError: number;
  /** Chance for a found box to be doubled by a part of itself. */
  readonly split: number;
  /** What a road user is taken for most of the time: chances by kind, drawn once for each. */
  readonly looksLike: Readonly<Record<RoadUser, Readonly<Partial<Record<RoadUser, number>>>>>;
  /** What a kind is taken for in a picture that differs from that, and how often one does. */
  readonly takenFor: Readonly<Record<RoadUser, Readonly<Partial<Record<RoadUser, number>>>>>;
  readonly flip: number;
  /** False boxes: lone ones a picture, and lasting ones an hour that stay in a place for `falseSeconds` on average. */
  readonly loneFalse: number;
  readonly lastingFalsePerHour: number;
  readonly falseSeconds: number;
}

/** What `fit.ts` found last. */
export const fittedFigures = JSON.parse(
  readFileSync(join(import.meta.dirname, 'detector-figures.json'), 'utf8'),
) as DetectorFigures;

/** A road user's looks and luck. */
interface Character {
  readonly trait: number;
  luck: number;
  seenAt: number;
  readonly looks: RoadUser;
  /** Which share of what is hidden its box leaves out below. */
  readonly hidden: number;
  readonly error: readonly [number, number, number, number];
}

interface Phantom {
  readonly box: Box;
  readonly kind: RoadUser;
  readonly until: number;
}

/** One camera's detector: true boxes in, detections out, with memory, since misses come in runs. */
export class DetectorModel {
  readonly #figures: DetectorFigures;
  readonly #random: Seeded;
  /** 1 by day; the found chances' odds are multiplied by it at night or in rain. */
  readonly #odds: number;
  readonly #characters = new Map<number, Character>();
  #phantoms: Phantom[] = [];
  #lastSeconds = 0;

  constructor(figures: DetectorFigures, random: Seeded, odds = 1) {
    this.#figures = figures;
    this.#random = random;
    this.#odds = odds;
  }

  detect(truth: readonly TrueBox[], seconds: number): Detection[] {
    const detections: Detection[] = [];
    for (const one of truth) this.#find(one, seconds, detections);
    this.#imagine(seconds, detections);
    this.#forget(seconds);
    this.#lastSeconds = seconds;
    return detections;
  }

  #find(one: TrueBox, seconds: number, detections: Detection[]): void {
    const chance = this.#chance(one);
    const character = this.#character(one, seconds);
    const { traitShare, luckSeconds, split, weakShare } = this.#figures;
    const keeps = Math.exp(-(seconds - character.seenAt) / luckSeconds);
    character.luck = keeps * character.luck + Math.sqrt(1 - keeps * keeps) * this.#random.normal();
    character.seenAt = seconds;
    const fortune = Math.sqrt(traitShare) * character.trait + Math.sqrt(1 - traitShare) * character.luck;
    const share = normalShare(fortune);
    const weak = share >= chance;
    // What is not found for sure is often still seen weakly: enough to keep a track alive, not to begin one.
    if (share >= chance + weakShare * chance * (1 - chance)) return;
    const box = this.#drawn(one, character);
    const kind = this.#kind(one.mover.kind, character);
    const sure = Math.min(0.95, Math.max(0.36, 0.35 + 0.45 * chance + 0.08 * this.#random.normal()));
    const confidence = weak ? this.#random.between(0.12, 0.35) : sure;
    const onTwoWheels = kind === 'motorbike' || kind === 'bicycle' ? confidence : 0;
    detections.push({ kind, box, confidence, onTwoWheels });
    if (this.#random.next() < split)
      detections.push({ kind, box: partOf(box, this.#random), confidence: 0.35, onTwoWheels });
  }

  #chance({ mover, heightPixels, visible }: TrueBox): number {
    const { found, visibleNone, visibleFull } = this.#figures;
    const plain = alongKnots(found[mover.kind], heightPixels);
    const seen = Math.min(1, Math.max(0, (visible - visibleNone) / (visibleFull - visibleNone)));
    const odds = (plain / Math.max(1e-6, 1 - plain)) * this.#odds;
    return (odds / (1 + odds)) * seen;
  }

  #character({ mover }: TrueBox, seconds: number): Character {
    const known = this.#characters.get(mover.id);
    if (known !== undefined) return known;
    const e = () => this.#random.normal() * this.#figures.lastingError;
    const made: Character = {
      trait: this.#random.normal(),
      luck: this.#random.normal(),
      seenAt: seconds,
      looks: pick(this.#figures.looksLike[mover.kind], this.#random),
      hidden: this.#random.next(),
      error: [e(), e(), e(), e()],
    };
    this.#characters.set(mover.id, made);
    return made;
  }

  #kind(kind: RoadUser, { looks }: Character): RoadUser {
    return this.#random.next() < this.#figures.flip
      ? pick(this.#figures.takenFor[kind], this.#random)
      : looks;
  }

  /** A box that is partly hidden is drawn around what is seen, more or less. */
  #drawn({ box, visible }: TrueBox, { error, hidden }: Character): Box {
    const width = box.right - box.left;
    const height = box.bottom - box.top;
    const { jitter } = this.#figures;
    const cut = visible < 0.9 ? (1 - visible) * hidden : 0;
    const e = (k: 0 | 1 | 2 | 3) => error[k] + jitter * this.#random.normal();
    return {
      left: clip(box.left + width * e(0)),
      top: clip(box.top + height * e(1)),
      right: clip(box.right + width * e(2)),
      bottom: clip(box.bottom + height * (e(3) - Math.min(0.4, cut))),
    };
  }

  #imagine(seconds: number, detections: Detection[]): void {
    const { loneFalse, lastingFalsePerHour, falseSeconds } = this.#figures;
    const elapsed = Math.max(0, seconds - this.#lastSeconds);
    if (this.#random.next() < loneFalse) {
      const { kind, box } = this.#phantom(seconds, 0);
      detections.push({ kind, box, confidence: 0.37, onTwoWheels: 0 });
    }
    if (this.#random.next() < (lastingFalsePerHour / 3600) * elapsed) {
      this.#phantoms.push(this.#phantom(seconds, -falseSeconds * Math.log(1 - this.#random.next())));
    }
    this.#phantoms = this.#phantoms.filter(({ until }) => until > seconds);
    for (const { box, kind } of this.#phantoms) {
      if (this.#random.next() < 0.7)
        detections.push({ kind, box: shaken(box, this.#random), confidence: 0.42, onTwoWheels: 0 });
    }
  }

  #phantom(seconds: number, lasts: number): Phantom {
    const height = this.#random.between(20, 70) / picture.height;
    const width = (height * this.#random.between(0.4, 1.8) * picture.height) / picture.width;
    const left = this.#random.between(0, 1 - width);
    const top = this.#random.between(0.15, 1 - height);
    const kind = pick({ car: 0.5, person: 0.3, truck: 0.2 }, this.#random);
    return { box: { left, top, right: left + width, bottom: top + height }, kind, until: seconds + lasts };
  }

  #forget(seconds: number): void {
    if (this.#characters.size < 2_000) return;
    for (const [id, { seenAt }] of this.#characters) if (seconds - seenAt > 60) this.#characters.delete(id);
  }
}

function alongKnots(knots: readonly (readonly [number, number])[], at: number): number {
  const first = knots[0]!;
  if (at <= first[0]) return first[1] * (at / first[0]) ** 2;
  for (let i = 1; i < knots.length; i++) {
    const [x1, y1] = knots[i]!;
    const [x0, y0] = knots[i - 1]!;
    if (at <= x1) return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
  }
  return knots.at(-1)![1];
}

/** The normal distribution's share below z (Abramowitz and Stegun 26.2.17). */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
  return z >= 0 ? 1 - upper : upper;
}

function pick<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>, random: Seeded): Key {
  const entries = Object.entries(weights) as [Key, number][];
  let left = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left <= 0) return key;
  }
  return entries.at(-1)![0];
}

function partOf(box: Box, random: Seeded): Box {
  const middle = (box.left + box.right) / 2;
  return random.next() < 0.5 ? { ...box, right: middle } : { ...box, top: (box.top + box.bottom) / 2 };
}

function shaken(box: Box, random: Seeded): Box {
  const by = 0.03 * (box.bottom - box.top) * random.normal();
  return { left: box.left, top: box.top + by, right: box.right, bottom: Math.min(1, box.bottom + by) };
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
