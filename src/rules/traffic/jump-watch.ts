import type { EpochMs } from '#base';
import type { Journey } from '../journey/journey.ts';

/** So many well-followed road users, and this share of them, must vanish at once. */
const fewest = 4;
const share = 0.7;
/** Who has not come back after this long has not merely been missed. */
const patienceMs = 1_200;

/**
 * Notices that the picture has jumped (a clip that starts over, a camera that was switched, a stream that skipped): most road users
 * vanish from one picture to the next, away from the edges, and do not come back.
 */
export class JumpWatch {
  #vanished: Journey[] = [];
  #at: EpochMs | undefined;
  #previousAt: EpochMs | undefined;

  /** True once for a jump, a little after it; `jumpedAt` says when it was. */
  observe(journeys: readonly Journey[], at: EpochMs): boolean {
    const jumped = this.#at !== undefined && at - this.#at > patienceMs && this.#settle();
    if (this.#at === undefined && this.#previousAt !== undefined) this.#look(journeys, at, this.#previousAt);
    this.#previousAt = at;
    return jumped;
  }

  restart(): void {
    this.#vanished = [];
    this.#at = undefined;
    this.#previousAt = undefined;
  }

  #look(journeys: readonly Journey[], at: EpochMs, previousAt: EpochMs): void {
    let there = 0;
    const vanished: Journey[] = [];
    for (const journey of journeys) {
      if (journey.detections < 4 || !insidePicture(journey)) continue;
      if (journey.lastSeenAt === at) there++;
      else if (journey.lastSeenAt === previousAt) vanished.push(journey);
    }
    if (vanished.length < fewest || vanished.length < share * (vanished.length + there)) return;
    this.#vanished = vanished;
    this.#at = at;
  }

  #settle(): boolean {
    const back = this.#vanished.filter((journey) => journey.lastSeenAt >= this.#at!).length;
    const jumped = back < (1 - share) * this.#vanished.length;
    this.#vanished = [];
    this.#at = undefined;
    return jumped;
  }
}

function insidePicture({ box }: Journey): boolean {
  return box.left > 0.02 && box.right < 0.98 && box.bottom < 0.97 && box.top > 0.01;
}
