import type { EpochMs } from '#base';
import type { CameraState } from '#camera';
import type { UptimeQuery } from './records.ts';

/** From `from` to `to`; a stretch is what one state covered. Pure: the adapters fetch, this adds up. */
export interface Stretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** `removed`: not configured, so unknown. */
  readonly state: CameraState | 'removed';
}

export interface Run {
  readonly key: number;
  readonly from: EpochMs;
  /** Last heartbeat; for the run that lasts, now. */
  readonly to: EpochMs;
}

export interface StateChange {
  readonly run: number;
  readonly since: EpochMs;
  readonly state: CameraState | 'removed';
}

export interface UptimeSum {
  upMs: number;
  downMs: number;
  outages: number;
  readonly msByState: Partial<Record<CameraState, number>>;
}

export function emptySum(): UptimeSum {
  return { upMs: 0, downMs: 0, outages: 0, msByState: {} };
}

const UP: ReadonlySet<string> = new Set<CameraState>(['live', 'degraded', 'blurred', 'moved', 'clock-wrong']);

export function isUp(state: CameraState | 'removed'): boolean {
  return UP.has(state);
}

/** `changes` of one camera in order of time. A state lasts to the next change, but not beyond the run that saw it. */
export function stretches(changes: readonly StateChange[], runs: ReadonlyMap<number, Run>): Stretch[] {
  const found: Stretch[] = [];
  changes.forEach((change, at) => {
    const next = changes[at + 1];
    const end = runs.get(change.run)?.to ?? change.since;
    const to = next === undefined ? end : Math.min(end, next.since);
    if (to > change.since) found.push({ from: change.since, to, state: change.state });
  });
  return found;
}

/** Adds what of `all` lies in the period. An outage counts where it begins, and only after the camera was seen up. */
export function addUptime(
  sum: UptimeSum,
  all: readonly Stretch[],
  period: { readonly from: EpochMs; readonly to: EpochMs },
): void {
  all.forEach((stretch, at) => {
    const ms = Math.min(stretch.to, period.to) - Math.max(stretch.from, period.from);
    if (ms <= 0 || stretch.state === 'removed') return;
    sum.msByState[stretch.state] = (sum.msByState[stretch.state] ?? 0) + ms;
    if (isUp(stretch.state)) sum.upMs += ms;
    else sum.downMs += ms;
    const before = all[at - 1];
    const fell =
      before !== undefined && before.to === stretch.from && isUp(before.state) && !isUp(stretch.state);
    if (fell && stretch.from >= period.from) sum.outages++;
  });
}

/** Where `query` is cut: at local midnights, at the first of local months, or not at all. */
export function periodsOf(query: Pick<UptimeQuery, 'from' | 'to' | 'period' | 'utcOffsetMinutes'>): {
  readonly from: EpochMs;
  readonly to: EpochMs;
}[] {
  const periods: { from: EpochMs; to: EpochMs }[] = [];
  for (let from = query.from; from < query.to; ) {
    const to = query.period === 'whole' ? query.to : Math.min(query.to, nextStart(from, query));
    periods.push({ from, to });
    from = to;
  }
  return periods;
}

function nextStart(at: EpochMs, query: Pick<UptimeQuery, 'period' | 'utcOffsetMinutes'>): EpochMs {
  const offsetMs = query.utcOffsetMinutes * 60_000;
  const local = new Date(at + offsetMs);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const next = query.period === 'month' ? Date.UTC(year, month + 1, 1) : Date.UTC(year, month, day + 1);
  return next - offsetMs;
}
