import type { RoadUser } from '#perception';

const kinds: readonly RoadUser[] = ['car', 'motorbike', 'bus', 'truck', 'bicycle', 'person'];

/** Faster than this is riding, whatever the detector calls it: a person runs at 3 to 4 m/s, but not for long and not on a carriageway. */
const ridingSpeed = 3.2;

/**
 * What a road user is, from what the detector said of it picture by picture. Kinds flip (a large car comes out as a truck, a
 * rider as a person), so each detection votes with its confidence and old votes fade.
 */
export class KindVotes {
  readonly #weights = new Float64Array(kinds.length);
  #total = 0;
  #rode = 0;

  add(kind: RoadUser, confidence: number): void {
    const fade = 0.985;
    for (let i = 0; i < kinds.length; i++) this.#weights[i] = this.#weights[i]! * fade;
    const vote = Math.min(1, Math.max(0.05, confidence));
    const at = kinds.indexOf(kind);
    if (at >= 0) this.#weights[at] = this.#weights[at]! + vote;
    this.#total = this.#total * fade + vote;
  }

  /** To be told of every measured speed: three fast measurements make a rider of a person for good. */
  moved(metresPerSecond: number): void {
    if (metresPerSecond > ridingSpeed && this.#rode < 3) this.#rode++;
  }

  /** Share of the votes, 0 to 1. */
  share(kind: RoadUser): number {
    return this.#total === 0 ? 0 : this.#weights[kinds.indexOf(kind)]! / this.#total;
  }

  /** Share of the votes for the larger of the two families, those of four wheels and more and those of two and people; 0.5 to 1. */
  get familyShare(): number {
    const large = this.share('car') + this.share('truck') + this.share('bus');
    return this.#total === 0 ? 1 : Math.max(large, 1 - large);
  }

  get rode(): boolean {
    return this.#rode >= 3;
  }

  /** The most voted kind; somebody called a person who has ridden is a motorbike. */
  get kind(): RoadUser {
    let best = 0;
    for (let i = 1; i < kinds.length; i++) if (this.#weights[i]! > this.#weights[best]!) best = i;
    const winner = kinds[best]!;
    return winner === 'person' && (this.rode || this.#riderVotes() > 0.25) ? 'motorbike' : winner;
  }

  #riderVotes(): number {
    return this.share('motorbike') + this.share('bicycle');
  }
}
