import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import type { Observation } from '#perception';
import { createCongestionRule } from './congestion.ts';
import { Journeys } from './journey/journeys.ts';
import type { IncidentBook } from './life/incident-book.ts';
import { createPedestrianRule } from './pedestrian.ts';
import { createQueueSpillbackRule } from './queue-spillback.ts';
import type { Road } from './road/road.ts';
import type { Rule, RuleFactory } from './rule.ts';
import type { RuleSettings } from './settings/rule-settings.ts';
import { createSlowTrafficRule } from './slow-traffic.ts';
import { createStoppedVehicleRule } from './stopped-vehicle.ts';
import { JumpWatch } from './traffic/jump-watch.ts';
import { type ClosedMinute, MinuteCounts } from './traffic/minute-counts.ts';
import { type LearnedTraffic, TrafficWatch } from './traffic/traffic-watch.ts';
import { createWrongWayRule } from './wrong-way.ts';

/** All rules of the house, in the order in which they look at a picture. */
const rules: readonly RuleFactory[] = [
  createCongestionRule,
  createQueueSpillbackRule,
  createStoppedVehicleRule,
  createWrongWayRule,
  createSlowTrafficRule,
  createPedestrianRule,
];

export interface SceneWatchOptions {
  readonly camera: CameraId;
  readonly road: Road;
  readonly settings: RuleSettings;
  readonly utcOffsetMinutes: number;
  readonly learned: LearnedTraffic | undefined;
  readonly book: IncidentBook;
}

/** One scene under watch, in the metres of one ground: who is there, what the traffic is like, and the rules that judge it. */
export class SceneWatch {
  readonly road: Road;
  readonly journeys: Journeys;
  readonly traffic: TrafficWatch;
  readonly rules: readonly Rule[];
  readonly #settings: RuleSettings;
  readonly #book: IncidentBook;
  readonly #counts: MinuteCounts;
  readonly #jumps = new JumpWatch();
  #watchingSince: EpochMs | undefined;

  constructor({ camera, road, settings, utcOffsetMinutes, learned, book }: SceneWatchOptions) {
    this.road = road;
    this.#settings = settings;
    this.#book = book;
    this.journeys = new Journeys(road);
    this.traffic = new TrafficWatch(road, settings, utcOffsetMinutes, learned);
    this.#counts = new MinuteCounts(camera, road, (lane, journey) => {
      const { id } = this.traffic.groups[lane.group]!.group;
      const free = !book.isOpen('congestion', id) && !book.isOpen('slow-traffic', id);
      this.traffic.passed(lane, journey, free);
    });
    this.rules = rules.map((create) => create({ road, settings, utcOffsetMinutes }));
  }

  get watchingSince(): EpochMs | undefined {
    return this.#watchingSince;
  }

  isLearning(at: EpochMs): boolean {
    const since = this.#watchingSince;
    return since === undefined || at < since + this.#settings.watching.learnSeconds * 1000;
  }

  closeMinutes(now: EpochMs): ClosedMinute {
    return this.#counts.close(now);
  }

  /** One good picture; `elapsedMs` since the one before, whose scene it continues. */
  observe(observation: Observation, elapsedMs: number): void {
    const at = observation.capturedAt;
    this.journeys.observe(observation);
    if (this.#jumps.observe(this.journeys.all, at)) this.restart(at);
    const { all: journeys, ended } = this.journeys;
    this.traffic.observe(journeys, at, elapsedMs / 1000);
    this.#counts.observe(journeys, ended, at, elapsedMs);
    const view = {
      at,
      elapsedSeconds: elapsedMs / 1000,
      journeys,
      groups: this.traffic.groups,
      watchingSince: this.#watchingSince ?? at,
      learning: this.isLearning(at),
    };
    for (const rule of this.rules) rule.observe(view, this.#book);
  }

  /** Watching begins anew: whoever stands there now may have stood there for ever. */
  restart(at: EpochMs): void {
    this.#watchingSince = at;
    this.journeys.clear();
    this.#jumps.restart();
    this.traffic.restart();
    for (const rule of this.rules) rule.restart(at);
  }
}
