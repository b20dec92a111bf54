import { type Box, boxArea, type EpochMs, intersection, overlap } from '#base';
import type { RoadUser } from '#perception';
import type { Journey } from '../journey/journey.ts';
import type { Standing } from './free-standing.ts';

const fourWheeled: ReadonlySet<RoadUser> = new Set(['car', 'bus', 'truck']);

export type SpotKind = 'lane' | 'shoulder' | 'forbidden';

/**
 * A place where a vehicle stands. It is the place that is remembered, not the track: who is lost and found again there is the same
 * vehicle, and only a place that has been looked at and found empty is empty.
 */
export class Spot {
  readonly place: string;
  readonly kind: SpotKind;
  readonly onsetAt: EpochMs;
  /**
   * Why it cannot have stood there before the camera watched: it was `seen` to drive up, or its place lay `open` before. Undefined if it may have.
   */
  arrival: 'seen' | 'open' | undefined;
  box: Box;
  /** Who was last seen in it; undefined after a restart, until somebody is. */
  vehicle: Journey | undefined;
  lastSeenAt: EpochMs;
  #x: number;
  #y: number;
  /** How long it has stood without being part of a queue, and since when it is part of one. */
  #freeSeconds = 0;
  #unsureSeconds = 0;
  #queuedSeconds = 0;
  #countedAt: EpochMs | undefined;
  raised = false;
  /** When somebody was last seen to drive on before it, and the last but one of the vehicles with four wheels or more. */
  passedAt: EpochMs = Number.NEGATIVE_INFINITY;
  passedByCarsAt: EpochMs = Number.NEGATIVE_INFINITY;
  #passedByCarAt: EpochMs = Number.NEGATIVE_INFINITY;
  #lastCar: Journey | undefined;
  /** Who was seen behind or beside it while it stood. */
  readonly seenBehind = new WeakSet<Journey>();
  /** How sure the detector is of what stands here, 0 to 1. */
  confidence = 0.5;
  /** Share of the pictures in which it was seen while it was there, 0 to 1. */
  hitShare = 0.7;
  #emptySeconds = 0;
  /** Its vehicle was seen to drive off since it was last seen in its place. */
  #left = false;

  private constructor(place: string, kind: SpotKind, box: Box, onsetAt: EpochMs, lastSeenAt: EpochMs) {
    this.place = place;
    this.kind = kind;
    this.box = box;
    this.onsetAt = onsetAt;
    this.lastSeenAt = lastSeenAt;
    this.#x = Number.NaN;
    this.#y = Number.NaN;
  }

  static of(place: string, kind: SpotKind, vehicle: Journey, onsetAt: EpochMs): Spot {
    const spot = new Spot(place, kind, vehicle.box, onsetAt, vehicle.lastSeenAt);
    spot.#take(vehicle);
    spot.confidence = vehicle.confidence;
    spot.arrival = vehicle.arrived ? 'seen' : undefined;
    return spot;
  }

  /** A spot whose incident was open before a restart: where on the road it is will be known when somebody is seen in it. */
  static resumed(place: string, kind: SpotKind, box: Box, onsetAt: EpochMs, at: EpochMs): Spot {
    const spot = new Spot(place, kind, box, onsetAt, at);
    spot.raised = true;
    spot.arrival = 'seen';
    return spot;
  }

  /** Metres on the road; NaN after a restart until somebody is seen in it. */
  get x(): number {
    return this.#x;
  }

  get y(): number {
    return this.#y;
  }

  get freeSeconds(): number {
    return this.#freeSeconds;
  }

