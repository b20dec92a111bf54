import type { EpochMs } from '#base';
import type { Incident } from './incident.ts';
import type { Journey } from './journey/journey.ts';
import { laneAt, laneBeside, zoneAt } from './road/road.ts';
import type { Findings, Rule, RuleContext, View } from './rule.ts';
import { settingsAt } from './settings/day-profile.ts';
import type { RuleSettings } from './settings/rule-settings.ts';
import { drivesOnAhead, metresToLeader, metresToStopLine, seesFreeRoad } from './stopped/queueing.ts';
import { hides, Spot, type SpotKind } from './stopped/spot.ts';

type Figures = RuleSettings['stoppedVehicle'];

/** Parked vehicles count too, so this is more than can be wrong at once. */
const mostSpots = 96;

/**
 * How long a vehicle's coming to rest is dated before its true stop, since its last metre already counts as standing. Added to the
 * dwell, so that a bus which stops for eight seconds is not taken for ten.
 */
const earlySeconds = 1;

/**
 * Stopped vehicle: it stands in a lane, on a shoulder or in a forbidden zone longer than its dwell while it is not part of a queue.
 * Not one that stood there before the camera watched, not one that waits at the stop line. Cleared when its place is seen empty.
 */
export function createStoppedVehicleRule(context: RuleContext): Rule {
  return new StoppedVehicleRule(context);
}

/** How long the road before a standing vehicle stays free after somebody has driven there. */
const provenMs = 12_000;

class StoppedVehicleRule implements Rule {
  readonly kind = 'stopped-vehicle';
  readonly #context: RuleContext;
  readonly #figures: { at(place: string, now: EpochMs): Figures };
  #spots: Spot[] = [];

  constructor(context: RuleContext) {
    this.#context = context;
    this.#figures = settingsAt(context.settings.stoppedVehicle, context.utcOffsetMinutes);
  }

