import type { EpochMs } from '#base';
import type { PictureQuality } from '#perception';
import type { GroundSource } from './ground/ground.ts';
import type { Claim, IncidentChange, TrafficCount, TurningMovement } from './incident.ts';
import type { GroupWatch } from './traffic/group-watch.ts';
import type { SignalPhase } from './traffic/signal-watch.ts';

/** Why and since when the rules do not watch. */
export interface Suspension {
  readonly since: EpochMs;
  readonly quality: Exclude<PictureQuality, 'good'>;
}

export interface RuleOutcome {
  readonly changes: readonly IncidentChange[];
  /** Of this observation; a tick has none. */
  readonly claims: readonly Claim[];
  /** Minutes that were closed by this observation or tick. */
  readonly counts: readonly TrafficCount[];
  readonly movements: readonly TurningMovement[];
  /** Set while the picture is not good: nothing is raised and nothing cleared. */
  readonly suspended: Suspension | undefined;
}

/** One lane group as it is now. */
export interface GroupStatus {
  readonly group: string;
  /** 0 to 100; a red-light queue has a high one too, congestion is an incident. */
  readonly congestionIndex: number;
  /** Undefined without a ground plane. */
  readonly speedKmh: number | undefined;
  readonly freeFlowKmh: number | undefined;
  readonly standingShare: number;
  readonly coverage: number;
  readonly passengerCarUnits: number;
  /** As read from the traffic; undefined for a group without a stop line. */
  readonly signal: SignalPhase | undefined;
  readonly maxRedSeconds: number | undefined;
  /** Of the fixed-time plan learned; undefined while none fits. */
  readonly signalPeriodSeconds: number | undefined;
}

export interface RuleStatus {
  readonly watchingSince: EpochMs | undefined;
  /** Soon after a start or a jump: what stands there is being learned, nothing new is raised. */
  readonly learning: boolean;
  readonly suspended: Suspension | undefined;
  readonly ground: GroundSource;
  readonly groups: readonly GroupStatus[];
  readonly roadUsers: number;
  /** Incidents that the flood limit held back, detections beyond what a camera can show, observations out of order. */
  readonly heldBack: number;
  readonly refusedDetections: number;
  readonly outOfOrder: number;
}

export function groupStatus(group: GroupWatch, at: EpochMs, ground: GroundSource): GroupStatus {
  const measured = ground === 'drawn';
  const { signal } = group;
  return {
    group: group.group.id,
    congestionIndex: Math.round(group.index),
    speedKmh: measured ? 3.6 * group.speed : undefined,
    freeFlowKmh: measured ? 3.6 * group.freeFlow : undefined,
    standingShare: group.standingShare,
    coverage: group.coverage,
    passengerCarUnits: group.units,
    signal: signal?.phase(at),
    maxRedSeconds: signal?.maxRedSeconds,
    signalPeriodSeconds: signal?.periodSeconds,
  };
}
