import type { EpochMs } from '#base';
import type { Incident } from './incident.ts';
import type { Journey } from './journey/journey.ts';
import { laneAt, zoneAt } from './road/road.ts';
import { claimedSeconds, type Findings, type Rule, type RuleContext, type View } from './rule.ts';
import { settingsAt } from './settings/day-profile.ts';
import type { RuleSettings } from './settings/rule-settings.ts';
import { standingOf } from './stopped/free-standing.ts';
import { OpenRoad } from './stopped/open-road.ts';
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

/** A place lay open before somebody came if it did for this share of the last half minute. */
const openBefore = 0.4;
const unseenSeconds = 4;

class StoppedVehicleRule implements Rule {
  readonly kind = 'stopped-vehicle';
  readonly #context: RuleContext;
  readonly #figures: { at(place: string, now: EpochMs): Figures };
  readonly #openRoad = new OpenRoad();
  #spots: Spot[] = [];

  constructor(context: RuleContext) {
    this.#context = context;
    this.#figures = settingsAt(context.settings.stoppedVehicle, context.utcOffsetMinutes);
  }

  observe(view: View, findings: Findings): void {
    for (const vehicle of view.journeys) if (vehicle.lastSeenAt === view.at) this.#see(vehicle, view.at);
    this.#openRoad.observe(view.journeys, view.at, view.elapsedSeconds);
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
    this.#openRoad.restart();
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
    const zone = zoneAt(road, vehicle.point, 'forbidden');
    const lane = laneAt(road, vehicle.point);
    const shoulder = lane === undefined ? zoneAt(road, vehicle.point, 'shoulder') : undefined;
    const place = zone?.zone.id ?? lane?.lane.id ?? shoulder?.zone.id ?? vehicle.lane?.lane.id;
    if (place === undefined) return;
    const kind: SpotKind = zone !== undefined ? 'forbidden' : shoulder !== undefined ? 'shoulder' : 'lane';
    const spot = Spot.of(place, kind, vehicle, vehicle.standingSince!);
    if (spot.arrival === undefined && this.#openRoad.under(vehicle.box) > openBefore) spot.arrival = 'open';
    this.#spots.push(spot);
  }

  /** Adds the time since the last picture to what is known of a spot. */
  #watch(spot: Spot, view: View): void {
    if (spot.lastSeenAt === view.at) {
      const { queueGapMetres } = this.#figures.at(spot.place, view.at);
      const standing = standingOf(spot, this.#context.road, queueGapMetres, view);
      spot.stand(standing, view.at, view.watchingSince);
      return;
    }
    const hidden = view.journeys.some((other) => other.lastSeenAt === view.at && hides(other.box, spot.box));
    if (hidden) return;
    spot.missed(view.elapsedSeconds, spot.isLeft(view.at));
  }

  #keep(spot: Spot, view: View, findings: Findings): boolean {
    if (!spot.isEmpty(this.#figures.at(spot.place, view.at).emptySeconds)) return true;
    const others = this.#spots.some((other) => other !== spot && other.raised && other.place === spot.place);
    if (spot.raised && !others) findings.release('stopped-vehicle', spot.place, view.at);
    return false;
  }

  #judge(spot: Spot, view: View, findings: Findings): void {
    const now = this.#figures.at(spot.place, view.at);
    if (
      spot.raised ||
      view.learning ||
      spot.lastSeenAt !== view.at ||
      spot.arrival === undefined ||
      !now.enabled
    )
      return;
    const { vehicle } = spot;
    if (vehicle === undefined || !now.kinds.some((kind) => kind === vehicle.kind)) return;
    // What was never seen to come may be a false box that stays; it has to look better and to last longer.
    const unseen = spot.arrival === 'open';
    if (unseen && (spot.hitShare < 0.5 || spot.confidence < 0.45)) return;
    const least = vehicle.kind === 'bus' ? now.busDwellSeconds : now.dwellSeconds;
    const dwellSeconds = least + earlySeconds + (unseen ? unseenSeconds : 0);
    // Not who only drives by where another stood: it has been seen to stand itself.
    const still = vehicle.standingSince !== undefined && vehicle.metresFromRest < 0.5 + 1.2 * vehicle.noise;
    if (!still || spot.hitShare < 0.3) return;
    const leftSeconds = dwellSeconds - spot.freeSeconds;
    if (leftSeconds > 0) {
      const { place, box, onsetAt: since } = spot;
      const raisesAt = view.at + leftSeconds * 1000;
      if (leftSeconds <= claimedSeconds)
        findings.claim({ kind: 'stopped-vehicle', place, box, at: view.at, since, raisesAt });
      return;
    }
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
    isNew: spot.arrival === 'seen',
  } as const;
}
