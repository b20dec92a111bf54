import type { Spot } from './agent.ts';
import { groupId, type Leg, lineId, type Road } from './roads.ts';
import type { TrueIncident } from './truth.ts';
import { stripOf, type World } from './world.ts';

/** Where a standing queue counts as spilt back: metres from the stop line, before and behind the junction. */
export const spillbackMetres = { in: 50, out: 4 } as const;
/** The line may lie in the gap before the last of the queue. */
const gapMetres = 4;
/** The stretch next to the junction over which a group is judged. */
const stretchMetres = 60;
const everySeconds = 0.5;

/** What a car counts in each kind of road user. */
export const carUnits = { car: 1, motorbike: 0.3, bus: 2, truck: 1.8, bicycle: 0.2, person: 0 } as const;

/** A condition that must hold (or not hold) for some seconds before it counts. */
interface Held {
  since: number | undefined;
  told: TrueIncident | undefined;
  endsSince: number | undefined;
}

interface Group {
  readonly road: Road;
  readonly leg: Leg;
  readonly congestion: Held;
  readonly spillback: Held;
  readonly slow: Held;
  units: number;
  meanSpeed: number;
}

/** Judges the lane groups: congestion, spill-back, slow traffic. Definitions are in `truth.ts`. */
export function createGroupWatch(incidents: TrueIncident[]): { observe(world: World): void } {
  let groups: readonly Group[] | undefined;
  let next = Number.NEGATIVE_INFINITY;
  function observe(world: World): void {
    if (world.seconds < next) return;
    next = world.seconds + everySeconds - 1e-6;
    groups ??= world.roads.flatMap((road) => [createGroup(road, 'in'), createGroup(road, 'out')]);
    for (const group of groups) judge(world, group, incidents);
  }
  return { observe };
}

function createGroup(road: Road, leg: Leg): Group {
  const held = (): Held => ({ since: undefined, told: undefined, endsSince: undefined });
  return { road, leg, congestion: held(), spillback: held(), slow: held(), units: 0, meanSpeed: 0 };
}

function judge(world: World, group: Group, incidents: TrueIncident[]): void {
  const { road, leg } = group;
  const strip = stripOf(world, road);
  measure(group, strip);
  const id = groupId(road, leg);
  const density = group.units / (road.lanes * (stretchMetres / 1000));
  const signal = world.signals[road.axis];
  const served = leg === 'out' || (signal.colour === 'green' && signal.sinceSeconds > 10);
  const jammed = group.meanSpeed < 2.2 && density >= 70;
  const free = group.meanSpeed > 3.5 || density < 45;
  if (served) hold(group.congestion, jammed, free, world.seconds, 5, 5, incidents, 'congestion', id, []);
  const spilt = isSpilt(group, strip);
  hold(group.spillback, spilt, !spilt, world.seconds, 3, 3, incidents, 'queue-spillback', id, [
    lineId(road, leg),
  ]);
  const slowed = isSlowed(world, group) && group.units > 0.5 && group.meanSpeed < 5.5 && !jammed;
  hold(group.slow, slowed, !isSlowed(world, group), world.seconds, 10, 3, incidents, 'slow-traffic', id, []);
}

/** Passenger-car units and their mean speed on the group's stretch. */
function measure(group: Group, strip: readonly Spot[]): void {
  const { road, leg } = group;
  const from = leg === 'in' ? -road.stopLine - stretchMetres : road.stopLine;
  let units = 0;
  let speed = 0;
  for (const spot of strip) {
    if (spot.u < from) continue;
    if (spot.u > from + stretchMetres) break;
    if (spot.agent.spot !== spot || spot.d > road.width || isParked(spot)) continue;
    const weight = carUnits[spot.agent.kind];
    units += weight;
    speed += weight * spot.agent.speed;
  }
  group.units = units;
  group.meanSpeed = units > 0 ? speed / units : 99;
}

function isParked({ agent }: Spot): boolean {
  return agent.errand?.cause === 'parked' || agent.errand?.cause === 'pull-over';
}

function isSpilt({ road, leg }: Group, strip: readonly Spot[]): boolean {
  const line = leg === 'in' ? -road.stopLine - spillbackMetres.in : road.stopLine + spillbackMetres.out;
  let covered = false;
  let others = 0;
  for (const spot of strip) {
    if (spot.agent.spot !== spot || spot.agent.speed >= 1 || spot.d > road.shoulderAt || isParked(spot))
      continue;
    if (spot.u - spot.halfU <= line && spot.u + spot.halfU >= line - gapMetres) covered = true;
    else if (spot.u > line && spot.u < line + 25) others++;
  }
  return covered && others >= 2;
}

function isSlowed(world: World, { road, leg }: Group): boolean {
  return world.slow.some(
    (zone) => zone.road === road && zone.from < 0 === (leg === 'in') && zone.speed > 1.5,
  );
}

/** Tells an incident when its condition has held long enough, and ends it when the opposite has. */
function hold(
  held: Held,
  is: boolean,
  isOver: boolean,
  seconds: number,
  afterSeconds: number,
  endAfterSeconds: number,
  incidents: TrueIncident[],
  kind: TrueIncident['kind'],
  place: string,
  also: readonly string[],
): void {
  if (held.told === undefined) {
    if (!is) held.since = undefined;
    else held.since ??= seconds;
    if (held.since === undefined || seconds - held.since < afterSeconds) return;
    held.told = { kind, place, also, onsetSeconds: held.since, endSeconds: undefined, movers: [] };
    held.endsSince = undefined;
    incidents.push(held.told);
    return;
  }
  if (!isOver) held.endsSince = undefined;
  else held.endsSince ??= seconds;
  if (held.endsSince === undefined || seconds - held.endsSince < endAfterSeconds) return;
  held.told.endSeconds = held.endsSince;
  held.told = undefined;
  held.since = undefined;
}
