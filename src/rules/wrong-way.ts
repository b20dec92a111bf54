import type { EpochMs, Point } from '#base';
import type { Incident } from './incident.ts';
import type { Journey } from './journey/journey.ts';
import { zoneAt } from './road/road.ts';
import { claimedSeconds, type Findings, type Rule, type RuleContext, type View } from './rule.ts';
import { settingsAt } from './settings/day-profile.ts';
import type { RuleSettings } from './settings/rule-settings.ts';

/** Nobody drives faster; a track that does has jumped to another vehicle. */
const jumpSpeed = 28;
const fewestSteps = 4;
/** Beyond the ends of its lane, and beside it. */
const endMetres = 2;
const vergeMetres = 4;
/**
 * A track that hops through a stream, from each vehicle to the one behind it, seems to drive backwards: in few long steps, now fast, now slow, as
 * now this and now that. A real way is seen nearly all along, or else is driven evenly; and its vehicle stays what it is.
 */
const closeMs = 900;
const closeShare = 0.6;
const unevenShare = 0.3;
const evenSpeed = 3;
const familyShare = 0.75;
const walkerShare = 0.9;
/** A box that the detector is not sure of drifts from vehicle to vehicle, most easily in a dense stream: it must go this many times as far. */
const doubtFactor = 2;
const denseIndex = 40;
const unsureBelow = { free: 0.4, dense: 0.6 };
/** And of what it hardly sees at all, it is never believed. */
const believedFrom = 0.35;

/** One vehicle's way against its lane. */
interface Retreat {
  metres: number;
  steps: number;
  /** Metres of it from one picture to one soon after: a real way is seen nearly all along. */
  closeMetres: number;
  /** Seconds of it, and the sum of its speeds squared times them: how evenly it was driven. */
  seconds: number;
  evenness: number;
  /** The detector's confidences summed over the steps. */
  confidence: number;
  since: EpochMs;
  from: Point;
  fromX: number;
  fromY: number;
  x: number;
  y: number;
  at: EpochMs;
}

interface Offence {
  readonly place: string;
  readonly onsetAt: EpochMs;
  readonly from: Point | undefined;
  vehicle: Journey | undefined;
  metres: number;
  lastAgainstAt: EpochMs;
}

/**
 * Wrong way: a vehicle has driven its minimum distance against the direction of the lane it is in or beside, step by step, faster than walking.
 * Distance, not direction, decides: a track that jumps back to the vehicle behind, or a box that jitters, never adds up.
 */
export function createWrongWayRule(context: RuleContext): Rule {
  return new WrongWayRule(context);
}

class WrongWayRule implements Rule {
  readonly kind = 'wrong-way';
  readonly #context: RuleContext;
  readonly #figures: { at(place: string, now: EpochMs): RuleSettings['wrongWay'] };
  #retreats = new WeakMap<Journey, Retreat>();
  #offences: Offence[] = [];

  constructor(context: RuleContext) {
    this.#context = context;
    this.#figures = settingsAt(context.settings.wrongWay, context.utcOffsetMinutes);
  }

  observe(view: View, findings: Findings): void {
    for (const vehicle of view.journeys) {
      if (vehicle.lastSeenAt === view.at && vehicle.lastLane !== undefined)
        this.#follow(vehicle, view, findings);
    }
    this.#report(view, findings);
    this.#clear(view, findings);
  }

  resume({ place, onsetAt, path }: Incident, at: EpochMs): boolean {
    const { lanes, zones } = this.#context.road;
    const known = lanes.some(({ lane }) => lane.id === place) || zones.some(({ zone }) => zone.id === place);
    if (!known || !this.#context.settings.wrongWay.enabled) return false;
    this.#offences.push({
      place,
      onsetAt,
      from: path?.[0],
      vehicle: undefined,
      metres: 0,
      lastAgainstAt: at,
    });
    return true;
  }

  /** Open offences are given their clearing time again, counted from the new beginning. */
  restart(at: EpochMs): void {
    this.#retreats = new WeakMap();
    for (const offence of this.#offences) offence.lastAgainstAt = at;
  }

  #follow(vehicle: Journey, view: View, findings: Findings): void {
    const retreat = this.#retreats.get(vehicle);
    if (retreat === undefined) {
      this.#retreats.set(vehicle, begin(vehicle, view.at));
      return;
    }
    if (!isOnRoad(vehicle)) {
      Object.assign(retreat, begin(vehicle, view.at));
      return;
    }
    const against = step(retreat, vehicle, view.at);
    const offence = this.#offences.find((known) => known.vehicle === vehicle);
    if (offence !== undefined && against > 0) {
      offence.metres = Math.max(offence.metres, retreat.metres);
      offence.lastAgainstAt = view.at;
    } else if (offence === undefined && !view.learning) this.#judge(vehicle, retreat, view, findings);
  }

  #judge(vehicle: Journey, retreat: Retreat, { at, groups }: View, findings: Findings): void {
    const place = vehicle.lane?.lane.id ?? zoneAt(this.#context.road, vehicle.point, 'shoulder')?.zone.id;
    if (place === undefined) return;
    const now = this.#figures.at(place, at);
    if (!now.enabled) return;
    const dense = groups[vehicle.lastLane!.group]!.index >= denseIndex;
    const unsure = retreat.confidence < (dense ? unsureBelow.dense : unsureBelow.free) * retreat.steps;
    const minMetres = now.minMetres * (unsure ? doubtFactor : 1);
    if (retreat.metres < minMetres || retreat.steps < fewestSteps) {
      if (retreat.steps > 0 && retreat.metres > minMetres / 3)
        claim(place, vehicle, minMetres - retreat.metres, at, findings);
      return;
    }
    if (retreat.confidence < believedFrom * retreat.steps) return;
    if (!isOneWay(retreat) || vehicle.votes.familyShare < familyShare) return;
    const seconds = (at - retreat.since) / 1000;
    const net = Math.hypot(vehicle.x - retreat.fromX, vehicle.y - retreat.fromY);
    const speed = net / seconds;
    const drives = speed >= now.minSpeedKmh / 3.6 && speed <= jumpSpeed;
    if (this.#isOnFoot(vehicle) || !drives || net < 0.8 * minMetres) return;
    const { since: onsetAt, from, metres } = retreat;
    this.#offences.push({ place, onsetAt, from, vehicle, metres, lastAgainstAt: at });
  }

  /** In assumed metres a walker may seem to ride; then whom the detector calls nothing else is one. */
  #isOnFoot({ kind, votes }: Journey): boolean {
    if (kind === 'person') return true;
    return this.#context.road.ground.source === 'assumed' && votes.share('person') > walkerShare;
  }

  #report(view: View, findings: Findings): void {
    for (const offence of this.#offences) {
      const { vehicle } = offence;
      if (vehicle?.lastSeenAt !== view.at) continue;
      findings.hold(findingOf(offence, vehicle, this.#context.road.ground.source === 'drawn'), view.at);
    }
  }

  #clear(view: View, findings: Findings): void {
    const over = this.#offences.filter(({ place, lastAgainstAt }) => {
      const { clearSeconds, enabled } = this.#figures.at(place, view.at);
      return !enabled || view.at - lastAgainstAt > clearSeconds * 1000;
    });
    if (over.length === 0) return;
    this.#offences = this.#offences.filter((offence) => !over.includes(offence));
    for (const { place } of over) {
      if (!this.#offences.some((other) => other.place === place))
        findings.release('wrong-way', place, view.at);
    }
  }
}

