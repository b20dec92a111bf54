import type { EpochMs } from '#base';
import type { CameraId, Scene } from '#camera';
import type { Observation } from '#perception';
import { drawnGround, type Ground, posedGround } from './ground/ground.ts';
import { type LearnedSizes, learnSize, newSizes, poseFromSizes } from './ground/vehicle-sizes.ts';
import type { Incident, IncidentChange } from './incident.ts';
import type { Learned } from './learned.ts';
import { IncidentBook } from './life/incident-book.ts';
import { groupStatus, type RuleOutcome, type RuleStatus, type Suspension } from './outcome.ts';
import { compileRoad } from './road/road.ts';
import { SceneWatch } from './scene-watch.ts';
import type { RuleSettings } from './settings/rule-settings.ts';
import type { LearnedTraffic } from './traffic/traffic-watch.ts';

export interface RuleEngineOptions {
  readonly camera: CameraId;
  readonly scene: Scene;
  readonly settings: RuleSettings;
  /** Local time for profiles and learned hours. */
  readonly utcOffsetMinutes: number;
  /** From an earlier engine of the same camera (see `readLearned`); what does not fit the scene any more is left out. */
  readonly learned?: Learned | undefined;
}

/** The rules of one camera. Feed it every observation in order; it keeps no history beyond what is open and what it learned. */
export interface RuleEngine {
  observe(observation: Observation): RuleOutcome;
  /** Closes minutes by time when no observation comes; call it about every second with the wall clock. */
  tick(now: EpochMs): RuleOutcome;
  /** Takes up what was open before a restart, before the first observation; what cannot be taken up comes back cleared. */
  resume(open: readonly Incident[], at: EpochMs): readonly IncidentChange[];
  /** For the next engine of this camera; plain JSON. */
  learned(): Learned;
  status(): RuleStatus;
}

/** Throws `NgatuError` of kind config where the scene cannot be measured. */
export function createRuleEngine(options: RuleEngineOptions): RuleEngine {
  return new Engine(options);
}

/** A clock set back by more than this is a new beginning, by less a picture out of order. */
const setBackMs = 60_000;
/** Boxes between two looks at whether the ground can be learned by now. */
const sizesBetweenLooks = 500;

class Engine implements RuleEngine {
  readonly #options: RuleEngineOptions;
  readonly #book: IncidentBook;
  readonly #sizes: LearnedSizes;
  #watch: SceneWatch;
  #lastAt: EpochMs | undefined;
  #suspended: Suspension | undefined;
  #outOfOrder = 0;
  #sizesLearned = 0;

  constructor(options: RuleEngineOptions) {
    this.#options = options;
    this.#book = new IncidentBook(options.camera, options.settings.life);
    this.#sizes = structuredClone(options.learned?.sizes) ?? newSizes();
    this.#watch = this.#watchOver(groundOf(options.scene, this.#sizes), structuredClone(options.learned));
  }

  observe(observation: Observation): RuleOutcome {
    const at = observation.capturedAt;
    if (!this.#isNext(at)) return this.tick(this.#lastAt ?? 0);
    const closed = this.#watch.closeMinutes(at);
    if (observation.quality === 'good') this.#see(observation);
    else this.#suspended = { since: this.#suspended?.since ?? at, quality: observation.quality };
    this.#lastAt = at;
    return {
      changes: this.#book.takeChanges(),
      claims: this.#book.takeClaims(),
      ...closed,
      suspended: this.#suspended,
    };
  }

  tick(now: EpochMs): RuleOutcome {
    const closed = this.#watch.closeMinutes(now);
    return { changes: this.#book.takeChanges(), claims: [], ...closed, suspended: this.#suspended };
  }

  resume(open: readonly Incident[], at: EpochMs): readonly IncidentChange[] {
    for (const incident of open) if (this.#book.resume(incident)) this.#takeUp(incident, at);
    return this.#book.takeChanges();
  }

  learned(): Learned {
    return structuredClone({ ...this.#watch.traffic.learned, sizes: this.#sizes });
  }

  status(): RuleStatus {
    const at = this.#lastAt ?? 0;
    const { road, traffic, journeys, watchingSince } = this.#watch;
    return {
      watchingSince,
      learning: this.#watch.isLearning(at),
      suspended: this.#suspended,
      ground: road.ground.source,
      groups: traffic.groups.map((group) => groupStatus(group, at, road.ground.source)),
      roadUsers: journeys.all.length,
      heldBack: this.#book.heldBack,
      refusedDetections: journeys.refused,
      outOfOrder: this.#outOfOrder,
    };
  }

  #watchOver(ground: Ground, learned: LearnedTraffic | undefined): SceneWatch {
    const { camera, scene, settings, utcOffsetMinutes } = this.#options;
    const road = compileRoad(scene, ground);
    return new SceneWatch({ camera, road, settings, utcOffsetMinutes, learned, book: this.#book });
  }

  #takeUp(incident: Incident, at: EpochMs): void {
    const rule = this.#watch.rules.find(({ kind }) => kind === incident.kind);
    if (rule?.resume(incident, at) !== true) this.#book.release(incident.kind, incident.place, at);
  }

  #isNext(at: EpochMs): boolean {
    const lastAt = this.#lastAt;
    if (Number.isFinite(at) && (lastAt === undefined || at > lastAt)) return true;
    if (Number.isFinite(at) && lastAt! - at > setBackMs) {
      this.#lastAt = undefined;
      return true;
    }
    this.#outOfOrder++;
    return false;
  }

  #see(observation: Observation): void {
    const at = observation.capturedAt;
    const gap = at - (this.#lastAt ?? Number.NEGATIVE_INFINITY);
    const anew = this.#suspended !== undefined || gap > this.#options.settings.watching.gapSeconds * 1000;
    this.#suspended = undefined;
    if (anew) this.#watch.restart(at);
    this.#watch.observe(observation, anew ? 0 : gap);
    if (this.#watch.road.ground.source === 'assumed') this.#learnGround(observation);
  }

  /** Without a drawn ground plane the sizes of what passes give one, once enough has passed. */
  #learnGround({ tracks, capturedAt }: Observation): void {
    for (const { kind, box, lastSeenAt } of tracks) {
      if (lastSeenAt < capturedAt) continue;
      learnSize(this.#sizes, kind, box);
      this.#sizesLearned++;
    }
    if (this.#sizesLearned < sizesBetweenLooks) return;
    this.#sizesLearned = 0;
    const ground = groundOf(this.#options.scene, this.#sizes);
    if (ground.source === 'assumed') return;
    // Speeds in assumed metres mean nothing in learned ones; signals are seconds and stay.
    this.#watch = this.#watchOver(ground, { flows: {}, signals: this.#watch.traffic.learned.signals });
    this.#watch.restart(capturedAt);
    for (const incident of [...this.#book.open]) this.#takeUp(incident, capturedAt);
  }
}

/** Drawn where it is; else learned; else a pole camera as most are, its horizon above everything that was drawn. */
function groundOf(scene: Scene, sizes: LearnedSizes): Ground {
  if (scene.groundPlane !== undefined) return drawnGround(scene.groundPlane);
  const drawn = scene.lanes.flatMap(({ polygon, direction }) => [...polygon, ...direction]);
  const highest = Math.min(0.4, ...drawn.map(({ y }) => y));
  const pose = poseFromSizes(sizes);
  if (pose !== undefined && pose.horizon < highest - 0.01) return posedGround(pose, 'learned');
  return posedGround({ horizon: highest - 0.06, heightMetres: 6, focal: 1.45, aspect: 16 / 9 }, 'assumed');
}
