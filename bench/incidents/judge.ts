import type { Moment, SignalColour, TrueIncident } from '../../scripts/scenes/traffic/index.ts';
import { insidePolygon, overlap, type Point } from '../../src/base/index.ts';
import type { Scene } from '../../src/camera/index.ts';
import type { IncidentChange, IncidentKind } from '../../src/rules/index.ts';
import type { Lens, TrueBox } from './projection.ts';

/** A true incident before this camera, with what has been seen of it. */
interface Case {
  readonly truth: TrueIncident;
  /** From when on the rule can be held to it; see `countsFrom`. */
  countsAt: number | undefined;
  raisedAt: number | undefined;
  clearedAt: number | undefined;
  walkedX: number | undefined;
  walkedY: number | undefined;
}

interface Alert {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly place: string;
  readonly seconds: number;
  /** Who was truly in its box when it was raised. */
  readonly movers: readonly number[];
  clearedAt: number | undefined;
}

export interface Verdicts {
  /** Of the staged kind: one a true incident that this camera could see. */
  readonly cases: readonly {
    readonly delaySeconds: number | undefined;
    readonly clearingSeconds: number | undefined;
  }[];
  /** Alerts of any kind that no truth explains. */
  readonly falseAlerts: readonly {
    readonly kind: IncidentKind;
    readonly seconds: number;
    readonly place: string;
  }[];
  readonly alerts: Readonly<Record<string, number>>;
}

/** Smaller than this nobody is held against the rules: cameras are to be set up so that what they watch is larger. */
const leastPixels = 32;

const groupKinds: readonly IncidentKind[] = ['congestion', 'queue-spillback', 'slow-traffic'];

/**
 * Compares what the rules say with what truly happened. Delays are counted from when the rule can be held to it: a vehicle from its stop, but not
 * while it stands on an approach at red or in its first ten seconds of green, when a queue is but a queue; a wrong-way rider from when it has
 * gone ten metres before the camera; a walker from when it is on the carriageway before the camera; the others from their onset.
 */
export class Judge {
  readonly #kind: IncidentKind | undefined;
  readonly #places: ReadonlySet<string>;
  readonly #lens: Lens;
  /** Everything that is drawn: who is elsewhere is not the rules' business. */
  readonly #areas: readonly (readonly Point[])[];
  readonly #cases: Case[] = [];
  readonly #alerts: Alert[] = [];
  #greenSince: Partial<Record<string, number>> = {};
  #known = 0;
  #knownJams = 0;
  #seen: readonly TrueBox[] = [];

