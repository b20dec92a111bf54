import { type Box, type EpochMs, insidePolygon } from '#base';
import type { CameraId } from '#camera';
import type { TrafficCount, TravelDirection, TurningMovement } from '../incident.ts';
import type { Journey } from '../journey/journey.ts';
import type { Road, RoadLane } from '../road/road.ts';

export interface ClosedMinute {
  readonly counts: readonly TrafficCount[];
  readonly movements: readonly TurningMovement[];
}

const nothing: ClosedMinute = { counts: [], movements: [] };
const minute = 60_000;

/** Shorter ways than this are jitter around the counting place, not traffic. */
const leastTravelMetres = 3;
/** A way from one lane to another counts as a movement from this length on. */
const leastMovementMetres = 8;

interface ClassCount {
  count: number;
  speeds: number;
}

class LaneMinute {
  readonly classes = new Map<string, ClassCount>();
  coveredMs = 0;
  passed = 0;
  headwayMs = 0;
  headways = 0;
  queueMetres = 0;
  lastPassedAt: EpochMs | undefined;

  /** Keeps the time of the last passing, as the next headway begins there. */
  begin(): void {
    this.classes.clear();
    this.coveredMs = this.passed = this.headwayMs = this.headways = this.queueMetres = 0;
  }
}

/** Counts what passes each lane's measuring place, closes the books every UTC minute. */
export class MinuteCounts {
  readonly #camera: CameraId;
  readonly #road: Road;
  readonly #lanes: readonly LaneMinute[];
  readonly #movements = new Map<string, number>();
  #minuteAt: EpochMs | undefined;
  #watchedMs = 0;

  readonly #onPassed: (lane: RoadLane, journey: Journey) => void;

  /** `onPassed` hears of everyone who passes a measuring place in its lane's direction. */
  constructor(camera: CameraId, road: Road, onPassed: (lane: RoadLane, journey: Journey) => void) {
    this.#camera = camera;
    this.#road = road;
    this.#onPassed = onPassed;
    this.#lanes = road.lanes.map(() => new LaneMinute());
  }

  /** Closes the minutes that are over at `now`; a minute in which nothing was watched leaves no row. */
  close(now: EpochMs): ClosedMinute {
    const current = Math.floor(now / minute) * minute;
    this.#minuteAt ??= current;
    if (current === this.#minuteAt) return nothing;
    const closed = this.#watchedMs < 1 ? nothing : this.#closed(this.#minuteAt);
    for (const lane of this.#lanes) lane.begin();
    this.#movements.clear();
    this.#watchedMs = 0;
    this.#minuteAt = current;
    return closed;
  }

  /** `elapsedMs` since the last picture that was watched, 0 after a break. */
  observe(journeys: readonly Journey[], ended: readonly Journey[], at: EpochMs, elapsedMs: number): void {
    this.#watchedMs += elapsedMs;
    for (const journey of journeys) if (journey.lastSeenAt === at) this.#pass(journey, at);
    for (const lane of this.#road.lanes) this.#measure(lane, journeys, at, elapsedMs);
    for (const journey of ended) this.#turn(journey);
  }

  #pass(journey: Journey, at: EpochMs): void {
    const lane = journey.lane;
    if (lane === undefined || journey.kind === 'person') return;
    const past = journey.along - lane.countAt;
    const hysteresis = Math.max(0.7, 1.2 * journey.noise);
    if (Math.abs(past) < hysteresis) return;
    const before = journey.gateSide;
    journey.gateSide = past > 0 ? 1 : -1;
    if (before === 0 || before === journey.gateSide || journey.travelled < leastTravelMetres) return;
    const direction: TravelDirection = past > 0 ? 'forward' : 'backward';
    const once = `${lane.group} ${direction}`;
    if (journey.counted.includes(once)) return;
    journey.counted.push(once);
    this.#count(lane, journey, direction, at);
    if (direction === 'forward') this.#onPassed(lane, journey);
  }

  #count(lane: RoadLane, journey: Journey, direction: TravelDirection, at: EpochMs): void {
    const books = this.#lanes[lane.index]!;
    const key = `${journey.kind} ${direction}`;
    const entry = books.classes.get(key) ?? { count: 0, speeds: 0 };
    books.classes.set(key, entry);
    entry.count++;
    entry.speeds += journey.speed;
    books.passed++;
    if (books.lastPassedAt !== undefined) {
      books.headwayMs += at - books.lastPassedAt;
      books.headways++;
    }
    books.lastPassedAt = at;
  }

  #measure(lane: RoadLane, journeys: readonly Journey[], at: EpochMs, elapsedMs: number): void {
    const books = this.#lanes[lane.index]!;
    let covered = false;
    let tail = Number.POSITIVE_INFINITY;
    let head = Number.NEGATIVE_INFINITY;
    for (const journey of journeys) {
      if (at - journey.lastSeenAt > 1_500) continue;
      covered ||= covers(journey.box, lane);
      if (journey.lane !== lane || journey.standingSince === undefined || journey.kind === 'person') continue;
      tail = Math.min(tail, journey.along);
      head = Math.max(head, journey.along);
    }
    if (covered) books.coveredMs += elapsedMs;
    if (head > tail) books.queueMetres = Math.max(books.queueMetres, head - tail);
  }

