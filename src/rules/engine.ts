import type { EpochMs } from '#base';
import type { CameraId, Scene } from '#camera';
import type { Observation, PictureQuality } from '#perception';
import { createCongestionRule } from './congestion.ts';
import { drawnGround, type Ground, posedGround } from './ground/ground.ts';
import type { Incident, IncidentChange, TrafficCount, TurningMovement } from './incident.ts';
import { Journeys } from './journey/journeys.ts';
import { IncidentBook } from './life/incident-book.ts';
import { compileRoad, type Road } from './road/road.ts';
import type { Rule, RuleFactory } from './rule.ts';
import type { RuleSettings } from './settings/rule-settings.ts';
import { createStoppedVehicleRule } from './stopped-vehicle.ts';
import { JumpWatch } from './traffic/jump-watch.ts';
import { MinuteCounts } from './traffic/minute-counts.ts';
import { type LearnedTraffic, TrafficWatch } from './traffic/traffic-watch.ts';

/** All rules of the house, in the order in which they look at a picture. */
const rules: readonly RuleFactory[] = [createCongestionRule, createStoppedVehicleRule];

export interface RuleEngineOptions {
  readonly camera: CameraId;
  readonly scene: Scene;
  readonly settings: RuleSettings;
  /** Local time for profiles and learned hours. */
  readonly utcOffsetMinutes: number;
  /** From an earlier engine of the same camera; what does not fit the scene any more is left out. */
  readonly learned?: LearnedTraffic | undefined;
}

/** Why and since when the rules do not watch. */
export interface Suspension {
  readonly since: EpochMs;
  readonly quality: Exclude<PictureQuality, 'good'>;
}

export interface RuleOutcome {
  readonly changes: readonly IncidentChange[];
  /** Minutes that were closed by this observation or tick. */
  readonly counts: readonly TrafficCount[];
  readonly movements: readonly TurningMovement[];
  /** Set while the picture is not good: nothing is raised and nothing cleared. */
  readonly suspended: Suspension | undefined;
}

/** One lane group as it is now. */
export interface GroupStatus {
  readonly group: string;
  /** 0 to 100; a red-light queue has a high one too, congestion is an incident. */
  readonly congestionIndex: number;
  /** Undefined without a ground plane. */
  readonly speedKmh: number | undefined;
  readonly freeFlowKmh: number | undefined;
  readonly standingShare: number;
  readonly coverage: number;
  readonly passengerCarUnits: number;
  /** As read from the traffic; undefined for a group without a stop line. */
  readonly signal: 'red' | 'discharging' | 'unknown' | undefined;
  readonly maxRedSeconds: number | undefined;
}

export interface RuleStatus {
  readonly watchingSince: EpochMs | undefined;
  readonly learning: boolean;
  readonly suspended: Suspension | undefined;
  readonly groups: readonly GroupStatus[];
  readonly roadUsers: number;
  /** Incidents that the flood limit held back, detections beyond what a camera can show, observations out of order. */
  readonly heldBack: number;
  readonly refusedDetections: number;
  readonly outOfOrder: number;
}

/** The rules of one camera. Feed it every observation in order; it keeps no history beyond what is open and what it learned. */
export interface RuleEngine {
  observe(observation: Observation): RuleOutcome;
  /** Closes minutes by time when no observation comes; call it about every second with the wall clock. */
  tick(now: EpochMs): RuleOutcome;
  /** Takes up what was open before a restart; says which could not be taken up, as cleared changes. Call it before the first observation. */
  resume(open: readonly Incident[], at: EpochMs): readonly IncidentChange[];
  /** For the next engine of this camera; plain JSON. */
  learned(): LearnedTraffic;
  status(): RuleStatus;
}

/** Throws `NgatuError` of kind config where the scene cannot be measured. */
export function createRuleEngine(options: RuleEngineOptions): RuleEngine {
  return new Engine(options);
}

/** A pole camera as most are, until a ground plane is drawn or learned. */
function assumedGround(scene: Scene): Ground {
  const highest = Math.min(
    0.35,
    ...scene.lanes.flatMap(({ polygon, direction }) => [...polygon, ...direction].map(({ y }) => y)),
  );
  return posedGround({ horizon: highest - 0.06, heightMetres: 6, focal: 1.45, aspect: 16 / 9 }, 'assumed');
}

const farPast = 60_000;

class Engine implements RuleEngine {
  readonly #settings: RuleSettings;
  readonly #road: Road;
  readonly #journeys: Journeys;
  readonly #traffic: TrafficWatch;
  readonly #counts: MinuteCounts;
  readonly #jumps = new JumpWatch();
  readonly #book: IncidentBook;
  readonly #rules: readonly Rule[];
  #lastAt: EpochMs | undefined;
  #watchingSince: EpochMs | undefined;
  #learningUntil: EpochMs = 0;
  #suspended: Suspension | undefined;
  #outOfOrder = 0;

