import type { IncidentKind } from '#rules';
import type { Agent } from './agent.ts';
import { createGroupWatch } from './group-truth.ts';
import { carriagewayId, type Leg, laneAt, laneId, type Road, shoulderId } from './roads.ts';
import type { World } from './world.ts';

/**
 * What truly happened, from the simulation's own state; the definitions are these and nowhere else:
 *
 * stopped-vehicle     Begins when the speed of a vehicle that has broken down or pulled over falls below 0.3 m/s, ends
 *                     when it rises above 0.5 m/s or the vehicle has left. Counts once it has stood for 10 s. Place: the
 *                     lane, or the shoulder's zone, that its centre is in. Short stops, hesitation, waiting to turn,
 *                     queues and who has parked there from the start are none.
 * wrong-way           From when a rider is in a lane or on a shoulder and moves against it (above 1 m/s) until it has
 *                     left that leg. Place: the lane or shoulder of its centre at the onset; one on each leg.
 * pedestrian          From when somebody's centre is within the lanes of a leg, off the crossing, until it is not.
 *                     Place: that carriageway's zone.
 * queue-spillback     A vehicle slower than 1 m/s covers the group's spill-back line and at least two more stand within
 *                     the 25 m in front of it; begins when that has begun and lasted 3 s, ends when it has ended for 3 s.
 *                     Place: the lane group (also told: the line).
 * congestion          Of a lane group, over the 60 m next to the junction: space-mean speed below 2.2 m/s at 70 or more
 *                     passenger-car units a kilometre and lane. Where a signal holds the group it counts only after
 *                     10 s of green, because before that a queue is but a queue. Begins when that has lasted 5 s
 *                     (told: from its beginning); ends when above 3.5 m/s or below 45 units for 5 s, again not judged in
 *                     red. Place: the lane group.
 * slow-traffic        As long as a slow stretch of the scenario holds the group's mean speed below 5.5 m/s (half of free
 *                     flow) without jamming it; begins after 10 s (told: from its beginning). Place: the lane group.
 */
export interface TrueIncident {
  readonly kind: IncidentKind;
  /** Id of a lane, a lane group or a zone. */
  readonly place: string;
  /** Other ids that a correct report may name. */
  readonly also: readonly string[];
  /** Seconds of the clip; negative where it began in the warm-up. */
  readonly onsetSeconds: number;
  /** Undefined while it lasts. */
  endSeconds: number | undefined;
  /** Who, as far as it is somebody; those in a queue are not told. */
  readonly movers: readonly number[];
}

export interface TruthKeeper {
  readonly incidents: readonly TrueIncident[];
  observe(world: World): void;
}

const standsBelow = 0.3;
const movesAbove = 0.5;
const countsAfterSeconds = 10;

/** Watches a simulation and writes down its incidents. */
export function createTruthKeeper(): TruthKeeper {
  const incidents: TrueIncident[] = [];
  const groups = createGroupWatch(incidents);
  const lives = new Map<
    string,
    { readonly agent: Agent; readonly since: number; told: TrueIncident | undefined }
  >();

  function observe(world: World): void {
    for (const agent of world.agents) {
      watch(
        world,
        agent,
        'stopped-vehicle',
        stands(agent, lives.has(`stopped-vehicle ${agent.id}`)),
        countsAfterSeconds,
      );
      if (agent.along < 0 && agent.kind !== 'person') watch(world, agent, 'wrong-way', goesAgainst(agent), 0);
      if (agent.stroll !== undefined) watch(world, agent, 'pedestrian', walksInLane(agent), 0);
    }
    for (const [key, life] of lives) if (life.agent.gone) close(key, world.seconds);
    groups.observe(world);
  }

  function watch(world: World, agent: Agent, kind: IncidentKind, is: boolean, afterSeconds: number): void {
    const key = `${kind} ${agent.id}`;
    const life = lives.get(key);
    if (!is) {
      if (life !== undefined) close(key, world.seconds);
    } else if (life === undefined) {
      lives.set(key, { agent, since: world.seconds, told: undefined });
      if (afterSeconds === 0) tell(key, agent, kind);
    } else if (life.told === undefined && world.seconds - life.since >= afterSeconds) tell(key, agent, kind);
  }

  function tell(key: string, agent: Agent, kind: IncidentKind): void {
    const life = lives.get(key)!;
    const onsetSeconds = life.since;
    life.told = {
      kind,
      place: placeOf(agent, kind),
      also: [],
      onsetSeconds,
      endSeconds: undefined,
      movers: [agent.id],
    };
    incidents.push(life.told);
  }

  function close(key: string, seconds: number): void {
    const { told } = lives.get(key)!;
    if (told !== undefined) told.endSeconds = seconds;
    lives.delete(key);
  }

  return { incidents, observe };
}

function stands({ errand, speed }: Agent, stood: boolean): boolean {
  if (speed > (stood ? movesAbove : standsBelow)) return false;
  return stood || errand?.cause === 'breakdown' || errand?.cause === 'pull-over';
}

function goesAgainst({ spot, road, speed }: Agent): boolean {
  return speed > 1 && Math.abs(spot.u) > road.stopLine && spot.d > 0 && spot.d < road.width;
}

function walksInLane({ spot, road }: Agent): boolean {
  return Math.abs(spot.u) > road.stopLine && spot.d > 0 && spot.d < road.shoulderAt;
}

function placeOf({ spot, road }: Agent, kind: IncidentKind): string {
  const leg = legAt(spot.u);
  if (kind === 'pedestrian') return carriagewayId(road, leg);
  return placeIn(road, leg, spot.d);
}

function placeIn(road: Road, leg: Leg, d: number): string {
  const lane = laneAt(road, d);
  return lane > road.lanes ? shoulderId(road, leg) : laneId(road, leg, Math.max(1, lane));
}

function legAt(u: number): Leg {
  return u < 0 ? 'in' : 'out';
}
