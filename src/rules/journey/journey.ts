import type { Box, EpochMs, Point } from '#base';
import type { RoadUser, Track } from '#perception';
import { stationOf } from '../road/polyline.ts';
import { laneAlong, laneAt, laneBeside, type Road, type RoadLane } from '../road/road.ts';
import { KindVotes } from './kind-votes.ts';
import { Rest } from './rest.ts';
import { type Standpoint, standpointOf } from './standpoint.ts';

/** Positions kept per road user. */
const kept = 24;

/** One road user's way past the camera, in metres, from the tracks that follow it. Only real detections are added, never a tracker's guesses. */
export class Journey {
  /** The id of the track that follows it now. */
  track: number;
  readonly votes = new KindVotes();
  readonly firstSeenAt: EpochMs;
  /** Where it was first seen, metres. */
  firstX = 0;
  firstY = 0;
  /** What was seen last; `point` is the middle of its footprint in the picture, `x` and `y` the same on the road. */
  box: Box;
  point: Point;
  x = 0;
  y = 0;
  lastSeenAt: EpochMs;
  /** The detector's, of its latest detection. */
  confidence: number;
  /** When it was last seen whole, so that its position was measured. */
  placedAt: EpochMs;
  detections = 0;
  /** One standard deviation of its position at times, as a jittering box has it; metres on the road. */
  noise = 0.3;
  /** Metres on the road that one picture height covers where it is. */
  metresPerPictureHeight = 100;
  /** Metres per second, 0 while it stands. */
  vx = 0;
  vy = 0;
  speed = 0;
  /** The greatest distance from where it was first seen, confirmed by two detections. */
  travelled = 0;
  /** Where it is, after two detections in a row agree, which lane it was in or beside last, and which it was in first. */
  lane: RoadLane | undefined;
  lastLane: RoadLane | undefined;
  firstLane: RoadLane | undefined;
  /** Metres along and beside the axis of `lastLane`, and the direction of that axis. */
  along = 0;
  offset = 0;
  axisX = 0;
  axisY = 0;
  /** Which side of its lane's counting place it was on last (-1 before, 1 past it), and as what it has been counted. */
  gateSide = 0;
  readonly counted: string[] = [];
  /** Whether it was last before its lane's stop line. */
  beforeStopLine = false;

  readonly #road: Road;
  readonly #rest = new Rest();
  readonly #times = new Float64Array(kept);
  readonly #xs = new Float64Array(kept);
  readonly #ys = new Float64Array(kept);
  #farther = 0;
  #laneVotes = 0;

  constructor(track: Track, at: EpochMs, road: Road, standpoint: Standpoint) {
    this.track = track.id;
    this.#road = road;
    this.firstSeenAt = at;
    this.lastSeenAt = at;
    this.placedAt = at;
    this.confidence = track.confidence;
    this.box = track.box;
    this.point = standpoint.point;
    this.add(track, at, standpoint);
  }

  get kind(): RoadUser {
    return this.votes.kind;
  }

  /** When it came to rest where it is now; undefined while it moves. */
  get standingSince(): EpochMs | undefined {
    return this.#rest.since;
  }