  constructor({ camera, scene, settings, utcOffsetMinutes, learned }: RuleEngineOptions) {
    this.#settings = settings;
    this.#road = compileRoad(
      scene,
      scene.groundPlane ? drawnGround(scene.groundPlane) : assumedGround(scene),
    );
    this.#journeys = new Journeys(this.#road);
    this.#traffic = new TrafficWatch(this.#road, settings, utcOffsetMinutes, learned);
    this.#counts = new MinuteCounts(camera, this.#road, (lane, journey) =>
      this.#traffic.passed(lane, journey),
    );
    this.#book = new IncidentBook(camera, settings.life);
    this.#rules = rules.map((create) => create({ road: this.#road, settings, utcOffsetMinutes }));
  }

  observe(observation: Observation): RuleOutcome {
    const at = observation.capturedAt;
    if (!this.#isNext(at)) return this.#outcome(this.#counts.close(this.#lastAt ?? 0));
    const closed = this.#counts.close(at);
    if (observation.quality !== 'good') this.#suspend(at, observation.quality);
    else this.#watch(observation);
    this.#lastAt = at;
    return this.#outcome(closed);
  }

  tick(now: EpochMs): RuleOutcome {
    return this.#outcome(this.#counts.close(now));
  }

  resume(open: readonly Incident[], at: EpochMs): readonly IncidentChange[] {
    for (const incident of open) {
      if (!this.#book.resume(incident)) continue;
      const rule = this.#rules.find(({ kind }) => kind === incident.kind);
      if (rule?.resume(incident, at) !== true) this.#book.release(incident.kind, incident.place, at);
    }
    return this.#book.takeChanges();
  }

  learned(): LearnedTraffic {
    return structuredClone(this.#traffic.learned);
  }

  status(): RuleStatus {
    const at = this.#lastAt ?? 0;
    return {
      watchingSince: this.#watchingSince,
      learning: at < this.#learningUntil,
      suspended: this.#suspended,
      groups: this.#traffic.groups.map((group) => this.#groupStatus(group, at)),
      roadUsers: this.#journeys.all.length,
      heldBack: this.#book.heldBack,
      refusedDetections: this.#journeys.refused,
      outOfOrder: this.#outOfOrder,
    };
  }

  /** An observation that is not newer is left out; a clock that was set back by far is a new beginning. */
  #isNext(at: EpochMs): boolean {
    if (Number.isFinite(at) && (this.#lastAt === undefined || at > this.#lastAt)) return true;
    if (Number.isFinite(at) && this.#lastAt! - at > farPast) {
      this.#lastAt = undefined;
      return true;
    }
    this.#outOfOrder++;
    return false;
  }

  #suspend(at: EpochMs, quality: Suspension['quality']): void {
    const since = this.#suspended?.since ?? at;
    this.#suspended = { since, quality };
  }

  #watch(observation: Observation): void {
    const at = observation.capturedAt;
    const gap = at - (this.#lastAt ?? Number.NEGATIVE_INFINITY);
    if (this.#suspended !== undefined || gap > this.#settings.watching.gapSeconds * 1000) this.#restart(at);
    this.#suspended = undefined;
    const elapsedMs = this.#watchingSince === at ? 0 : gap;
    this.#journeys.observe(observation);
    const journeys = this.#journeys.all;
    if (this.#jumps.observe(journeys, at)) this.#restart(at);
    this.#traffic.observe(journeys, at, elapsedMs / 1000);
    this.#counts.observe(journeys, this.#journeys.ended, at, elapsedMs);
    this.#judge(at, elapsedMs / 1000);
  }

  #judge(at: EpochMs, elapsedSeconds: number): void {
    const view = {
      at,
      elapsedSeconds,
      journeys: this.#journeys.all,
      groups: this.#traffic.groups,
      watchingSince: this.#watchingSince ?? at,
      learning: at < this.#learningUntil,
    };
    for (const rule of this.#rules) rule.observe(view, this.#book);
  }

  /** Watching begins anew: whoever stands there now may have stood there for ever. */
  #restart(at: EpochMs): void {
    this.#watchingSince = at;
    this.#learningUntil = at + this.#settings.watching.learnSeconds * 1000;
    this.#journeys.clear();
    this.#jumps.restart();
    this.#traffic.restart();
    for (const rule of this.#rules) rule.restart(at);
  }

  #outcome({ counts, movements }: Pick<RuleOutcome, 'counts' | 'movements'>): RuleOutcome {
    return { changes: this.#book.takeChanges(), counts, movements, suspended: this.#suspended };
  }

  #groupStatus(group: TrafficWatch['groups'][number], at: EpochMs): GroupStatus {
    const measured = this.#road.ground.source === 'drawn';
    const { signal } = group;
    return {
      group: group.group.id,
      congestionIndex: Math.round(group.index),
      speedKmh: measured ? 3.6 * group.speed : undefined,
      freeFlowKmh: measured ? 3.6 * group.freeFlow : undefined,
      standingShare: group.standingShare,
      coverage: group.coverage,
      passengerCarUnits: group.units,
      signal: signal && (signal.isRed(at) ? 'red' : signal.isDischarging(at) ? 'discharging' : 'unknown'),
      maxRedSeconds: signal?.maxRedSeconds,
    };
  }
}