function claim(
  place: string,
  { box, speed }: Journey,
  metres: number,
  at: EpochMs,
  findings: Findings,
): void {
  const seconds = Math.max(0, metres) / Math.max(1, speed);
  if (seconds > claimedSeconds) return;
  findings.claim({ kind: 'wrong-way', place, box, at, since: at, raisesAt: at + seconds * 1000 });
}

/** In its lane or on the verge beside it: beyond its ends, on a road that crosses, its direction says nothing. */
function isOnRoad({ lastLane, along, offset }: Journey): boolean {
  if (lastLane === undefined) return false;
  const { axis, halfWidth } = lastLane;
  return along > -endMetres && along < axis.length + endMetres && Math.abs(offset) < halfWidth + vergeMetres;
}

function begin(vehicle: Journey, at: EpochMs): Retreat {
  const { x, y, point } = vehicle;
  return {
    metres: 0,
    steps: 0,
    closeMetres: 0,
    seconds: 0,
    evenness: 0,
    confidence: 0,
    since: at,
    from: point,
    fromX: x,
    fromY: y,
    x,
    y,
    at,
  };
}

/** Adds one detection; answers with the metres driven against the lane in it. A way forward counts double, so jitter stays near 0. */
function step(retreat: Retreat, vehicle: Journey, at: EpochMs): number {
  const dx = vehicle.x - retreat.x;
  const dy = vehicle.y - retreat.y;
  const seconds = (at - retreat.at) / 1000;
  const against = -(dx * vehicle.axisX + dy * vehicle.axisY);
  const jumped = Math.hypot(dx, dy) > jumpSpeed * seconds + 3 * vehicle.noise;
  // Who has come to rest has ended this way; whatever it does next, or whoever takes its place, is another.
  const rested = vehicle.standingSince !== undefined && at - vehicle.standingSince > 2_000;
  const before = retreat.metres;
  const after = against > 0 ? before + against : Math.max(0, before + 2 * against);
  if (jumped || rested || after === 0) {
    Object.assign(retreat, begin(vehicle, at));
    return 0;
  }
  const closeMetres = Math.max(0, retreat.closeMetres + (at - retreat.at <= closeMs ? against : 0));
  Object.assign(retreat, {
    metres: after,
    steps: retreat.steps + 1,
    closeMetres,
    seconds: retreat.seconds + seconds,
    evenness: retreat.evenness + (against * against) / seconds,
    confidence: retreat.confidence + vehicle.confidence,
    x: vehicle.x,
    y: vehicle.y,
    at,
  });
  return against;
}

function isOneWay({ metres, closeMetres, seconds, evenness }: Retreat): boolean {
  if (closeMetres >= closeShare * metres) return true;
  const speed = metres / seconds;
  const spread = Math.sqrt(Math.max(0, evenness / seconds - speed * speed));
  return speed > evenSpeed && spread < unevenShare * speed;
}

function findingOf({ place, onsetAt, from, metres }: Offence, vehicle: Journey, measured: boolean) {
  const speed: Record<string, number> = measured ? { speedKmh: Math.round(3.6 * vehicle.speed) } : {};
  return {
    kind: 'wrong-way',
    place,
    severity: 'critical',
    onsetAt,
    confidence: Math.min(1, 0.6 + metres / 100),
    box: vehicle.box,
    path: from === undefined ? undefined : [from, vehicle.point],
    measures: { againstMetres: Math.round(metres), ...speed },
  } as const;
}
