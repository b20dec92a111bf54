import type { EpochMs } from '#base';
import type { Incident } from './incident.ts';
import { Latch } from './life/latch.ts';
import type { Findings, Rule, RuleContext, View } from './rule.ts';
import { settingsAt } from './settings/day-profile.ts';
import type { RuleSettings } from './settings/rule-settings.ts';
import type { GroupWatch } from './traffic/group-watch.ts';

/** Passings looked at: of a minute where traffic always flows, of two and a half where a signal makes part of it slow in every cycle. */
const window = { free: 60_000, signalled: 150_000 };
const most = 12;

/**
 * Slow traffic: those who pass drive below a share of the lane group's free flow, in two levels, for the dwell. Judged by who passes,
 * not by who stands, so queues do not enter; before a signal by the faster quarter, since some must always brake there.
 */
export function createSlowTrafficRule({ road, settings, utcOffsetMinutes }: RuleContext): Rule {
  const figures = settingsAt(settings.slowTraffic, utcOffsetMinutes);
  const latches = road.groups.map(() => new Latch());

  function observeGroup(group: GroupWatch, view: View, findings: Findings): void {
    const { id, index } = group.group;
    const latch = latches[index]!;
    const now = figures.at(id, view.at);
    const other = !now.enabled || !group.freeFlowKnown || findings.isOpen('congestion', id);
    const share = other ? 1 : speedShare(group, view.at, now);
    if (other && latch.raised) latches[index] = new Latch();
    else if (!view.learning) latch.observe(1 - share, view.at, view.elapsedSeconds, levelsOf(now));
    if (!latches[index]!.raised) findings.release('slow-traffic', id, view.at);
    else if (!view.learning) {
      findings.hold(
        findingOf(group, share, latch.since ?? view.at, now, road.ground.source === 'drawn'),
        view.at,
      );
    }
  }

  return {
    kind: 'slow-traffic',
    observe(view, findings) {
      for (const group of view.groups) observeGroup(group, view, findings);
    },
    resume(incident: Incident) {
      const group = road.groups.find(({ id }) => id === incident.place);
      if (group === undefined || !settings.slowTraffic.enabled) return false;
      latches[group.index]!.resume(incident.onsetAt);
      return true;
    },
    restart() {
      for (const latch of latches) latch.pause();
    },
  };
}

type Figures = RuleSettings['slowTraffic'];

function levelsOf({ minorBelow, clearAbove, dwellSeconds, clearSeconds }: Figures) {
  return { raiseAt: 1 - minorBelow, clearAt: 1 - clearAbove, dwellSeconds, clearSeconds };
}

/** Speed of those who passed lately as a share of free flow; 1 where too few passed to tell. */
function speedShare(group: GroupWatch, at: EpochMs, { minVehicles }: Figures): number {
  const signalled = group.signal !== undefined;
  const speeds = group.passings.speedsSince(at - (signalled ? window.signalled : window.free)).slice(0, most);
  if (speeds.length < minVehicles * (signalled ? 2 : 1)) return 1;
  speeds.sort((a, b) => a - b);
  return speeds[Math.floor(speeds.length * (signalled ? 0.75 : 0.5))]! / group.freeFlow;
}

function findingOf(
  group: GroupWatch,
  share: number,
  onsetAt: EpochMs,
  { majorBelow }: Figures,
  measured: boolean,
) {
  const speed: Record<string, number> = measured
    ? { speedKmh: Math.round(3.6 * share * group.freeFlow) }
    : {};
  return {
    kind: 'slow-traffic',
    place: group.group.id,
    severity: share < majorBelow ? 'major' : 'minor',
    onsetAt,
    confidence: Math.min(1, 1.2 - share),
    box: group.group.bounds,
    path: group.group.lanes[0]?.lane.direction,
    measures: { speedShareOfFreeFlow: Math.round(share * 100) / 100, ...speed },
  } as const;
}