  observe(view: View, findings: Findings): void {
    for (const vehicle of view.journeys) if (vehicle.lastSeenAt === view.at) this.#see(vehicle, view.at);
    for (const spot of this.#spots) this.#watch(spot, view);
    this.#spots = this.#spots.filter((spot) => this.#keep(spot, view, findings));
    for (const spot of this.#spots) this.#judge(spot, view, findings);
    this.#report(view, findings);
  }

  resume(incident: Incident, at: EpochMs): boolean {
    const { lanes, zones } = this.#context.road;
    const zone = zones.find(({ zone: { id } }) => id === incident.place);
    const known = zone !== undefined || lanes.some(({ lane }) => lane.id === incident.place);
    if (!known || incident.box === undefined || !this.#context.settings.stoppedVehicle.enabled) return false;
    const kind = (zone?.zone.kind ?? 'lane') as SpotKind;
    this.#spots.push(Spot.resumed(incident.place, kind, incident.box, incident.onsetAt, at));
    return true;
  }

  restart(): void {
    for (const spot of this.#spots) spot.restart();
  }

  /** Finds the spot that a standing vehicle is in, or makes one. */
  #see(vehicle: Journey, at: EpochMs): void {
    const standing = vehicle.standingSince !== undefined;
    const slow = standing || vehicle.detections < 4 || vehicle.speed < 1.5;
    if (!slow) return;
    const known = this.#spots.find((spot) => spot.lastSeenAt < at && spot.holds(vehicle));
    if (known !== undefined) known.seen(vehicle, at);
    else if (standing && this.#spots.length < mostSpots) this.#begin(vehicle);
  }

  #begin(vehicle: Journey): void {
    const { road } = this.#context;
    const zone =
      zoneAt(road, vehicle.point, 'forbidden') ??
      (vehicle.lane ? undefined : zoneAt(road, vehicle.point, 'shoulder'));
    const lane = vehicle.lane ?? laneAt(road, vehicle.point);
    const place = zone?.zone.id ?? lane?.lane.id;
    if (place === undefined) return;
    const kind: SpotKind = zone === undefined ? 'lane' : (zone.zone.kind as SpotKind);
    const spot = Spot.of(place, kind, vehicle, vehicle.standingSince!);
    spot.lane = lane ?? laneBeside(road, vehicle.x, vehicle.y);
    this.#spots.push(spot);
  }

  /** Adds the time since the last picture to what is known of a spot. */
  #watch(spot: Spot, view: View): void {
    if (spot.lastSeenAt === view.at) {
      if (this.#isFree(spot, view)) spot.freeSeconds += this.#freeTime(spot, view);
      return;
    }
    const hidden = view.journeys.some((other) => other.lastSeenAt === view.at && hides(other.box, spot.box));
    if (hidden) return;
    spot.missed(view.elapsedSeconds, spot.isLeft(view.at));
  }

  /** Standing is only known after a while; the first time it counts from when it began. */
  #freeTime(spot: Spot, view: View): number {
    const since = Math.max(spot.onsetAt, view.watchingSince);
    const first = spot.freeSeconds === 0 ? (view.at - since) / 1000 : 0;
    return first < 6 ? Math.max(first, view.elapsedSeconds) : view.elapsedSeconds;
  }

  /** Not in a queue and not at a red light. Two-wheelers filter past a queue on the shoulder and wait beside it; others do not. */
  #isFree(spot: Spot, { at, groups, journeys }: View): boolean {
    const { kind, place, lane, vehicle } = spot;
    if (vehicle === undefined || lane === undefined) return true;
    const two = vehicle.kind === 'motorbike' || vehicle.kind === 'bicycle' || vehicle.kind === 'person';
    if (kind === 'shoulder' && !two) return true;
    const toLeader = metresToLeader(vehicle, lane, journeys, at);
    if (kind !== 'shoulder' && toLeader < this.#figures.at(place, at).queueGapMetres) return false;
    const toLine = metresToStopLine(vehicle, lane);
    const signal = groups[lane.group]!.signal;
    if (signal === undefined || toLine === undefined || toLine < -6) return true;
    const phase = signal.phase(at);
    if (phase === 'overdue') return true;
    // The queue before it starts to move at about four metres a second, from the line backwards.
    if (phase === 'green' && signal.greenSeconds(at) > 4 + Math.max(0, toLine) / 4) return true;
    if (drivesOnAhead(vehicle, lane, journeys, at)) spot.provenFreeAt = at;
    if (at - spot.provenFreeAt < provenMs) return true;
    return (
      kind === 'lane' && seesFreeRoad(vehicle, lane, Math.min(toLeader, toLine), this.#context.road.ground)
    );
  }

  #keep(spot: Spot, view: View, findings: Findings): boolean {
    if (!spot.isEmpty(this.#figures.at(spot.place, view.at).emptySeconds)) return true;
    const others = this.#spots.some((other) => other !== spot && other.raised && other.place === spot.place);
    if (spot.raised && !others) findings.release('stopped-vehicle', spot.place, view.at);
    return false;
  }

  #judge(spot: Spot, view: View, findings: Findings): void {
    const now = this.#figures.at(spot.place, view.at);
    if (spot.raised || view.learning || spot.lastSeenAt !== view.at || !spot.arrived || !now.enabled) return;
    const { vehicle } = spot;
    if (vehicle === undefined || !now.kinds.some((kind) => kind === vehicle.kind)) return;
    const still = vehicle.metresFromRest < 0.5 + 1.2 * vehicle.noise;
    if (!still || spot.hitShare < 0.3 || spot.freeSeconds < now.dwellSeconds + earlySeconds) return;
    spot.raised = findings.hold(findingOf(spot, [spot], view.at), view.at);
  }

  /** One incident a place, however many vehicles stand there. */
  #report(view: View, findings: Findings): void {
    const raised = this.#spots.filter((spot) => spot.raised);
    for (const spot of raised) {
      const together = raised.filter((other) => other.place === spot.place);
      if (!this.#figures.at(spot.place, view.at).enabled)
        findings.release('stopped-vehicle', spot.place, view.at);
      else if (together[0] === spot) findings.hold(findingOf(spot, together, view.at), view.at);
    }
  }
}

function findingOf(spot: Spot, together: readonly Spot[], at: EpochMs) {
  return {
    kind: 'stopped-vehicle',
    place: spot.place,
    severity: spot.kind === 'shoulder' ? 'minor' : 'major',
    onsetAt: spot.onsetAt,
    confidence: Math.min(1, 0.4 + 0.6 * spot.hitShare),
    box: spot.box,
    measures: { standingSeconds: Math.round((at - spot.onsetAt) / 1000), vehicles: together.length },
  } as const;
}
