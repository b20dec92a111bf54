import { type EpochMs, footPoint } from '#base';
import type { Metres } from '#camera';
import type { Observation, Track } from '#perception';
import { type Road, zoneAt } from '../road/road.ts';
import { Journey } from './journey.ts';

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
      const known = this.#byTrack.get(track.id);
      if (known === undefined) this.#fresh.push(track);
      else this.#follow(known, track, capturedAt);
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

  #follow(journey: Journey, track: Track, at: EpochMs): void {
    const foot = footPoint(track.box);
    const metres = this.#road.ground.toRoad(foot);
    if (metres === undefined || track.box.bottom > 0.995) journey.see(track, at);
    else journey.add(track, at, foot, metres.x, metres.y);
  }

  #meet(track: Track, at: EpochMs): void {
    const foot = footPoint(track.box);
    const metres = this.#road.ground.toRoad(foot);
    if (metres === undefined || track.box.bottom > 0.995 || zoneAt(this.#road, foot, 'ignore')) return;
    const lost = this.#lostNear(track, metres, at);
    if (lost !== undefined) {
      this.#byTrack.delete(lost.track);
      this.#byTrack.set(track.id, lost);
      lost.track = track.id;
      lost.add(track, at, foot, metres.x, metres.y);
    } else if (this.#byTrack.size < mostJourneys) {
      this.#byTrack.set(track.id, new Journey(track, at, this.#road, foot, metres.x, metres.y));
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
