import type { Box, EpochMs, Point } from '#base';
import type { RoadUser, Track } from '#perception';
import { stationOf } from '../road/polyline.ts';
import { laneAt, type Road, type RoadLane } from '../road/road.ts';
import { KindVotes } from './kind-votes.ts';

/** Positions kept per road user. */
const kept = 24;

/** One road user's way past the camera, in metres, from the track that follows it. Only real detections are added, never a tracker's guesses. */
export class Journey {
  /** The id of the track that follows it now. */
  track: number;
  readonly votes = new KindVotes();
  readonly firstSeenAt: EpochMs;
  /** Where it was first seen, metres. */
  readonly firstX: number;
  readonly firstY: number;
  /** What was seen last. */
  box: Box;
  foot: Point;
  x = 0;
  y = 0;
  lastSeenAt: EpochMs;
  detections = 0;
  /** How far this one's position is off at times: one standard deviation of a jittering box, in metres on the road. */
  noise = 0.3;
  /** Metres per second, 0 while it stands. */
  vx = 0;
  vy = 0;
  speed = 0;
  /** The greatest distance from where it was first seen, confirmed by two detections. */
  travelled = 0;
  /** When it came to rest where it is now; undefined while it moves. */
  standingSince: EpochMs | undefined;
  /** Whether it was seen to drive up before it came to rest. */
  arrived = false;
  /** Where it is, after two detections in a row agree; and the first lane it was in. */
  lane: RoadLane | undefined;
  firstLane: RoadLane | undefined;
  /** Metres along and beside the axis of `lane` (of the lane that it left last, when it is in none), and the direction of that axis. */
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
  readonly #times = new Float64Array(kept);
  readonly #xs = new Float64Array(kept);
  readonly #ys = new Float64Array(kept);
  #farther = 0;
  #restX = 0;
  #restY = 0;
  #restSince: EpochMs = 0;
  #restCount = 0;
  #leaving = 0;
  #laneVotes = 0;

  constructor(track: Track, at: EpochMs, road: Road, foot: Point, x: number, y: number) {
    this.track = track.id;
    this.#road = road;
    this.firstSeenAt = at;
    this.lastSeenAt = at;
    this.box = track.box;
    this.foot = foot;
    this.firstX = x;
    this.firstY = y;
    this.#rest(x, y, at);
    this.add(track, at, foot, x, y);
  }

  get kind(): RoadUser {
    return this.votes.kind;
  }

  /** One more detection, `x` and `y` the metres of its foot point. */
  add(track: Track, at: EpochMs, foot: Point, x: number, y: number): void {
    const slot = this.detections % kept;
    this.#times[slot] = at;
    this.#xs[slot] = x;
    this.#ys[slot] = y;
    this.detections++;
    this.see(track, at);
    this.foot = foot;
    this.x = x;
    this.y = y;
    this.#measureNoise();
    this.#measureTravel(x, y);
    this.#settle(x, y, at);
    this.#measureSpeed(at);
    this.#findLane(foot, x, y);
  }

  /** A detection whose foot is cut off by the picture's edge says that it is there, but not where. */
  see(track: Track, at: EpochMs): void {
    this.votes.add(track.kind, track.confidence);
    this.box = track.box;
    this.lastSeenAt = at;
  }

  /** Where it should be by now. */
  predictedX(at: EpochMs): number {
    return this.x + (this.vx * (at - this.lastSeenAt)) / 1000;
  }

  predictedY(at: EpochMs): number {
    return this.y + (this.vy * (at - this.lastSeenAt)) / 1000;
  }

  /** Metres from where it came to rest, or last might have. */
  get metresFromRest(): number {
    return Math.hypot(this.x - this.#restX, this.y - this.#restY);
  }

  #measureNoise(): void {
    const jitter = Math.max(0.035 * (this.box.bottom - this.box.top), 1 / 500);
    const noise = Math.min(10, jitter * this.#road.ground.metresPerPictureHeight(this.foot));
    this.noise = Math.max(0.15, noise);
  }

  #measureTravel(x: number, y: number): void {
    const distance = Math.hypot(x - this.firstX, y - this.firstY);
    if (Math.min(distance, this.#farther) > this.travelled)
      this.travelled = Math.min(distance, this.#farther);
    this.#farther = distance;
  }

  /**
   * Standing is staying within a circle for a while; its size follows the noise, and the while its size, so that
   * creeping at half a metre a second is already standing and jitter is not yet moving.
   */
  #settle(x: number, y: number, at: EpochMs): void {
    const away = Math.hypot(x - this.#restX, y - this.#restY);
    if (this.standingSince !== undefined) this.#leaveOrStay(x, y, at, away);
    else this.#comeToRest(x, y, at, away);
  }

  #comeToRest(x: number, y: number, at: EpochMs, away: number): void {
    const radius = Math.max(0.8, 2.5 * this.noise);
    if (away > radius) {
      this.#rest(x, y, at);
      return;
    }
    this.#drift(x, y, 8);
    const seconds = (at - this.#restSince) / 1000;
    if (this.#restCount < 3 || seconds < Math.max(1.5, radius / 0.6)) return;
    this.standingSince = this.#restSince;
    this.arrived =
      Math.hypot(this.#restX - this.firstX, this.#restY - this.firstY) >= Math.max(3, 4 * this.noise);
    this.#leaving = 0;
  }

  #leaveOrStay(x: number, y: number, at: EpochMs, away: number): void {
    if (away <= Math.max(1.6, 3.5 * this.noise)) {
      this.#leaving = 0;
      this.#drift(x, y, 16);
      return;
    }
    this.#leaving++;
    if (this.#leaving < 2) return;
    this.standingSince = undefined;
    this.arrived = false;
    this.#rest(x, y, at);
  }

  #rest(x: number, y: number, at: EpochMs): void {
    this.#restX = x;
    this.#restY = y;
    this.#restSince = at;
    this.#restCount = 1;
  }

  #drift(x: number, y: number, most: number): void {
    this.#restCount = Math.min(this.#restCount + 1, most);
    this.#restX += (x - this.#restX) / this.#restCount;
    this.#restY += (y - this.#restY) / this.#restCount;
  }

  /** Least squares over the last second and a half, or over three detections where they come more slowly. */
  #measureSpeed(at: EpochMs): void {
    if (this.standingSince !== undefined) {
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
    if (n >= 3) this.votes.moved(this.speed - (2 * this.noise) / Math.sqrt(n));
  }

  #findLane(foot: Point, x: number, y: number): void {
    const seen = laneAt(this.#road, foot);
    if (seen === this.lane) this.#laneVotes = 0;
    else if (++this.#laneVotes >= 2 || this.detections === 1) {
      this.lane = seen;
      this.firstLane ??= seen;
      this.#laneVotes = 0;
    }
    const measured = this.lane ?? this.lastLane;
    if (measured === undefined) return;
    this.lastLane = measured;
    const station = stationOf(measured.axis, x, y);
    this.along = station.at;
    this.offset = station.offset;
    this.axisX = station.dx;
    this.axisY = station.dy;
  }

  /** The lane it is in or was in last. */
  lastLane: RoadLane | undefined;

  /** Metres per second along its lane's direction; negative against it. */
  get speedAlong(): number {
    return this.vx * this.axisX + this.vy * this.axisY;
  }
}
