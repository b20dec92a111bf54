import type { Incident } from './incident.ts';
import { Latch } from './life/latch.ts';
import type { Findings, Rule, RuleContext, View } from './rule.ts';
import { settingsAt } from './settings/day-profile.ts';
import type { RuleSettings } from './settings/rule-settings.ts';
import type { GroupWatch } from './traffic/group-watch.ts';

type Figures = RuleSettings['congestion'];

/** Metres a second at which starting runs backwards through a queue. */
const startSpeed = 4;

/**
 * Congestion: a lane group's index stays above its threshold for its dwell, time that a red light explains not counted; cleared
 * below the lower threshold. So a queue that stands at red and leaves with the green never gets there, however long it is.
 */
export function createCongestionRule({ road, settings, utcOffsetMinutes }: RuleContext): Rule {
  const figures = settingsAt(settings.congestion, utcOffsetMinutes);
  const latches = road.groups.map(() => new Latch());

  function observeGroup(group: GroupWatch, view: View, findings: Findings): void {
    const { id, index: place } = group.group;
    const latch = latches[place]!;
    const now = figures.at(id, view.at);
    if (!now.enabled) {
      if (latch.raised) latches[place] = new Latch();
      findings.release('congestion', id, view.at);
      return;
    }
    const explained = !latch.raised && group.signal?.phase(view.at) === 'red';
    const unsure = view.learning && latch.raised;
    // Red freezes what is pending: a jam's green phases add up, however short.
    if (!explained && !unsure) {
      const dwellSeconds = now.dwellSeconds + startSeconds(group);
      latch.observe(judged(group, now), view.at, view.elapsedSeconds, { ...now, dwellSeconds });
    }
    if (latch.raised && !(view.learning && !findings.isOpen('congestion', id))) {
      findings.hold(
        findingOf(group, latch.since ?? view.at, now.majorAt, road.ground.source === 'drawn'),
        view.at,
      );
    } else findings.release('congestion', id, view.at);
  }

  return {
    kind: 'congestion',
    observe(view, findings) {
      for (const group of view.groups) observeGroup(group, view, findings);
    },
    resume(incident: Incident) {
      const group = road.groups.find(({ id }) => id === incident.place);
      if (group === undefined || !settings.congestion.enabled) return false;
      latches[group.index]!.resume(incident.onsetAt);
      return true;
    },
    restart() {
      for (const latch of latches) latch.pause();
    },
  };
}

/** A few large vehicles fill a short stretch of road without being a jam: then the index neither raises nor clears. */
function judged(group: GroupWatch, { minVehicles, raiseAt, clearAt }: Figures): number {
  const enough = group.vehicles >= minVehicles || (group.vehicles > 1.6 && group.fullness > 0.4);
  return enough ? group.index : Math.min(group.index, (raiseAt + clearAt) / 2);
}

/** How long the end of a queue stands after the light has turned green, the rest of it having to start first. */
function startSeconds({ group, signal }: GroupWatch): number {
  return signal === undefined ? 0 : Math.max(...group.lanes.map(({ axis }) => axis.length)) / startSpeed;
}

function findingOf(group: GroupWatch, onsetAt: number, majorAt: number, measured: boolean) {
  const speed: Record<string, number> = measured
    ? { speedKmh: round(3.6 * group.speed), freeFlowKmh: round(3.6 * group.freeFlow) }
    : { speedShareOfFreeFlow: round(group.speed / group.freeFlow) };
  return {
    kind: 'congestion',
    place: group.group.id,
    severity: group.index >= majorAt ? 'major' : 'minor',
    onsetAt,
    confidence: Math.min(1, 0.5 + group.index / 150),
    box: group.group.bounds,
    path: group.group.lanes[0]?.lane.direction,
    measures: {
      congestionIndex: Math.round(group.index),
      ...speed,
      standingShare: round(group.standingShare),
      coverage: round(group.coverage),
      passengerCarUnits: round(group.units),
    },
  } as const;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
