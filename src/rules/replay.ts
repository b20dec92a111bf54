import type { CameraId, Scene } from '#camera';
import type { Observation } from '#perception';
import { createRuleEngine } from './engine.ts';
import type { Incident } from './incident.ts';
import type { RuleSettings } from './settings/rule-settings.ts';

/** One incident under two settings, with how many seconds later it is told and cleared under the second; negative is earlier. */
export interface ShiftedIncident {
  readonly before: Incident;
  readonly after: Incident;
  readonly detectedLaterSeconds: number;
  /** Undefined where it is not cleared under both. */
  readonly clearedLaterSeconds: number | undefined;
}

/** What changed settings would have done. Incidents as they stood at the end of the replay. */
export interface ReplayDifference {
  readonly appear: readonly Incident[];
  readonly vanish: readonly Incident[];
  readonly shift: readonly ShiftedIncident[];
  readonly same: readonly Incident[];
}

/** Smaller shifts are of no interest to anybody. */
const noticedSeconds = 1;
/** Two incidents with the same kind and place that begin this close together are the same. */
const sameWithinMs = 60_000;

/** The rules that one camera has, or would have. */
export interface ReplayedRules {
  readonly scene: Scene;
  readonly settings: RuleSettings;
  readonly utcOffsetMinutes: number;
}

/**
 * Runs stored observations of one camera, in order, through the rules as they are and as they would be, and tells what differs.
 * Where a camera is not analysed there are no rules and no incidents. Both sides start without memory: what an engine learns in its
 * first minutes it learns in both. Throws `NgatuError` of kind config where a scene cannot be measured.
 */
export async function replay(
  observations: Iterable<Observation> | AsyncIterable<Observation>,
  camera: CameraId,
  before: ReplayedRules | undefined,
  after: ReplayedRules | undefined,
): Promise<ReplayDifference> {
  const runs = [before, after].map((rules) => ({
    engine: rules && createRuleEngine({ camera, ...rules }),
    incidents: new Map<string, Incident>(),
  }));
  for await (const observation of observations) {
    for (const { engine, incidents } of runs) {
      for (const { incident } of engine?.observe(observation).changes ?? [])
        incidents.set(incident.id, incident);
    }
  }
  const [was, would] = runs.map(({ incidents }) => [...incidents.values()]);
  return compareIncidents(was!, would!);
}

/** Pairs incidents of the same kind and place whose times meet. */
function compareIncidents(before: readonly Incident[], after: readonly Incident[]): ReplayDifference {
  const left = [...after];
  const vanish: Incident[] = [];
  const shift: ShiftedIncident[] = [];
  const same: Incident[] = [];
  for (const one of before) {
    const at = left.findIndex((other) => isSame(one, other));
    const other = at < 0 ? undefined : left.splice(at, 1)[0];
    const shifted = other && shiftOf(one, other);
    if (shifted === undefined) vanish.push(one);
    else if (isNoticed(shifted)) shift.push(shifted);
    else same.push(shifted.after);
  }
  return { appear: left, vanish, shift, same };
}

function isSame(a: Incident, b: Incident): boolean {
  if (a.kind !== b.kind || a.place !== b.place) return false;
  const meet =
    a.onsetAt <= (b.clearedAt ?? Number.POSITIVE_INFINITY) &&
    b.onsetAt <= (a.clearedAt ?? Number.POSITIVE_INFINITY);
  return meet || Math.abs(a.onsetAt - b.onsetAt) <= sameWithinMs;
}

function shiftOf(before: Incident, after: Incident): ShiftedIncident {
  const { clearedAt } = before;
  const clearedLaterSeconds =
    clearedAt === undefined || after.clearedAt === undefined
      ? undefined
      : (after.clearedAt - clearedAt) / 1000;
  return {
    before,
    after,
    detectedLaterSeconds: (after.detectedAt - before.detectedAt) / 1000,
    clearedLaterSeconds,
  };
}

function isNoticed({
  before,
  after,
  detectedLaterSeconds,
  clearedLaterSeconds = 0,
}: ShiftedIncident): boolean {
  const open = (before.clearedAt === undefined) !== (after.clearedAt === undefined);
  return (
    open || Math.abs(detectedLaterSeconds) > noticedSeconds || Math.abs(clearedLaterSeconds) > noticedSeconds
  );
}
