import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import {
  defaultOutages,
  type FoundOutage,
  findOutages,
  isLost,
  type OutageScope,
  type OutageSettings,
  type PlacedState,
  type Shared,
  sharedBy,
} from './outages.ts';

/** An outage with its life: what cameras share that were lost together, from when to when. */
export interface Outage {
  /** Unique, stable over its life and a restart. */
  readonly id: string;
  readonly scope: OutageScope;
  readonly name: string;
  /** Whose cameras were lost. */
  readonly domains: readonly string[];
  /** How many cameras there are behind it. */
  readonly cameras: number;
  /** Every camera that was lost in its course. */
  readonly lost: readonly CameraId[];
  /** How many of all behind it are lost as it stands. */
  readonly down: number;
  readonly since: EpochMs;
  /** Undefined while it stands. */
  readonly until: EpochMs | undefined;
  /** Id of the wider outage that it became part of. */
  readonly into: string | undefined;
}

export interface OutageChange {
  readonly change: 'begun' | 'grown' | 'ended';
  readonly outage: Outage;
}

/** Follows outages from look to look. */
export interface OutageWatch {
  /** Every camera as it stands; tells what has begun, grown and ended. */
  look(states: readonly PlacedState[], now: EpochMs): OutageChange[];
  standing(): readonly Outage[];
  /** Something is held back: time alone can change what the next look says. */
  holds(): boolean;
}

export interface OutageWatchSettings extends OutageSettings {
  /** It stands while so large a share is lost, 0 to 1; below `leastShare`, so that it does not flicker. */
  readonly standingShare: number;
  /** How long it must last before it is told, and how long between two words of its growth. */
  readonly holdMs: number;
  /** How long its cameras must be back before its end is told. */
  readonly recoveryMs: number;
  /** Nothing begins so soon after the first look: cameras are being dialled, and the network may be starting too. */
  readonly startMs: number;
}

export const defaultOutageWatch: OutageWatchSettings = {
  ...defaultOutages,
  standingShare: 0.5,
  holdMs: 10_000,
  recoveryMs: 10_000,
  startMs: 20_000,
};

interface Standing {
  outage: Outage;
  /** As many were lost in its course when that was last told, and when. */
  toldLost: number;
  toldAt: EpochMs;
  /** Since when its cameras have been back. */
  backSince: EpochMs | undefined;
}

/** `resumed`: what stood when the program ended; it goes on until its cameras are seen to be back. */
export function createOutageWatch(
  resumed: readonly Outage[] = [],
  settings: OutageWatchSettings = defaultOutageWatch,
): OutageWatch {
  const standing = new Map<string, Standing>();
  /** When what may become an outage was first found. */
  const pending = new Map<string, EpochMs>();
  let lostSince = new Map<CameraId, EpochMs>();
  let notBefore: EpochMs | undefined;

  for (const outage of resumed) {
    const { scope, name, lost, since } = outage;
    standing.set(keyOf({ scope, name }), {
      outage,
      toldLost: lost.length,
      toldAt: since,
      backSince: undefined,
    });
    for (const camera of lost) lostSince.set(camera, since);
  }

  /** A camera that is dialled again is not back: once lost, it is lost until it is seen to be well. */
  const settled = (states: readonly PlacedState[]): PlacedState[] => {
    const before = lostSince;
    lostSince = new Map();
    return states.map((placed) => {
      const since = before.get(placed.camera);
      if (!isLost(placed) && !(placed.state === 'connecting' && since !== undefined)) return placed;
      lostSince.set(placed.camera, since ?? placed.since);
      return { ...placed, state: 'unreachable', since: since ?? placed.since };
    });
  };

  const follow = (one: Standing, shared: Shared, now: EpochMs): OutageChange[] => {
    const members = membersOf(one.outage, shared);
    const down = members.filter(isLost);
    one.outage = {
      ...one.outage,
      cameras: members.length,
      down: down.length,
      domains: union(
        one.outage.domains,
        down.map(({ domain }) => domain),
      ),
      lost: union(
        one.outage.lost,
        down.map(({ camera }) => camera),
      ),
    };
    const stands = down.length > 0 && down.length >= settings.standingShare * members.length;
    one.backSince = stands ? undefined : (one.backSince ?? now);
    if (one.backSince !== undefined && now - one.backSince >= settings.recoveryMs)
      return [end(one, one.backSince, undefined)];
    if (!stands || one.outage.lost.length === one.toldLost || now - one.toldAt < settings.holdMs) return [];
    one.toldLost = one.outage.lost.length;
    one.toldAt = now;
    return [{ change: 'grown', outage: one.outage }];
  };

  const end = (one: Standing, until: EpochMs, into: string | undefined): OutageChange => {
    standing.delete(keyOf(one.outage));
    return { change: 'ended', outage: { ...one.outage, until, into } };
  };

  const begin = (found: FoundOutage, shared: Shared, now: EpochMs): OutageChange[] => {
    const { scope, name, down, cameras, since } = found;
    const lost = new Set(down);
    const domains = membersOf(found, shared)
      .filter(({ camera }) => lost.has(camera))
      .map(({ domain }) => domain);
    const outage: Outage = {
      ...{ id: `${now}.${scope}.${name}`, scope, name, domains: union([], domains), cameras },
      ...{ lost: down, down: down.length, since, until: undefined, into: undefined },
    };
    const narrower = [...standing.values()].filter((other) => {
      const down = membersOf(other.outage, shared).filter(isLost);
      return down.length > 0 && down.every(({ camera }) => lost.has(camera));
    });
    standing.set(keyOf(found), { outage, toldLost: lost.size, toldAt: now, backSince: undefined });
    return [{ change: 'begun', outage }, ...narrower.map((one) => end(one, now, outage.id))];
  };

  return {
    look(seen, now) {
      notBefore ??= now + settings.startMs;
      const shared = sharedBy(settled(seen));
      const changes = [...standing.values()].flatMap((one) => follow(one, shared, now));
      const told = new Set([...standing.values()].flatMap(({ outage }) => outage.lost));
      const found = findOutages(shared, settings).filter(
        (one) => !standing.has(keyOf(one)) && !one.down.every((camera) => told.has(camera)),
      );
      const keys = new Set(found.map(keyOf));
      for (const key of pending.keys()) if (!keys.has(key)) pending.delete(key);
      for (const one of found) {
        const first = pending.get(keyOf(one)) ?? now;
        pending.set(keyOf(one), first);
        if (now < Math.max(first + settings.holdMs, notBefore)) continue;
        pending.delete(keyOf(one));
        changes.push(...begin(one, shared, now));
      }
      return changes;
    },
    standing: () => [...standing.values()].map(({ outage }) => outage),
    holds: () =>
      pending.size > 0 ||
      [...standing.values()].some(
        ({ outage, toldLost, backSince }) => backSince !== undefined || outage.lost.length > toldLost,
      ),
  };
}

function membersOf({ scope, name }: Pick<Outage, 'scope' | 'name'>, shared: Shared): readonly PlacedState[] {
  return shared[scope].get(name) ?? [];
}

function keyOf({ scope, name }: Pick<Outage, 'scope' | 'name'>): string {
  return `${scope} ${name}`;
}

function union(some: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...some, ...more])];
}
