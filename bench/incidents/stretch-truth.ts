import type { Moment, Mover, TrueIncident } from '../../scripts/scenes/traffic/index.ts';
import { groupId, toD, toU } from '../../scripts/scenes/traffic/roads.ts';
import type { Watched } from './cameras.ts';

/** The simulation's own weights and thresholds for congestion (`scripts/scenes/traffic/truth.ts`). */
const carUnits = { car: 1, motorbike: 0.3, bus: 2, truck: 1.8, bicycle: 0.2, person: 0 } as const;
const jammed = { speed: 2.2, unitsPerKm: 70 };
const free = { speed: 3.5, unitsPerKm: 45 };
const heldSeconds = 5;
const greenSeconds = 10;

interface Stretch {
  readonly lanes: readonly Watched[];
  readonly id: string;
  readonly metres: number;
  since: number | undefined;
  endsSince: number | undefined;
  told: { endSeconds: number | undefined } | undefined;
}

/**
 * Congestion as true of the stretches that one camera watches: the simulation judges the sixty metres next to the junction, of which a camera
 * sees another part. Same definition: space-mean speed and density, held for five seconds; before a signal only after ten seconds of green.
 */
export class StretchTruth {
  readonly incidents: TrueIncident[] = [];
  readonly #stretches: readonly Stretch[];
  readonly #greenSince = new Map<string, number>();

  constructor(watched: readonly Watched[]) {
    const lanes = watched.filter(({ lane }) => lane !== 'shoulder');
    const groups = Object.groupBy(lanes, ({ road, leg }) => groupId(road, leg));
    this.#stretches = Object.entries(groups).map(([id, own = []]) => ({
      id,
      lanes: own,
      metres: own.reduce((sum, { from, to }) => sum + to - from, 0),
      since: undefined,
      endsSince: undefined,
      told: undefined,
    }));
  }

  look(moment: Moment): void {
    for (const [approach, colour] of Object.entries(moment.signals)) {
      if (colour !== 'green') this.#greenSince.delete(approach);
      else if (!this.#greenSince.has(approach)) this.#greenSince.set(approach, moment.seconds);
    }
    for (const stretch of this.#stretches) {
      if (this.#isServed(stretch, moment.seconds)) this.#judge(stretch, moment);
    }
  }

  #isServed({ lanes }: Stretch, seconds: number): boolean {
    const { road, leg } = lanes[0]!;
    const since = this.#greenSince.get(road.approach);
    return leg === 'out' || (since !== undefined && seconds - since > greenSeconds);
  }

  #judge(stretch: Stretch, { movers, seconds }: Moment): void {
    const { units, speed } = measure(stretch, movers);
    const perKm = units / (stretch.metres / 1000);
    if (stretch.told === undefined)
      this.#begin(stretch, speed < jammed.speed && perKm >= jammed.unitsPerKm, seconds);
    else end(stretch, speed > free.speed || perKm < free.unitsPerKm, seconds);
  }

  #begin(stretch: Stretch, is: boolean, seconds: number): void {
    if (!is) stretch.since = undefined;
    else stretch.since ??= seconds;
    if (stretch.since === undefined || seconds - stretch.since < heldSeconds) return;
    const told: TrueIncident = {
      kind: 'congestion',
      place: stretch.id,
      also: [],
      onsetSeconds: stretch.since,
      endSeconds: undefined,
      movers: [],
    };
    stretch.told = told;
    stretch.endsSince = undefined;
    this.incidents.push(told);
  }
}

function end(stretch: Stretch, is: boolean, seconds: number): void {
  if (!is) stretch.endsSince = undefined;
  else stretch.endsSince ??= seconds;
  if (stretch.endsSince === undefined || seconds - stretch.endsSince < heldSeconds) return;
  stretch.told!.endSeconds = stretch.endsSince;
  stretch.told = undefined;
  stretch.since = undefined;
}

function measure({ lanes }: Stretch, movers: readonly Mover[]): { units: number; speed: number } {
  let [units, speeds] = [0, 0];
  for (const mover of movers) {
    if (!lanes.some((lane) => isIn(lane, mover))) continue;
    units += carUnits[mover.kind];
    speeds += carUnits[mover.kind] * mover.speed;
  }
  return { units, speed: units > 0 ? speeds / units : Number.POSITIVE_INFINITY };
}

function isIn({ road, lane, from, to }: Watched, { x, y, heading }: Mover): boolean {
  const u = toU(road, x, y);
  const d = toD(road, x, y);
  const left = (Number(lane) - 1) * road.laneWidth;
  const along = Math.cos(heading) * road.cos + Math.sin(heading) * road.sin;
  return along > 0.7 && u >= from && u <= to && d >= left && d < left + road.laneWidth;
}