  #turn(journey: Journey): void {
    const { firstLane, lastLane } = journey;
    if (firstLane === undefined || lastLane === undefined || firstLane.group === lastLane.group) return;
    if (journey.travelled < leastMovementMetres || journey.kind === 'person') return;
    const key = `${firstLane.index} ${lastLane.index} ${journey.kind}`;
    this.#movements.set(key, (this.#movements.get(key) ?? 0) + 1);
  }

  #closed(minuteAt: EpochMs): ClosedMinute {
    return {
      counts: this.#road.lanes.flatMap((lane) => this.#rows(lane, minuteAt)),
      movements: [...this.#movements].map(([key, count]) => this.#movement(key, count, minuteAt)),
    };
  }

  #rows(lane: RoadLane, minuteAt: EpochMs): TrafficCount[] {
    const books = this.#lanes[lane.index]!;
    const classes = books.classes.size === 0 ? emptyRoad : books.classes;
    const measured = this.#road.ground.source === 'drawn';
    const watchedMs = Math.min(minute, this.#watchedMs);
    return [...classes].map(([key, { count, speeds }]) => {
      const [roadUser, direction] = key.split(' ') as [string, TravelDirection];
      return {
        camera: this.#camera,
        lane: lane.lane.id,
        roadUser,
        direction,
        minuteAt,
        count,
        meanSpeedKmh: measured && count > 0 ? (3.6 * speeds) / count : undefined,
        occupancy: Math.min(1, books.coveredMs / watchedMs),
        meanHeadwaySeconds: books.headways === 0 ? undefined : books.headwayMs / books.headways / 1000,
        queueMetres: measured ? books.queueMetres : undefined,
        watchedSeconds: watchedMs / 1000,
      };
    });
  }

  #movement(key: string, count: number, minuteAt: EpochMs): TurningMovement {
    const [from, to, roadUser] = key.split(' ') as [string, string, string];
    return {
      camera: this.#camera,
      minuteAt,
      fromLane: this.#road.lanes[Number(from)]!.lane.id,
      toLane: this.#road.lanes[Number(to)]!.lane.id,
      roadUser,
      count,
    };
  }
}

const emptyRoad = new Map<string, ClassCount>([['car forward', { count: 0, speeds: 0 }]]);

/** Whether the vehicle's lower part lies over the lane's measuring place. */
function covers(box: Box, lane: RoadLane): boolean {
  const point = lane.countPoint;
  if (point === undefined || point.x < box.left || point.x > box.right) return false;
  return (
    point.y <= box.bottom &&
    point.y >= box.bottom - 0.4 * (box.bottom - box.top) &&
    insidePolygon(point, lane.lane.polygon)
  );
}
