import type { EpochMs } from '#base';
import type { Incident } from './incident.ts';
import type { Journey } from './journey/journey.ts';
import { type Road, type RoadZone, zoneAt } from './road/road.ts';
import { claimedSeconds, type Findings, type Rule, type RuleContext, type View } from './rule.ts';
import { settingsAt } from './settings/day-profile.ts';
import type { RuleSettings } from './settings/rule-settings.ts';

/** What one person on foot has done on a carriageway. */
interface Walk {
  readonly zone: RoadZone;
  readonly since: EpochMs;
  readonly fromX: number;
  readonly fromY: number;
  x: number;
  y: number;
  /** How long it has been walking, as opposed to standing or riding. */
  seconds: number;
  /** Sums over those seconds of its speed and its speed squared: how steadily it walks. */
  speeds: number;
  squares: number;
  seenAt: EpochMs;
}

/** Faster from one picture to the next is no walker but a track that has jumped from one standing rider to another; metres per second. */
const stepSpeed = 3;

/** Metres. */
const besideCrossing = 1;

/** A rider who filters through a queue changes lanes too, but goes much farther along the road than across. */
const aslant = 0.5;

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
    for (const walker of view.journeys)
      if (walker.lastSeenAt === view.at) this.#follow(walker, view, findings);
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

  #follow(walker: Journey, view: View, findings: Findings): void {
    const { road } = this.#context;
    const zone = zoneAt(road, walker.point, 'carriageway');
    if (zone === undefined || isAtCrossing(road, walker)) return;
    const figures = this.#figures.at(zone.zone.id, view.at);
    if (!figures.enabled || !isOnFoot(walker, figures)) return;
    const walk = this.#continued(walker, view.at) ?? begin(walker, zone, view.at);
    this.#walks.set(walker, walk);
    if (!isWalking(walker)) return;
    if (view.learning) return;
    const leftSeconds = figures.dwellSeconds * doubt(walker, walk, view) - walk.seconds;
    if (leftSeconds <= 0) this.#note(walker, walk);
    else if (leftSeconds <= claimedSeconds) {
      const { at } = view;
      const { box } = walker;
      const raisesAt = at + leftSeconds * 1000;
      findings.claim({ kind: 'pedestrian', place: zone.zone.id, box, at, since: at, raisesAt });
    }
  }

  /** The same walk one picture later; undefined if there was none or the track has jumped. */
  #continued(walker: Journey, at: EpochMs): Walk | undefined {
    const walk = this.#walks.get(walker);
    if (walk === undefined) return undefined;
    const seconds = (at - walk.seenAt) / 1000;
    if (Math.hypot(walker.x - walk.x, walker.y - walk.y) > stepSpeed * seconds + 2.5 * walker.noise)
      return undefined;
    // Misses in between count as far as they are short: who is lost for long may have left and come back.
    if (isWalking(walker)) addStep(walk, walker.speed, Math.min(1.5, seconds));
    else if (walker.standingSince !== undefined && at - walker.standingSince > 4_000) return undefined;
    walk.seenAt = at;
    walk.x = walker.x;
    walk.y = walker.y;
    return walk;
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

function begin({ x, y }: Journey, zone: RoadZone, at: EpochMs): Walk {
  return { zone, since: at, fromX: x, fromY: y, x, y, seconds: 0, speeds: 0, squares: 0, seenAt: at };
}

/** On a crossing, or beside it by no more than people walk beside one and a box may be wrong. */
function isAtCrossing(road: Road, { point, noise, metresPerPictureHeight }: Journey): boolean {
  const by = (besideCrossing + 2 * noise) / metresPerPictureHeight;
  const about = [0, -by, by].flatMap((dx) =>
    [0, -by, by].map((dy) => ({ x: point.x + dx, y: point.y + dy })),
  );
  return about.some((place) => zoneAt(road, place, 'crossing') !== undefined);
}

function isOnFoot(walker: Journey, { minPersonShare, maxSpeedKmh }: RuleSettings['pedestrian']): boolean {
  if (walker.kind !== 'person' || walker.votes.share('person') < minPersonShare) return false;
  return walker.detections >= 4 && walker.speed <= maxSpeedKmh / 3.6 + walker.noise;
}

function isWalking({ speed, standingSince }: Journey): boolean {
  return speed > 0.35 && standingSince === undefined;
}

function addStep(walk: Walk, speed: number, seconds: number): void {
  walk.seconds += seconds;
  walk.speeds += speed * seconds;
  walk.squares += speed * speed * seconds;
}

/** A walker keeps a pace; who creeps in a queue does not. */
function isSteady({ seconds, speeds, squares }: Walk): boolean {
  const mean = speeds / seconds;
  return mean > 0.7 && mean < 2.2 && squares / seconds - mean * mean < 0.3 * 0.3;
}

/**
 * By how much longer somebody must walk to be believed: a way across or against the traffic only a walker goes; along with it a rider
 * who brakes or creeps does too, and among standing vehicles hardly anybody can tell. Who has hardly moved at all may be a post.
 */
function doubt(walker: Journey, walk: Walk, { groups }: View): number {
  const dx = walker.x - walk.fromX;
  const dy = walker.y - walk.fromY;
  const least = 1.5 + 2 * walker.noise;
  const group = walker.lane && groups[walker.lane.group];
  if (group === undefined) return Math.hypot(dx, dy) > least ? 1 : Number.POSITIVE_INFINITY;
  const along = dx * walker.axisX + dy * walker.axisY;
  const sinceX = walker.x - walker.firstX;
  const sinceY = walker.y - walker.firstY;
  const across = Math.abs(sinceX * walker.axisY - sinceY * walker.axisX);
  const crosses = across > least && across > aslant * Math.abs(sinceX * walker.axisX + sinceY * walker.axisY);
  if (crosses || along < -1 - least) return 1;
  if (along < 1 + least) return Number.POSITIVE_INFINITY;
  const queue = group.members.some(({ standingSince }) => standingSince !== undefined);
  if (isSteady(walk)) return queue ? 2.5 : 1.5;
  return queue ? Number.POSITIVE_INFINITY : 2.5;
}
