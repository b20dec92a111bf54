import type { EpochMs } from '#base';
import type { Journey } from '../journey/journey.ts';
import type { Road, RoadGroup, RoadLane } from '../road/road.ts';
import type { RuleSettings } from '../settings/rule-settings.ts';
import { freeFlow, type LearnedFlow, learnSpeed, newFlow } from './free-flow.ts';
import { GroupWatch, isPresent } from './group-watch.ts';
import { type LearnedSignal, newSignal } from './signal-plan.ts';
import { SignalWatch } from './signal-watch.ts';

/** What is learned from the traffic and worth keeping over a restart; plain data by lane and by group. */
export interface LearnedTraffic {
  readonly flows: Readonly<Record<string, LearnedFlow>>;
  readonly signals: Readonly<Record<string, LearnedSignal>>;
}

/** From so many free vehicles on, a group's speed counts as learned. */
const enoughPassings = { group: 60, lane: 6 };

/** The lane groups of one camera as they are now, with their signals and free-flow speeds. */
export class TrafficWatch {
  readonly groups: readonly GroupWatch[];
  readonly #road: Road;
  readonly #settings: RuleSettings;
  readonly #utcOffsetMinutes: number;
  readonly #flows: readonly LearnedFlow[];
  readonly #signals: readonly LearnedSignal[];
  readonly #crossed: Float64Array;
  #hour = 0;

  constructor(
    road: Road,
    settings: RuleSettings,
    utcOffsetMinutes: number,
    learned: LearnedTraffic | undefined,
  ) {
    this.#road = road;
    this.#settings = settings;
    this.#utcOffsetMinutes = utcOffsetMinutes;
    this.#flows = road.lanes.map(({ lane }) => learned?.flows[lane.id] ?? newFlow());
    this.#signals = road.groups.map(({ id }) => learned?.signals[id] ?? newSignal());
    this.#crossed = new Float64Array(road.groups.length);
    this.groups = road.groups.map((group) => this.#groupWatch(group));
  }

  get learned(): LearnedTraffic {
    return {
      flows: Object.fromEntries(this.#road.lanes.map(({ lane, index }) => [lane.id, this.#flows[index]!])),
      signals: Object.fromEntries(this.#road.groups.map(({ id, index }) => [id, this.#signals[index]!])),
    };
  }

  observe(journeys: readonly Journey[], at: EpochMs, elapsedSeconds: number): void {
    this.#hour = localHour(at, this.#utcOffsetMinutes);
    this.#gather(journeys, at);
    for (const group of this.groups) {
      this.#observeSignal(group, at);
      group.freeFlow = this.#freeFlow(group.group);
      group.freeFlowKnown = this.#isFreeFlowKnown(group.group);
      group.observe(elapsedSeconds);
    }
  }

  /** Somebody passed a lane's measuring place; `free` if nothing is known to be wrong there, so that this is how one drives here. */
  passed(lane: RoadLane, journey: Journey, free: boolean): void {
    const group = this.groups[lane.group]!;
    if (journey.detections < 4 || journey.speed < 0.5 || journey.speed > 50) return;
    // Before a signal only those tell how one drives who do not have a queue before them.
    if (group.signal !== undefined && group.members.some(isStanding)) return;
    group.passings.add(journey.lastSeenAt, journey.speed);
    if (free && group.fullness < 0.35 && journey.speed > 2) {
      learnSpeed(this.#flows[lane.index]!, this.#hour, journey.speed);
    }
  }

  restart(): void {
    for (const group of this.groups) group.restart();
  }

  #groupWatch(group: RoadGroup): GroupWatch {
    const { signals, traffic } = this.#settings;
    const signal = group.signalled
      ? new SignalWatch(group.maxRedSeconds, signals, this.#signals[group.index]!)
      : undefined;
    return new GroupWatch(group, this.#road.ground, traffic.passengerCarUnits, signal);
  }

  /** Sorts the vehicles into their groups and notes who has crossed a stop line. */
  #gather(journeys: readonly Journey[], at: EpochMs): void {
    for (const group of this.groups) group.members.length = 0;
    this.#crossed.fill(0);
    for (const journey of journeys) {
      if (!isPresent(journey, at) || journey.kind === 'person') continue;
      if (journey.lane !== undefined) this.groups[journey.lane.group]!.members.push(journey);
      this.#noteCrossing(journey, at);
    }
  }

  /** Whoever was before a stop line and drives over it, or was last seen driving at it and must be over it by now. */
  #noteCrossing(journey: Journey, at: EpochMs): void {
    const lane = journey.lastLane;
    if (lane?.stopAt === undefined) return;
    const speed = journey.speedAlong;
    const past = journey.along + (speed * (at - journey.placedAt)) / 1000 - lane.stopAt;
    if (past < -1) journey.beforeStopLine = true;
    else if (past > 2 && speed > 1.5 && journey.beforeStopLine) {
      journey.beforeStopLine = false;
      const units = this.groups[lane.group]!.weightOf(journey);
      this.#crossed[lane.group] = this.#crossed[lane.group]! + units;
    }
  }

  #observeSignal({ group, signal, members }: GroupWatch, at: EpochMs): void {
    if (signal === undefined) return;
    signal.observe(at, members.some(isStanding), this.#crossed[group.index]!);
  }

  #isFreeFlowKnown({ freeFlowKmh, lanes }: RoadGroup): boolean {
    if (freeFlowKmh !== undefined) return true;
    const counts = lanes.map(({ index }) => this.#flows[index]!.all.count);
    const all = counts.reduce((sum, count) => sum + count, 0);
    return all >= enoughPassings.group && counts.every((count) => count >= enoughPassings.lane);
  }

  #freeFlow(group: RoadGroup): number {
    if (group.freeFlowKmh !== undefined) return group.freeFlowKmh / 3.6;
    const assumed = this.#settings.traffic.freeFlowKmh / 3.6;
    let sum = 0;
    for (const lane of group.lanes) sum += freeFlow(this.#flows[lane.index]!, this.#hour, assumed);
    return sum / group.lanes.length;
  }
}

function isStanding(journey: Journey): boolean {
  return journey.standingSince !== undefined;
}

function localHour(at: EpochMs, utcOffsetMinutes: number): number {
  const minutes = Math.floor(at / 60_000) + utcOffsetMinutes;
  return Math.floor((((minutes % 1440) + 1440) % 1440) / 60);
}
