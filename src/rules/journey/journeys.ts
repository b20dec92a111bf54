import type { EpochMs } from '#base';
import type { Metres } from '#camera';
import type { Observation, Track } from '#perception';
import { type Road, zoneAt } from '../road/road.ts';
import { isCutOff, Journey } from './journey.ts';
import { newStandpoint, standpointOf } from './standpoint.ts';

/** More than a camera can show at once; the rest of a flood of false boxes is left out and counted. */
const mostJourneys = 400;

/** How long a lost road user may be found again under a new track: while moving its place is soon a guess, while standing it is not. */
const foundMoving = 2_500;
const foundStanding = 8_000;

/** All road users now in the picture, followed over the breaks and swaps of their tracks. */
export class Journeys {
  readonly #road: Road;
  readonly #byTrack = new Map<number, Journey>();
  readonly #all: Journey[] = [];
  readonly #ended: Journey[] = [];
  readonly #fresh: Track[] = [];
  /** Keys for those without a track: track ids are positive. */
  #nextLost = -1;
  /** Detections left out because there were too many road users. */
  refused = 0;

  constructor(road: Road) {
    this.#road = road;
  }

  /** In no particular order; some may not have been seen in the latest picture (see `lastSeenAt`). */
  get all(): readonly Journey[] {
    return this.#all;
  }

  /** Those that were given up with the latest observation. */
  get ended(): readonly Journey[] {
    return this.#ended;
  }

  observe({ tracks, capturedAt }: Observation): void {
    this.#fresh.length = 0;
    for (const track of tracks) {
      if (track.lastSeenAt < capturedAt - 1 || !isBox(track)) continue;
      if (!this.#follow(track, capturedAt)) this.#fresh.push(track);
    }
    // Known tracks first: only then is it clear who is missing and may be the newcomer.
    for (const track of this.#fresh) this.#meet(track, capturedAt);
    this.#forget(capturedAt);
  }

  clear(): void {
    this.#byTrack.clear();
    this.#all.length = 0;
    this.#ended.length = 0;
  }

  /** Adds to the journey that this track has followed so far; false if there is none or it cannot be the same any more. */
  #follow(track: Track, at: EpochMs): boolean {
    const known = this.#byTrack.get(track.id);
    if (known === undefined) return false;
    const placed = known.locate(track.box, standpoint);
    if (placed && !known.canReach(standpoint, at)) {
      this.#lose(known);
      return false;
    }
    known.add(track, at, placed ? standpoint : undefined);
    return true;
  }

  /** Its track has gone over to somebody else; it may be found again under another. */
  #lose(journey: Journey): void {
    this.#byTrack.delete(journey.track);
    journey.track = this.#nextLost--;
    this.#byTrack.set(journey.track, journey);
  }

  #meet(track: Track, at: EpochMs): void {
    if (isCutOff(track.box) || !standpointOf(this.#road.ground, track.box, track.kind, 0, 0, standpoint))
      return;
    if (zoneAt(this.#road, standpoint.point, 'ignore') !== undefined) return;
    const lost = this.#lostNear(track, standpoint, at);
    if (lost !== undefined) {
      this.#byTrack.delete(lost.track);
      this.#byTrack.set(track.id, lost);
      lost.track = track.id;
      lost.add(track, at, lost.locate(track.box, standpoint) ? standpoint : undefined);
    } else if (this.#byTrack.size < mostJourneys) {
      this.#byTrack.set(track.id, new Journey(track, at, this.#road, standpoint));
    } else this.refused++;
  }

  /** Who went missing a moment ago and should be about here by now, with about this size. */
  #lostNear(track: Track, { x, y }: Metres, at: EpochMs): Journey | undefined {
    let found: Journey | undefined;
    let nearest = Number.POSITIVE_INFINITY;
    for (const journey of this.#byTrack.values()) {
      const missing = at - journey.lastSeenAt;
      if (missing < 1 || missing > (journey.standingSince === undefined ? foundMoving : foundStanding))
        continue;
      const away = Math.hypot(journey.predictedX(at) - x, journey.predictedY(at) - y);
      const reach = 1.5 + 2.5 * journey.noise + (0.4 * journey.speed * missing) / 1000;
      const size = (track.box.bottom - track.box.top) / (journey.box.bottom - journey.box.top);
      if (away > reach || away >= nearest || size < 0.55 || size > 1.8) continue;
      nearest = away;
      found = journey;
    }
    return found;
  }

  #forget(at: EpochMs): void {
    this.#ended.length = 0;
    this.#all.length = 0;
    for (const journey of this.#byTrack.values()) {
      const kept = journey.standingSince === undefined ? 4_000 : foundStanding;
      if (at - journey.lastSeenAt <= kept) this.#all.push(journey);
      else {
        this.#byTrack.delete(journey.track);
        this.#ended.push(journey);
      }
    }
  }
}

function isBox({ box }: Track): boolean {
  return (
    box.right > box.left &&
    box.bottom > box.top &&
    Number.isFinite(box.left + box.right + box.top + box.bottom)
  );
}

const standpoint = newStandpoint();
