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
  /** The lane, lane group, zone or line it is in, by its id in the scene. */
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
  /** Not the rules' own: what a second look made of it before it was told; absent where none was to be taken. */
  readonly verification?: Verification;
}

/**
 * `confirmed`: what was claimed is there. `contradicted`: its place looks empty, but the tracks insist. `unverified`: the look came to
 * nothing in time; `stream` is the one that was looked at, if any.
 */
export interface Verification {
  readonly verdict: 'confirmed' | 'contradicted' | 'unverified';
  readonly stream?: 'main' | 'sub';
}

/** What a rule is about to raise, or has raised and still sees: time for whoever can look again to do so. Only where one thing can be looked at. */
export interface Claim {
  readonly kind: 'stopped-vehicle' | 'wrong-way' | 'pedestrian';
  readonly place: string;
  readonly box: Box;
  /** When it was in this box, and since when it has not moved; the same for what moves. */
  readonly at: EpochMs;
  readonly since: EpochMs;
  /** When it will be raised if it goes on; not later than `at` once it is. */
  readonly raisesAt: EpochMs;
}

/** `opened` comes once in an incident's life; `cleared` and `reopened` alternate after it. */
export interface IncidentChange {
  readonly change: 'opened' | 'updated' | 'cleared' | 'reopened';
  readonly incident: Incident;
}

/** With the lane's own direction, or against it. */
export type TravelDirection = 'forward' | 'backward';

/**
 * Counts of one lane, class, direction and minute. `minuteAt` is the start of the UTC minute. A watched lane through which
 * nothing came has one row with a count of 0, so that silence and an empty road differ.
 */
export interface TrafficCount {
  readonly camera: CameraId;
  readonly lane: string;
  readonly roadUser: string;
  readonly direction: TravelDirection;
  readonly minuteAt: EpochMs;
  readonly count: number;
  /** Mean of those counted; km/h, undefined without a ground plane or without vehicles. */
  readonly meanSpeedKmh: number | undefined;
  /** Share of the watched part of the minute in which the lane's measuring place was covered, 0 to 1; the same for all classes of a lane. */
  readonly occupancy: number;
  /** Mean seconds between one vehicle's passing and the next, the same for all classes of a lane; undefined with fewer than two. */
  readonly meanHeadwaySeconds: number | undefined;
  /** Longest standing queue of the minute in metres, the same for all classes; undefined without a ground plane. */
  readonly queueMetres: number | undefined;
  /** Seconds of the minute in which the rules really watched, 0 to 60. */
  readonly watchedSeconds: number;
}

/** Road users that came in by one lane and left by another, of one class and UTC minute (the minute in which they left). */
export interface TurningMovement {
  readonly camera: CameraId;
  readonly minuteAt: EpochMs;
  readonly fromLane: string;
  readonly toLane: string;
  readonly roadUser: string;
  readonly count: number;
}