  constructor(scene: Scene, lens: Lens, kind?: IncidentKind) {
    this.#kind = kind;
    this.#lens = lens;
    this.#areas = [...scene.lanes, ...scene.zones].map(({ polygon }) => polygon);
    const { lanes, zones, lines } = scene;
    this.#places = new Set(
      [...lanes, ...zones, ...lines].map(({ id }) => id).concat(lanes.map(({ group }) => group)),
    );
  }

  /** One moment of the truth: to be called for every picture, before the changes that came of it. */
  /** `jams` are the congestions of what this camera watches; those of `truth` are of more than it sees. */
  look(
    moment: Moment,
    truth: readonly TrueIncident[],
    jams: readonly TrueIncident[],
    seen: readonly TrueBox[],
  ): void {
    for (; this.#known < truth.length; this.#known++) {
      if (truth[this.#known]!.kind !== 'congestion') this.#take(truth[this.#known]!);
    }
    for (; this.#knownJams < jams.length; this.#knownJams++) this.#take(jams[this.#knownJams]!);
    this.#seen = seen;
    this.#watchSignals(moment);
    for (const one of this.#cases) {
      const { endSeconds, movers } = one.truth;
      if (endSeconds !== undefined && moment.seconds > endSeconds + 1) continue;
      const who = seen.find(({ mover, visible }) => movers.includes(mover.id) && visible > 0.3);
      if (one.countsAt === undefined && this.#countsNow(one, who, moment))
        one.countsAt = this.#countsFrom(one, moment);
    }
  }

  hear({ change, incident }: IncidentChange, seconds: number): void {
    if (change === 'updated') return;
    if (change === 'cleared') {
      const alert = this.#alerts.findLast(({ id }) => id === incident.id);
      if (alert !== undefined) alert.clearedAt = seconds;
      return;
    }
    const { id, kind, place, box } = incident;
    const movers =
      box === undefined
        ? []
        : this.#seen.filter((one) => overlap(one.box, box) > 0.15).map(({ mover }) => mover.id);
    this.#alerts.push({ id, kind, place, seconds, movers, clearedAt: undefined });
  }

  /** Truths are told when they have lasted, alerts may come before that: so both are compared at the end. */
  verdicts(): Verdicts {
    for (const one of this.#cases) {
      const alert = this.#alerts.find((alert) => alert.kind === one.truth.kind && explains(one.truth, alert));
      one.raisedAt = alert?.seconds;
      one.clearedAt = alert?.clearedAt;
    }
    const cases = this.#cases
      .filter(
        ({ truth, countsAt }) =>
          truth.kind === this.#kind && countsAt !== undefined && isLongEnough(truth, countsAt),
      )
      .map((one) => ({ delaySeconds: delayOf(one), clearingSeconds: clearingOf(one) }));
    const alerts: Record<string, number> = {};
    for (const { kind } of this.#alerts) alerts[kind] = (alerts[kind] ?? 0) + 1;
    return {
      cases,
      alerts,
      falseAlerts: this.#alerts.filter((alert) => !this.#cases.some(({ truth }) => explains(truth, alert))),
    };
  }

  #take(truth: TrueIncident): void {
    // A queue is held against a line only where one is drawn.
    const places = truth.kind === 'queue-spillback' ? truth.also : [truth.place, ...truth.also];
    if (!places.some((place) => this.#places.has(place))) return;
    this.#cases.push({
      truth,
      countsAt: undefined,
      raisedAt: undefined,
      clearedAt: undefined,
      walkedX: undefined,
      walkedY: undefined,
    });
  }

  #isDrawn({ mover }: TrueBox): boolean {
    const place = this.#lens.project(mover.x, mover.y, 0);
    return place !== undefined && this.#areas.some((area) => insidePolygon(place, area));
  }

  #watchSignals({ signals, seconds }: Moment): void {
    for (const [approach, colour] of Object.entries(signals) as [string, SignalColour][]) {
      if (colour !== 'green') this.#greenSince[approach] = undefined;
      else this.#greenSince[approach] ??= seconds;
    }
  }

  /** A truth is told when it has lasted, so it may count from before it was heard of. */
  #countsFrom({ truth: { kind, place, onsetSeconds } }: Case, { seconds }: Moment): number {
    if (kind === 'wrong-way') return seconds;
    if (kind !== 'stopped-vehicle' || !place.includes('-in-'))
      return onsetSeconds < 0 ? seconds : onsetSeconds;
    return Math.max(onsetSeconds, this.#greenSince[place.split('-')[0]!]! + 10);
  }

  #countsNow(one: Case, who: TrueBox | undefined, { seconds }: Moment): boolean {
    const { kind, place } = one.truth;
    if (groupKinds.includes(kind)) return true;
    if (who === undefined || who.heightPixels < leastPixels || !this.#isDrawn(who)) return false;
    if (kind === 'wrong-way') return hasGone(one, who, 10);
    if (kind !== 'stopped-vehicle' || !place.includes('-in-')) return true;
    const since = this.#greenSince[place.split('-')[0]!];
    return since !== undefined && seconds - since > 10;
  }
}

function hasGone(one: Case, { mover }: TrueBox, metres: number): boolean {
  one.walkedX ??= mover.x;
  one.walkedY ??= mover.y;
  return Math.hypot(mover.x - one.walkedX, mover.y - one.walkedY) >= metres;
}

/** Whether a truth accounts for an alert: the same thing, or for queues and jams one of the others in the same place. */
function explains(
  { kind, place, also, movers, onsetSeconds, endSeconds }: TrueIncident,
  alert: Alert,
): boolean {
  const lasts =
    alert.seconds >= onsetSeconds - 5 && alert.seconds <= (endSeconds ?? Number.POSITIVE_INFINITY) + 15;
  if (!lasts) return false;
  if (!groupKinds.includes(kind))
    return kind === alert.kind && alert.movers.some((id) => movers.includes(id));
  return (
    groupKinds.includes(alert.kind) &&
    [place, ...also].some((id) => alert.place === id || alert.place.includes(place))
  );
}

/** What ends before a rule could know it is not held against it. */
function isLongEnough({ kind, endSeconds }: TrueIncident, countsAt: number): boolean {
  const least: Partial<Record<IncidentKind, number>> = {
    'stopped-vehicle': 15,
    pedestrian: 8,
    'wrong-way': 3,
    congestion: 20,
    'queue-spillback': 15,
    'slow-traffic': 45,
  };
  return endSeconds === undefined || endSeconds - countsAt >= (least[kind] ?? 0);
}

function delayOf({ raisedAt, countsAt }: Case): number | undefined {
  return raisedAt === undefined ? undefined : raisedAt - countsAt!;
}

function clearingOf({ clearedAt, truth }: Case): number | undefined {
  return clearedAt === undefined || truth.endSeconds === undefined ? undefined : clearedAt - truth.endSeconds;
}