  /** Whether a vehicle is in this place, its box cut off or not. */
  holds(vehicle: Journey): boolean {
    const away = Math.hypot(vehicle.x - this.#x, vehicle.y - this.#y);
    // NaN after a restart: then the picture alone decides.
    if (away > 2.5 + 2 * vehicle.noise) return false;
    if (vehicle === this.vehicle || overlap(this.box, vehicle.box) >= 0.35) return true;
    const shared = boxArea(intersection(this.box, vehicle.box));
    return shared > 0.7 * Math.min(boxArea(this.box), boxArea(vehicle.box));
  }

  /**
   * Seen standing at `at`, for its own reasons or not. Counts from when it was seen last, and the first time from when it began. Unsure time
   * counts as soon as it turns out to have been free; a moment in a queue may be an error, a longer one makes all before it void.
   */
  stand(standing: Standing, at: EpochMs, watchingSince: EpochMs): void {
    const seconds = this.#uncounted(at, watchingSince);
    this.#countedAt = at;
    if (standing === 'queued') {
      this.#queuedSeconds += seconds;
      if (this.#queuedSeconds > 4) this.#freeSeconds = this.#unsureSeconds = 0;
      return;
    }
    this.#queuedSeconds = 0;
    this.#unsureSeconds += seconds;
    if (standing === 'unsure') return;
    this.#freeSeconds += this.#unsureSeconds;
    this.#unsureSeconds = 0;
  }

  #uncounted(at: EpochMs, watchingSince: EpochMs): number {
    const first = (at - Math.max(this.onsetAt, watchingSince)) / 1000;
    if (this.#countedAt === undefined) return first < 6 ? first : 0;
    return Math.min(3, (at - this.#countedAt) / 1000);
  }

  /** Somebody from behind drives on before it. */
  passed(by: Journey, at: EpochMs): void {
    this.passedAt = at;
    if (!fourWheeled.has(by.kind)) return;
    if (by !== this.#lastCar) this.passedByCarsAt = this.#passedByCarAt;
    this.#lastCar = by;
    this.#passedByCarAt = at;
  }

  /** Whether its vehicle has been seen elsewhere, under way. */
  isLeft(at: EpochMs): boolean {
    const { vehicle } = this;
    if (vehicle === undefined || vehicle.lastSeenAt !== at) return false;
    return vehicle.standingSince === undefined && overlap(this.box, vehicle.box) < 0.35;
  }

  seen(vehicle: Journey, at: EpochMs): void {
    this.#take(vehicle);
    this.lastSeenAt = at;
    this.hitShare += 0.05 * (1 - this.hitShare);
    this.confidence += 0.1 * (vehicle.confidence - this.confidence);
    this.#emptySeconds = 0;
    this.#left = false;
  }

  /** Not seen in this picture, and nothing before it that could hide it; `left` if its vehicle is seen to drive off. */
  missed(elapsedSeconds: number, left: boolean): void {
    this.#left ||= left;
    this.hitShare -= 0.05 * this.hitShare * (this.#emptySeconds < 2 ? 1 : 0);
    this.#emptySeconds += elapsedSeconds * (this.#left ? 3 : 1);
  }

  /** Who is seldom seen must be missed for longer before it is gone: misses come in runs. */
  isEmpty(emptySeconds: number): boolean {
    return this.#emptySeconds >= emptySeconds * (1 + 2.5 * Math.max(0, 0.9 - this.hitShare));
  }

  #take(vehicle: Journey): void {
    this.vehicle = vehicle;
    this.box = vehicle.box;
    const known = !Number.isNaN(this.#x);
    if (known && vehicle.standingSince === undefined) return;
    this.#x = known ? this.#x + 0.2 * (vehicle.x - this.#x) : vehicle.x;
    this.#y = known ? this.#y + 0.2 * (vehicle.y - this.#y) : vehicle.y;
  }

  restart(): void {
    this.#freeSeconds = this.#unsureSeconds = this.#queuedSeconds = 0;
    this.#countedAt = undefined;
    this.#emptySeconds = 0;
    if (!this.raised) this.arrival = undefined;
  }
}

/** Whether `front`, nearer to the camera, hides most of `box`. */
export function hides(front: Box, box: Box): boolean {
  return front.bottom > box.bottom && boxArea(intersection(front, box)) > 0.4 * boxArea(box);
}