  /** Whether it was seen to drive up before it came to rest. */
  get arrived(): boolean {
    const away = Math.hypot(this.#rest.x - this.firstX, this.#rest.y - this.firstY);
    return this.#rest.since !== undefined && away >= Math.max(1.2, 4 * this.noise);
  }

  /** Metres from where it rests or last began to. */
  get metresFromRest(): number {
    return Math.hypot(this.x - this.#rest.x, this.y - this.#rest.y);
  }

  /** Metres per second along its lane's direction; negative against it. */
  get speedAlong(): number {
    return this.vx * this.axisX + this.vy * this.axisY;
  }

  /** Where its box would put it, written into `standpoint`; false where the box does not tell. */
  locate(box: Box, standpoint: Standpoint): boolean {
    if (isCutOff(box)) return false;
    const moving = this.speed > 2;
    const headingX = moving ? this.vx / this.speed : this.axisX;
    const headingY = moving ? this.vy / this.speed : this.axisY;
    return standpointOf(this.#road.ground, box, this.kind, headingX, headingY, standpoint);
  }

  /** Whether it can be there by now; if not, its track has jumped to somebody else. */
  canReach({ x, y }: Standpoint, at: EpochMs): boolean {
    if (this.detections < 3) return true;
    const seconds = (at - this.placedAt) / 1000;
    const away = Math.hypot(this.predictedX(at) - x, this.predictedY(at) - y);
    return away < 1.5 + 4 * this.noise + (0.35 * this.speed + 3.5 * seconds) * seconds;
  }

  /** One more detection; without a standpoint it only says that it is there. */
  add(track: Track, at: EpochMs, standpoint: Standpoint | undefined): void {
    this.votes.add(track.kind, track.confidence);
    this.confidence = track.confidence;
    this.box = track.box;
    this.lastSeenAt = at;
    if (standpoint === undefined) return;
    this.#place(standpoint);
    this.placedAt = at;
    const slot = this.detections % kept;
    this.#times[slot] = at;
    this.#xs[slot] = this.x;
    this.#ys[slot] = this.y;
    if (this.detections++ === 0) {
      this.firstX = this.x;
      this.firstY = this.y;
    }
    this.#measureTravel();
    this.#rest.observe(this.x, this.y, at, this.noise);
    this.#measureSpeed(at);
    this.#findLane();
  }

  /** Where it should be by now. */
  predictedX(at: EpochMs): number {
    return this.x + (this.vx * (at - this.placedAt)) / 1000;
  }

  predictedY(at: EpochMs): number {
    return this.y + (this.vy * (at - this.placedAt)) / 1000;
  }

  #place({ x, y, point, metresPerPictureHeight }: Standpoint): void {
    this.x = x;
    this.y = y;
    this.point = point;
    this.metresPerPictureHeight = Math.max(1, metresPerPictureHeight);
    const jitter = Math.max(0.035 * (this.box.bottom - this.box.top), 1 / 500);
    this.noise = Math.min(10, Math.max(0.15, jitter * metresPerPictureHeight));
  }

  #measureTravel(): void {
    const distance = Math.hypot(this.x - this.firstX, this.y - this.firstY);
    this.travelled = Math.max(this.travelled, Math.min(distance, this.#farther));
    this.#farther = distance;
  }

  /** Least squares over the last second and a half, or over three detections where they come more slowly. */
  #measureSpeed(at: EpochMs): void {
    if (this.#rest.since !== undefined) {
      this.vx = this.vy = this.speed = 0;
      return;
    }
    let [n, st, sx, sy, stt, stx, sty] = [0, 0, 0, 0, 0, 0, 0];
    const most = Math.min(this.detections, kept);
    for (; n < most; n++) {
      const slot = (this.detections - 1 - n) % kept;
      const t = (this.#times[slot]! - at) / 1000;
      if ((t < -1.5 && n >= 3) || t < -4) break;
      const x = this.#xs[slot]!;
      const y = this.#ys[slot]!;
      st += t;
      sx += x;
      sy += y;
      stt += t * t;
      stx += t * x;
      sty += t * y;
    }
    const spread = n * stt - st * st;
    if (n < 2 || spread < 0.02) return;
    this.vx = (n * stx - st * sx) / spread;
    this.vy = (n * sty - st * sy) / spread;
    this.speed = Math.hypot(this.vx, this.vy);
    if (n >= 3) this.votes.moved(this.speed - (1.5 * this.noise) / Math.sqrt(n));
  }

  /** The lane under it; where that leads the other way and a lane that leads its way is within the error of measuring, the latter. */
  #laneNow(): RoadLane | undefined {
    const under = laneAt(this.#road, this.point);
    if (under === undefined || this.speed < 2) return under;
    const { dx, dy } = stationOf(under.axis, this.x, this.y);
    if (this.vx * dx + this.vy * dy > -0.5 * this.speed) return under;
    const beside = laneAlong(this.#road, this, sideError(this.kind, this.noise));
    return beside ?? under;
  }

  /** Who stands stays in its lane, whatever a jittering box says. */
  #findLane(): void {
    const seen = this.#rest.since !== undefined && this.lane !== undefined ? this.lane : this.#laneNow();
    if (seen === this.lane) this.#laneVotes = 0;
    else if (++this.#laneVotes >= 2 || this.detections === 1) {
      this.lane = seen;
      this.firstLane ??= seen;
      this.#laneVotes = 0;
    }
    const measured = this.lane ?? laneBeside(this.#road, this.x, this.y) ?? this.lastLane;
    if (measured === undefined) return;
    this.lastLane = measured;
    const station = stationOf(measured.axis, this.x, this.y);
    this.along = station.at;
    this.offset = station.offset;
    this.axisX = station.dx;
    this.axisY = station.dy;
  }
}

/** How far beside its lane a vehicle may be measured: a box says less of where a long one is. */
function sideError(kind: RoadUser, noise: number): number {
  return (kind === 'bus' || kind === 'truck' ? 2 : 1.2) + noise;
}

/** Whether the picture's edge cuts the box off, so that its lower edge and its middle say nothing. */
export function isCutOff({ left, top, right, bottom }: Box): boolean {
  return left < 0.008 || right > 0.992 || bottom > 1 - Math.max(0.01, 0.05 * (bottom - top));
}
