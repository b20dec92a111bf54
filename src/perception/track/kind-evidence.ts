import type { Detection, RoadUser } from '../track.ts';

/** Votes of long ago count less: after this many more, half. */
const HALF_LIFE_HITS = 60;
const FADE = 0.5 ** (1 / HALF_LIFE_HITS);
/** Another kind must lead by this factor before a track changes its own. */
const LEAD = 1.3;
/** Evidence for a rider is kept within these bounds, so that it can be outvoted again. */
const MOST_EVIDENCE = 6;
/** One picture says much the same as the one before. */
const NEW_SHARE = 0.5;

/**
 * How much a two-wheeler of this confidence at a person's place speaks for a rider: log of its share among riders over its share among
 * people on foot, from pictures of Vietnamese streets and of walkers.
 */
function wheelsSay(onTwoWheels: number): number {
  if (onTwoWheels >= 0.25) return 2.5;
  if (onTwoWheels >= 0.15) return 0.3;
  return onTwoWheels >= 0.12 ? -1.2 : -2.5;
}

/** Faster than anybody walks or runs, in own heights a second. */
const RIDING = 1.8;
const RIDING_EVIDENCE_PER_SECOND = 8;

/** What kind of road user a track is, settled over all its detections. */
export class KindEvidence {
  readonly #votes = new Map<RoadUser, number>();
  #rider = 0;
  #kind: RoadUser;

  constructor(first: Detection) {
    this.#kind = first.kind;
    this.add(first);
  }

  get kind(): RoadUser {
    return this.#kind;
  }

  add({ kind, confidence, onTwoWheels }: Detection): void {
    for (const [each, votes] of this.#votes) this.#votes.set(each, votes * FADE);
    this.#votes.set(kind, (this.#votes.get(kind) ?? 0) + confidence);
    if (kind !== 'car' && kind !== 'bus' && kind !== 'truck') this.#lean(NEW_SHARE * wheelsSay(onTwoWheels));
    this.#settle();
  }

  /** `ownHeightsPerSecond`: how fast it moves in the picture, made up for looking along the road. */
  moved(ownHeightsPerSecond: number, seconds: number): void {
    if (ownHeightsPerSecond < RIDING) return;
    this.#lean(RIDING_EVIDENCE_PER_SECOND * seconds * (ownHeightsPerSecond / RIDING));
    this.#settle();
  }

  #lean(by: number): void {
    this.#rider = Math.max(-MOST_EVIDENCE, Math.min(MOST_EVIDENCE, this.#rider + by));
  }

  #settle(): void {
    const of = (kind: RoadUser): number => this.#votes.get(kind) ?? 0;
    const small = of('person') + of('motorbike') + of('bicycle');
    const large = of('car') + of('bus') + of('truck');
    const best = large > small ? this.#bestOf(['car', 'bus', 'truck']) : this.#smallKind();
    const same =
      this.#kind === best ||
      (small > 0 && large > 0 && Math.max(small, large) < LEAD * Math.min(small, large));
    if (!same) this.#kind = best;
  }

  #smallKind(): RoadUser {
    if (this.#rider <= 0) return 'person';
    const wheels = this.#bestOf(['motorbike', 'bicycle']);
    return (this.#votes.get(wheels) ?? 0) > 0 ? wheels : 'motorbike';
  }

  /** The one of these with most votes; the present kind unless another leads clearly. */
  #bestOf(kinds: readonly RoadUser[]): RoadUser {
    const votes = (kind: RoadUser): number => (this.#votes.get(kind) ?? 0) * (kind === this.#kind ? LEAD : 1);
    return kinds.reduce((best, kind) => (votes(kind) > votes(best) ? kind : best));
  }
}
