import { type Box, boxArea, type EpochMs, intersection, overlap } from '#base';
import type { Journey } from '../journey/journey.ts';
import type { RoadLane } from '../road/road.ts';

export type SpotKind = 'lane' | 'shoulder' | 'forbidden';

/**
 * A place where a vehicle stands. It is the place that is remembered, not the track: who is lost and found again there is the same
 * vehicle, and only a place that has been looked at and found empty is empty.
 */
export class Spot {
  readonly place: string;
  readonly kind: SpotKind;
  readonly onsetAt: EpochMs;
  /** The lane it is in or beside; undefined off the road. */
  lane: RoadLane | undefined;
  /** Seen to drive up, so that it cannot have stood there before the camera watched. */
  arrived: boolean;
  box: Box;
  /** Who was last seen in it; undefined after a restart, until somebody is. */
  vehicle: Journey | undefined;
  lastSeenAt: EpochMs;
  /** How long it has stood without being part of a queue. */
  freeSeconds = 0;
  raised = false;
  /** When somebody was last seen to drive on right before it. */
  provenFreeAt: EpochMs = Number.NEGATIVE_INFINITY;
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
    this.arrived = false;
  }

  static of(place: string, kind: SpotKind, vehicle: Journey, onsetAt: EpochMs): Spot {
    const spot = new Spot(place, kind, vehicle.box, onsetAt, vehicle.lastSeenAt);
    spot.vehicle = vehicle;
    spot.arrived = vehicle.arrived;
    return spot;
  }

  /** A spot whose incident was open before a restart. */
  static resumed(place: string, kind: SpotKind, box: Box, onsetAt: EpochMs, at: EpochMs): Spot {
    const spot = new Spot(place, kind, box, onsetAt, at);
    spot.raised = true;
    spot.arrived = true;
    return spot;
  }

  /** Whether a vehicle is in this place, its box cut off or not. */
  holds(vehicle: Journey): boolean {
    if (overlap(this.box, vehicle.box) >= 0.35) return true;
    const shared = boxArea(intersection(this.box, vehicle.box));
    return (
      shared > 0.7 * Math.min(boxArea(this.box), boxArea(vehicle.box)) && sameFoot(this.box, vehicle.box)
    );
  }

  /** Whether its vehicle has been seen elsewhere, under way. */
  isLeft(at: EpochMs): boolean {
    const { vehicle } = this;
    if (vehicle === undefined || vehicle.lastSeenAt !== at) return false;
    return vehicle.standingSince === undefined && overlap(this.box, vehicle.box) < 0.35;
  }

  seen(vehicle: Journey, at: EpochMs): void {
    this.vehicle = vehicle;
    this.box = vehicle.box;
    this.lastSeenAt = at;
    this.hitShare += 0.05 * (1 - this.hitShare);
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

  restart(): void {
    this.freeSeconds = 0;
    this.#emptySeconds = 0;
    if (!this.raised) this.arrived = false;
  }
}

function sameFoot(a: Box, b: Box): boolean {
  const height = Math.max(a.bottom - a.top, b.bottom - b.top);
  return Math.abs((a.left + a.right) / 2 - (b.left + b.right) / 2) < 0.5 * height;
}

/** Whether `front`, nearer to the camera, hides most of `box`. */
export function hides(front: Box, box: Box): boolean {
  return front.bottom > box.bottom && boxArea(intersection(front, box)) > 0.4 * boxArea(box);
}
