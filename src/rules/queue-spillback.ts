import type { EpochMs } from '#base';
import type { Line, Metres } from '#camera';
import type { Incident } from './incident.ts';
import type { Journey } from './journey/journey.ts';
import { Latch } from './life/latch.ts';
import type { RoadGroup } from './road/road.ts';
import type { Findings, Rule, RuleContext, View } from './rule.ts';
import { settingsAt } from './settings/day-profile.ts';
import type { GroupWatch } from './traffic/group-watch.ts';

interface WatchedLine {
  readonly line: Line;
  readonly group: RoadGroup;
  readonly from: Metres;
  readonly to: Metres;
  readonly latch: Latch;
}

/** Queue spill-back: a standing queue of the line's lane group reaches the drawn line for its dwell; cleared when it has left it. */
export function createQueueSpillbackRule({ road, settings, utcOffsetMinutes }: RuleContext): Rule {
  const figures = settingsAt(settings.queueSpillback, utcOffsetMinutes);
  const watched = road.lines.flatMap((line): WatchedLine[] => {
    const group = road.groups.find(({ id }) => id === line.group);
    const from = road.ground.toRoad(line.points[0]);
    const to = road.ground.toRoad(line.points[1]);
    if (line.kind !== 'spillback' || group === undefined || from === undefined || to === undefined) return [];
    return [{ line, group, from, to, latch: new Latch() }];
  });

  function observeLine(watch: WatchedLine, view: View, findings: Findings): void {
    const { line, latch } = watch;
    const now = figures.at(line.id, view.at);
    const queue = now.enabled ? queueOf(view.groups[watch.group.index]!, view.at) : [];
    const reaches =
      queue.length >= now.minVehicles && queue.some((vehicle) => isAt(watch, vehicle, now.reachMetres));
    const unsure = view.learning && latch.raised;
    const levels = {
      raiseAt: 0.5,
      clearAt: 0.5,
      dwellSeconds: now.dwellSeconds,
      clearSeconds: now.clearSeconds,
    };
    if (!unsure) latch.observe(reaches ? 1 : 0, view.at, view.elapsedSeconds, levels);
    if (!latch.raised) findings.release('queue-spillback', line.id, view.at);
    else if (!view.learning) findings.hold(findingOf(watch, queue, view.at), view.at);
  }

  return {
    kind: 'queue-spillback',
    observe(view, findings) {
      for (const watch of watched) observeLine(watch, view, findings);
    },
    resume(incident: Incident) {
      const watch = watched.find(({ line }) => line.id === incident.place);
      if (watch === undefined || !settings.queueSpillback.enabled) return false;
      watch.latch.resume(incident.onsetAt);
      return true;
    },
    restart() {
      for (const { latch } of watched) latch.pause();
    },
  };
}

/** Who stands or creeps in the group. */
function queueOf(group: GroupWatch, at: EpochMs): Journey[] {
  return group.members.filter(
    (vehicle) =>
      vehicle.standingSince !== undefined || (vehicle.detections >= 3 && vehicle.speed < 1 && at > 0),
  );
}

/** Whether a vehicle stands within reach of the line, measured on the road. */
function isAt({ from, to }: WatchedLine, { x, y, noise }: Journey, reachMetres: number): boolean {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length2 = dx * dx + dy * dy;
  const share =
    length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length2));
  return Math.hypot(x - from.x - share * dx, y - from.y - share * dy) <= reachMetres + noise;
}

function findingOf({ line, group, latch }: WatchedLine, queue: readonly Journey[], at: EpochMs) {
  const onsetAt = latch.since ?? at;
  return {
    kind: 'queue-spillback',
    place: line.id,
    severity: 'major',
    onsetAt,
    confidence: Math.min(1, 0.5 + queue.length / 20),
    box: group.bounds,
    path: line.points,
    measures: { standingVehicles: queue.length, queueSeconds: Math.round((at - onsetAt) / 1000) },
  } as const;
}
