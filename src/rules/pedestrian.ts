import type { EpochMs } from '#base';
import type { Incident } from './incident.ts';
import type { Journey } from './journey/journey.ts';
import { type RoadZone, zoneAt } from './road/road.ts';
import type { Findings, Rule, RuleContext, View } from './rule.ts';
import { settingsAt } from './settings/day-profile.ts';
import type { RuleSettings } from './settings/rule-settings.ts';

/** What one person on foot has done on a carriageway. */
interface Walk {
  zone: RoadZone;
  since: EpochMs;
  seconds: number;
  seenAt: EpochMs;
}

interface Presence {
  readonly zone: string;
  readonly onsetAt: EpochMs;
  walker: Journey | undefined;
  lastSeenAt: EpochMs;
}

/**
 * Pedestrian: a person on foot on a carriageway, off the crossings, longer than the dwell. A rider whom the detector calls a person
 * is told by what else it is called, by having ridden, and by moving with the queue it is in.
 */
export function createPedestrianRule(context: RuleContext): Rule {
  return new PedestrianRule(context);
}

class PedestrianRule implements Rule {
  readonly kind = 'pedestrian';
  readonly #context: RuleContext;
  readonly #figures: { at(place: string, now: EpochMs): RuleSettings['pedestrian'] };
  #walks = new WeakMap<Journey, Walk>();
  #present: Presence[] = [];

  constructor(context: RuleContext) {
    this.#context = context;
    this.#figures = settingsAt(context.settings.pedestrian, context.utcOffsetMinutes);
  }

  observe(view: View, findings: Findings): void {
    for (const walker of view.journeys) if (walker.lastSeenAt === view.at) this.#follow(walker, view);
    for (const presence of this.#present) this.#report(presence, view, findings);
    this.#clear(view, findings);
  }

  resume({ place, onsetAt }: Incident, at: EpochMs): boolean {
    const known = this.#context.road.zones.some(({ zone }) => zone.id === place);
    if (!known || !this.#context.settings.pedestrian.enabled) return false;
    this.#present.push({ zone: place, onsetAt, walker: undefined, lastSeenAt: at });
    return true;
  }

  restart(at: EpochMs): void {
    this.#walks = new WeakMap();
    for (const presence of this.#present) presence.lastSeenAt = at;
  }

  #follow(walker: Journey, view: View): void {
    const { road } = this.#context;
    const zone = zoneAt(road, walker.foot, 'carriageway');
    if (zone === undefined || zoneAt(road, walker.foot, 'crossing') !== undefined) return;
    const figures = this.#figures.at(zone.zone.id, view.at);
    if (!figures.enabled || !this.#onFoot(walker, figures, view)) return;
    const walk = this.#walks.get(walker) ?? { zone, since: view.at, seconds: 0, seenAt: view.at };
    // Misses in between count as far as they are short: who is lost for long may have left and come back.
    walk.seconds += Math.min(2, (view.at - walk.seenAt) / 1000);
    walk.seenAt = view.at;
    this.#walks.set(walker, walk);
    if (walk.seconds >= figures.dwellSeconds && !view.learning) this.#note(walker, walk);
  }

  #onFoot(walker: Journey, figures: RuleSettings['pedestrian'], view: View): boolean {
    if (walker.kind !== 'person' || walker.votes.share('person') < figures.minPersonShare) return false;
    if (walker.speed > figures.maxSpeedKmh / 3.6 + 2 * walker.noise || walker.detections < 4) return false;
    // Something that has never moved may be a post; a walker moves, sooner or later.
    if (walker.travelled < 0.8 + 2 * walker.noise) return false;
    const group = walker.lane && view.groups[walker.lane.group];
    const withTraffic = walker.speedAlong > 0.75 * walker.speed || walker.standingSince !== undefined;
    return group === undefined || !withTraffic || group.standingShare * group.fullness < 0.15;
  }

  #note(walker: Journey, walk: Walk): void {
    const known = this.#present.find((presence) => presence.walker === walker);
    if (known !== undefined) known.lastSeenAt = walk.seenAt;
    else {
      const presence = { zone: walk.zone.zone.id, onsetAt: walk.since, walker, lastSeenAt: walk.seenAt };
      this.#present.push(presence);
    }
  }

  #report(presence: Presence, { at }: View, findings: Findings): void {
    const { walker, zone, onsetAt } = presence;
    if (walker === undefined || presence.lastSeenAt !== at) return;
    const people = this.#present.filter((other) => other.zone === zone).length;
    findings.hold(
      {
        kind: 'pedestrian',
        place: zone,
        severity: 'major',
        onsetAt,
        confidence: Math.min(1, walker.votes.share('person')),
        box: walker.box,
        measures: { secondsOnCarriageway: Math.round((at - onsetAt) / 1000), people },
      },
      at,
    );
  }

  #clear({ at }: View, findings: Findings): void {
    const gone = this.#present.filter(({ zone, lastSeenAt }) => {
      const { clearSeconds, enabled } = this.#figures.at(zone, at);
      return !enabled || at - lastSeenAt > clearSeconds * 1000;
    });
    if (gone.length === 0) return;
    this.#present = this.#present.filter((presence) => !gone.includes(presence));
    for (const { zone } of gone) {
      if (!this.#present.some((other) => other.zone === zone)) findings.release('pedestrian', zone, at);
    }
  }
}
