import type { EpochMs } from '#base';
import type { RoadUser } from '#perception';
import type { Ground } from '../ground/ground.ts';
import type { Journey } from '../journey/journey.ts';
import { Coverage } from '../road/coverage.ts';
import type { RoadGroup } from '../road/road.ts';
import { Passings } from './passings.ts';
import type { SignalWatch } from './signal-watch.ts';

export type PassengerCarUnits = Readonly<Record<RoadUser, number>>;

/** A passenger car in a standing queue takes this much of its lane. */
const jamMetresPerCar = 6.8;
/** In a standing queue about this share of the road is under vehicles, the rest are gaps. */
const jamCoverage = 0.42;
/** Smoothing of the index and its parts, seconds: longer than a miss, shorter than a dwell. */
const smoothing = 3;
/** Slower than this is creeping, metres per second. */
const creeping = 1.5;

/** What one lane group looks like now: the figures that several rules judge by. */
export class GroupWatch {
  readonly group: RoadGroup;
  readonly signal: SignalWatch | undefined;
  /** Vehicles of the group seen within the last moments, riders included, people on foot not. */
  readonly members: Journey[] = [];
  readonly passings = new Passings();
  /** 0 to 100, smoothed: how full and how slow it is; a red-light queue has a high one too. */
  index = 0;
  /** Passenger-car units in view. */
  units = 0;
  /** How many there are at once, smoothed. */
  vehicles = 0;
  /** 1 is as full as a standing queue. */
  fullness = 0;
  /** Share of the road that is under vehicles. */
  coverage = 0;
  /** Weighted mean of all its vehicles, metres per second; free flow while there is none. */
  speed = 0;
  /** Share of the passenger-car units that stand or creep. */
  standingShare = 0;
  /** Metres per second, and whether it was named or has been learned, rather than assumed. */
  freeFlow: number;
  freeFlowKnown = false;

  readonly #coverage: Coverage;
  readonly #weights: PassengerCarUnits;

  constructor(group: RoadGroup, ground: Ground, weights: PassengerCarUnits, signal: SignalWatch | undefined) {
    this.group = group;
    this.signal = signal;
    this.#coverage = new Coverage(group, ground);
    this.#weights = weights;
    this.freeFlow = 10;
    this.speed = this.freeFlow;
  }

  weightOf(journey: Journey): number {
    return this.#weights[journey.kind];
  }

  /** To be called with `members` filled; `elapsedSeconds` since the last picture. */
  observe(elapsedSeconds: number): void {
    const blend = 1 - Math.exp(-elapsedSeconds / smoothing);
    const { units, speed, standing } = this.#weigh();
    this.units = units;
    this.coverage += blend * (this.#covered() - this.coverage);
    const dense = (units * jamMetresPerCar) / Math.max(1, this.group.laneMetres);
    const full = Math.min(1, Math.max(dense, this.coverage / jamCoverage));
    this.fullness += blend * (full - this.fullness);
    this.speed += blend * (speed - this.speed);
    this.standingShare += blend * (standing - this.standingShare);
    this.vehicles += blend * (this.members.length - this.vehicles);
    const slowness = Math.min(1, Math.max(0, 1 - this.speed / this.freeFlow));
    this.index = 100 * Math.sqrt(this.fullness) * (0.6 * slowness + 0.4 * this.standingShare);
  }

  restart(): void {
    this.members.length = 0;
    this.index = this.units = this.vehicles = this.fullness = this.coverage = this.standingShare = 0;
    this.speed = this.freeFlow;
    this.passings.clear();
    this.signal?.restart();
  }

  #weigh(): { units: number; speed: number; standing: number } {
    let [units, moving, measured, standing] = [0, 0, 0, 0];
    for (const journey of this.members) {
      const weight = this.#weights[journey.kind];
      units += weight;
      if (journey.detections < 3) continue;
      measured += weight;
      moving += weight * Math.min(journey.speed, 1.5 * this.freeFlow);
      if (journey.standingSince !== undefined || journey.speed < creeping) standing += weight;
    }
    if (measured === 0) return { units, speed: this.freeFlow, standing: 0 };
    return { units, speed: moving / measured, standing: standing / measured };
  }

  #covered(): number {
    this.#coverage.clear();
    for (const journey of this.members) this.#coverage.add(journey.box);
    return this.#coverage.share;
  }
}

/** Whether a road user was seen recently enough to count as being there. */
export function isPresent(journey: Journey, at: EpochMs): boolean {
  return at - journey.lastSeenAt <= 1_500;
}
