import type { Box, EpochMs, Point } from '#base';
import type { CameraId } from '#camera';

export type IncidentKind =
  | 'congestion'
  | 'queue-spillback'
  | 'stopped-vehicle'
  | 'wrong-way'
  | 'pedestrian'
  | 'slow-traffic'
  | 'camera-fault';

export type Severity = 'critical' | 'major' | 'minor';

/** A thing at a place with a life, not a detection. Fields map to a DATEX II SituationRecord. */
export interface Incident {
  /** Time-ordered and unique, made by the rule engine from camera, kind, place and onset; stable over its life. */
  readonly id: string;
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly camera: CameraId;
  /** The lane, lane group or zone it is in, by its id in the scene. */
  readonly place: string;
  /** Where in the picture to look. */
  readonly box: Box | undefined;
  readonly path: readonly Point[] | undefined;
  /** When it began in the world, when it was raised, when its end was established (undefined while open). */
  readonly onsetAt: EpochMs;
  readonly detectedAt: EpochMs;
  readonly clearedAt: EpochMs | undefined;
  readonly updatedAt: EpochMs;
  /** 0 to 1. */
  readonly confidence: number;
  /** Figures behind the alarm, in units named by their keys, e.g. `congestionIndex`, `standingSeconds`, `speedKmh`. */
  readonly measures: Readonly<Record<string, number>>;
}

export interface IncidentChange {
  readonly change: 'opened' | 'updated' | 'cleared' | 'reopened';
  readonly incident: Incident;
}

/** Counts of one lane, class and minute. `minuteAt` is the start of the UTC minute. */
export interface TrafficCount {
  readonly camera: CameraId;
  readonly lane: string;
  readonly roadUser: string;
  readonly minuteAt: EpochMs;
  readonly count: number;
  /** Mean of those counted; km/h, undefined without a ground plane or without vehicles. */
  readonly meanSpeedKmh: number | undefined;
  /** Share of the minute in which the lane's measuring place was covered, 0 to 1; the same for all classes of a lane. */
  readonly occupancy: number;
}
