import type { EpochMs, Point } from '#base';
import type { Camera, Location } from '#camera';
import type { Incident, IncidentKind } from './incident.ts';

export interface PlacedIncident {
  readonly incident: Incident;
  /** The one that saw it. */
  readonly camera: Camera;
}

/**
 * An incident of another camera that is likely the same matter. `upstream`: it lies where the traffic comes from, as a queue lies
 * behind a breakdown; `downstream`: where it goes to; `near`: near by, its direction not known.
 */
export interface NeighbourLink {
  /** Its id. */
  readonly other: string;
  readonly metres: number;
  readonly relation: 'upstream' | 'downstream' | 'near';
}

export interface LinkOptions {
  readonly withinMetres: number;
  /** Between the end of the one and the onset of the other. */
  readonly withinSeconds: number;
  /** Only the nearest so many. */
  readonly most: number;
}

/** The next junctions of a city and as long as a queue needs to get there. */
export const defaultLinking: LinkOptions = { withinMetres: 800, withinSeconds: 600, most: 8 };

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
/** So close, at one junction or on one pole, the bearing from camera to camera says nothing about the road. */
const besideMetres = 30;

/**
 * Links a newcomer with incidents of neighbouring cameras by map distance, time and direction of travel, nearest first. Give it
 * those that are open and those that were cleared lately.
 */
export function linkNeighbours(
  newcomer: PlacedIncident,
  others: readonly PlacedIncident[],
  options: LinkOptions = defaultLinking,
): NeighbourLink[] {
  return others
    .flatMap((other) => linkOf(newcomer, other, options) ?? [])
    .sort((a, b) => a.metres - b.metres)
    .slice(0, options.most);
}

function linkOf(
  a: PlacedIncident,
  b: PlacedIncident,
  { withinMetres, withinSeconds }: LinkOptions,
): NeighbourLink | undefined {
  const [here, there] = [a.camera.location, b.camera.location];
  if (here === undefined || there === undefined || a.camera.id === b.camera.id) return undefined;
  if (!mayBelong(a.incident.kind, b.incident.kind)) return undefined;
  if (secondsApart(a.incident, b.incident) > withinSeconds) return undefined;
  const { metres, bearing } = between(here, there);
  if (metres > withinMetres) return undefined;
  return {
    other: b.incident.id,
    metres: Math.round(metres),
    relation: metres < besideMetres ? 'near' : relationOf(a, b, bearing),
  };
}

function mayBelong(a: IncidentKind, b: IncidentKind): boolean {
  return [spreading, travelling].some((group) => group.includes(a) && group.includes(b));
}

function secondsApart(a: Incident, b: Incident): number {
  const end = (incident: Incident): EpochMs => incident.clearedAt ?? Number.POSITIVE_INFINITY;
  return Math.max(0, a.onsetAt - end(b), b.onsetAt - end(a)) / 1000;
}

/** By the traffic of whichever of them shows its direction; where both do and they oppose each other, it is not one road. */
function relationOf(a: PlacedIncident, b: PlacedIncident, bearing: number): NeighbourLink['relation'] {
  const [here, there] = [travelDegrees(a), travelDegrees(b)];
  const travel = here ?? there;
  if (travel === undefined || (there !== undefined && degreesApart(travel, there) > 90)) return 'near';
  const turn = degreesApart(bearing, travel);
  if (turn <= aheadDegrees) return 'downstream';
  return turn >= 180 - aheadDegrees ? 'upstream' : 'near';
}

function degreesApart(a: number, b: number): number {
  return Math.abs(((((a - b + 540) % 360) + 360) % 360) - 180);
}

/** Compass degrees of the traffic at an incident: the way the camera looks where it goes up the picture, else the opposite. */
function travelDegrees({ incident, camera }: PlacedIncident): number | undefined {
  const heading = camera.location?.headingDegrees;
  const direction = directionOf(incident, camera);
  const [from, to] = [direction?.[0], direction?.at(-1)];
  if (heading === undefined || from === undefined || to === undefined) return undefined;
  return to.y < from.y ? heading : heading + 180;
}

/** Of its lane; a wrong-way driver goes its own way. */
function directionOf({ kind, place, path }: Incident, { analysis }: Camera): readonly Point[] | undefined {
  if (kind === 'wrong-way') return path;
  const scene = analysis?.scene;
  const group = scene?.lines.find(({ id }) => id === place)?.group ?? place;
  return scene?.lanes.find((lane) => lane.id === place || lane.group === group)?.direction;
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
