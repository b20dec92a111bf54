import type { EpochMs } from '#base';
import type { Location } from '#camera';
import type { Incident, IncidentKind } from './incident.ts';

/** An incident and where its camera stands. */
export interface PlacedIncident {
  readonly incident: Incident;
  readonly location: Location;
}

/**
 * Two incidents of different cameras that are likely one matter. `upstream`: the second lies where the traffic of the first comes
 * from, as a queue lies behind a breakdown; `downstream`: where it goes to; `near`: near by, its direction not known.
 */
export interface IncidentLink {
  readonly first: string;
  readonly second: string;
  readonly metres: number;
  readonly relation: 'upstream' | 'downstream' | 'near';
}

export interface LinkOptions {
  readonly withinMetres: number;
  /** Between the end of the one and the onset of the other. */
  readonly withinSeconds: number;
}

/** What spreads along a road; a pedestrian here and a wrong-way driver there have nothing to do with each other. */
const spreading: readonly IncidentKind[] = [
  'congestion',
  'queue-spillback',
  'slow-traffic',
  'stopped-vehicle',
];
/** A wrong-way driver comes by the next camera. */
const travelling: readonly IncidentKind[] = ['wrong-way'];
/** A place counts as ahead if it lies within this of the direction of travel. */
const aheadDegrees = 60;

/**
 * Links incidents of neighbouring cameras by map distance, time and direction of travel; each pair once, nearest first. Give it the open
 * ones and those cleared lately: it compares each with each.
 */
export function linkNeighbours(placed: readonly PlacedIncident[], options: LinkOptions): IncidentLink[] {
  const links: IncidentLink[] = [];
  for (const [i, a] of placed.entries()) {
    for (const b of placed.slice(i + 1)) {
      const link = linkOf(a, b, options);
      if (link !== undefined) links.push(link);
    }
  }
  return links.sort((a, b) => a.metres - b.metres);
}

function linkOf(a: PlacedIncident, b: PlacedIncident, { withinMetres, withinSeconds }: LinkOptions) {
  if (a.incident.camera === b.incident.camera || !mayBelong(a.incident.kind, b.incident.kind))
    return undefined;
  if (secondsApart(a.incident, b.incident) > withinSeconds) return undefined;
  const { metres, bearing } = between(a.location, b.location);
  if (metres > withinMetres) return undefined;
  return {
    first: a.incident.id,
    second: b.incident.id,
    metres: Math.round(metres),
    relation: relationOf(a, bearing),
  };
}

function mayBelong(a: IncidentKind, b: IncidentKind): boolean {
  return [spreading, travelling].some((group) => group.includes(a) && group.includes(b));
}

function secondsApart(a: Incident, b: Incident): number {
  const end = (incident: Incident): EpochMs => incident.clearedAt ?? Number.POSITIVE_INFINITY;
  return Math.max(0, a.onsetAt - end(b), b.onsetAt - end(a)) / 1000;
}

function relationOf({ incident, location }: PlacedIncident, bearing: number): IncidentLink['relation'] {
  const travel = travelDegrees(incident, location);
  if (travel === undefined) return 'near';
  const turn = Math.abs(((bearing - travel + 540) % 360) - 180);
  if (turn <= aheadDegrees) return 'downstream';
  return turn >= 180 - aheadDegrees ? 'upstream' : 'near';
}

/** Compass degrees of the traffic at an incident: the way the camera looks where the path leads up the picture, else the opposite. */
function travelDegrees({ path, kind }: Incident, { headingDegrees }: Location): number | undefined {
  const [from, to] = [path?.[0], path?.at(-1)];
  // A spill-back's path is its line, across the traffic.
  if (headingDegrees === undefined || from === undefined || to === undefined || kind === 'queue-spillback')
    return undefined;
  return to.y < from.y ? headingDegrees : headingDegrees + 180;
}

/** Metres and compass degrees from one place to another, on a plane: good for a few kilometres. */
function between(a: Location, b: Location): { metres: number; bearing: number } {
  const metresPerDegree = 111_320;
  const north = (b.latitude - a.latitude) * metresPerDegree;
  const east = (b.longitude - a.longitude) * metresPerDegree * Math.cos((a.latitude * Math.PI) / 180);
  return {
    metres: Math.hypot(north, east),
    bearing: ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360,
  };
}
