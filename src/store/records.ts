import type { EpochMs } from '#base';
import type { CameraId, CameraState } from '#camera';
import type { Incident, IncidentChange, IncidentKind, Severity, TravelDirection } from '#rules';

/** A camera as it was called, and whose it was, when something happened there. */
export interface CameraFacts {
  readonly camera: CameraId;
  readonly name: string;
  readonly domain: string;
}

/** Who did something and when. `by` is a user's name, or a token's with `token:` before it. */
export interface Act {
  readonly at: EpochMs;
  readonly by: string;
}

export type Verdict = 'true' | 'false' | 'unverifiable';

/** `closed` once an operator has closed it; until then `open` or `cleared` as the rules see the road. */
export type IncidentState = 'open' | 'cleared' | 'closed';

/** `pending` is being made, `failed` will not come, `expired` has been removed to make room. */
export type EvidenceState = 'pending' | 'ready' | 'failed' | 'expired';

export interface Evidence {
  readonly snapshot: EvidenceState;
  readonly clip: EvidenceState;
  /** The picture of the second look; absent where none was taken. */
  readonly secondLook?: EvidenceState;
  /** Locked evidence is never removed. */
  readonly locked: boolean;
}

/** An incident with everything that was done about it. */
export interface IncidentRecord extends Incident {
  readonly cameraName: string;
  readonly domain: string;
  readonly state: IncidentState;
  readonly acknowledged: Act | undefined;
  readonly assignee: string | undefined;
  readonly verdict: (Act & { readonly verdict: Verdict; readonly reason: string | undefined }) | undefined;
  readonly closed: Act | undefined;
  readonly evidence: Evidence;
  /** Of the event that changed it last. */
  readonly sequence: number;
}

export interface IncidentDetail extends IncidentRecord {
  /** Oldest first, without mere updates of its measures. */
  readonly timeline: readonly TimelineEntry[];
  readonly links: readonly IncidentLink[];
}

export type TimelineEntry = { readonly sequence: number; readonly at: EpochMs } & (
  | { readonly life: Exclude<IncidentChange['change'], 'updated'> }
  | { readonly by: string; readonly act: OperatorAction }
);

export type OperatorAction =
  | { readonly action: 'acknowledge' }
  | { readonly action: 'assign'; readonly assignee: string | undefined }
  | { readonly action: 'verdict'; readonly verdict: Verdict; readonly reason: string | undefined }
  | { readonly action: 'note'; readonly text: string }
  | { readonly action: 'lock-evidence'; readonly locked: boolean }
  | { readonly action: 'close' };

/** An incident at another camera that is likely the same matter, and where it lies seen from the one asked about. */
export interface IncidentLink
  extends Pick<IncidentRecord, 'kind' | 'camera' | 'cameraName' | 'domain' | 'state' | 'detectedAt'> {
  readonly incident: string;
  readonly relation: LinkRelation;
  /** On the map, from camera to camera. */
  readonly metres: number;
}

/** Up or down the road, or near by where the direction of travel is not known. */
export type LinkRelation = 'upstream' | 'downstream' | 'near';

export interface IncidentFilter {
  /** By time of detection, `from` inclusive, `to` exclusive. */
  readonly from?: EpochMs | undefined;
  readonly to?: EpochMs | undefined;
  /** Any of these; absent means all, an empty list none. */
  readonly cameras?: readonly CameraId[] | undefined;
  readonly domains?: readonly string[] | undefined;
  readonly kinds?: readonly IncidentKind[] | undefined;
  readonly severities?: readonly Severity[] | undefined;
  readonly states?: readonly IncidentState[] | undefined;
  /** `unjudged`: without a verdict. */
  readonly verdicts?: readonly (Verdict | 'unjudged')[] | undefined;
  readonly assignee?: string | undefined;
}

export interface PageRequest {
  /** From the page before; made by the store, opaque to others. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Absent on the last page. */
  readonly next: string | undefined;
}

/** One stretch of one camera's life; `until` is undefined while it lasts. */
export interface CameraStateRecord extends CameraFacts {
  readonly state: CameraState;
  readonly since: EpochMs;
  readonly until: EpochMs | undefined;
  readonly reason: string;
}

export interface UptimeQuery {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly cameras?: readonly CameraId[] | undefined;
  readonly domains?: readonly string[] | undefined;
  readonly by: 'camera' | 'domain';
  readonly period: 'whole' | 'day' | 'month';
  /** East of Greenwich; where days and months begin. */
  readonly utcOffsetMinutes: number;
}

/** Camera time of one camera or one domain in one period. Times of a domain are the sums of its cameras'. */
export interface UptimeRow {
  /** Undefined when asked by domain. */
  readonly camera: CameraId | undefined;
  readonly domain: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** A picture came that an operator can use: live, degraded, blurred, moved, clock-wrong. */
  readonly upMs: number;
  readonly downMs: number;
  /** The gateway was down, or the camera was not configured. */
  readonly unknownMs: number;
  /** up / (up + down), 0 to 1; undefined where nothing is known. */
  readonly availability: number | undefined;
  /** How often it went from up to down. */
  readonly outages: number;
  readonly msByState: Readonly<Partial<Record<CameraState, number>>>;
}

export interface QualityQuery {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly cameras?: readonly CameraId[] | undefined;
  readonly domains?: readonly string[] | undefined;
  readonly kinds?: readonly IncidentKind[] | undefined;
}

/** What operators said about one camera's incidents of one kind, detected in the time asked for. */
export interface QualityRow extends CameraFacts {
  readonly kind: IncidentKind;
  readonly true: number;
  readonly false: number;
  readonly unverifiable: number;
  readonly unjudged: number;
  /** Detection minus onset of those judged true; undefined without any. */
  readonly meanSecondsToDetect: number | undefined;
  readonly p95SecondsToDetect: number | undefined;
}

export interface TrafficQuery {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly cameras: readonly CameraId[];
  readonly lanes?: readonly string[] | undefined;
  readonly roadUsers?: readonly string[] | undefined;
  readonly intervalMinutes: 1 | 5 | 15 | 60 | 1440;
  /** East of Greenwich; where days begin. Whole quarters of an hour. */
  readonly utcOffsetMinutes: number;
}

/** Traffic of one lane, class and direction in one interval. */
export interface TrafficRow {
  readonly camera: CameraId;
  readonly lane: string;
  readonly roadUser: string;
  readonly direction: TravelDirection;
  readonly startsAt: EpochMs;
  readonly count: number;
  /** Of those counted. */
  readonly meanSpeedKmh: number | undefined;
  /** Of the lane, mean over the seconds watched, 0 to 1. */
  readonly occupancy: number | undefined;
  /** Of the lane, weighted by the vehicles of each minute. */
  readonly meanHeadwaySeconds: number | undefined;
  /** The lane's longest of the interval. */
  readonly queueMetres: number | undefined;
  /** Of the interval, for this lane: fewer than it has means that the count is short. */
  readonly watchedSeconds: number;
}

/** Turning movements of one interval. */
export interface TurningRow {
  readonly camera: CameraId;
  readonly fromLane: string;
  readonly toLane: string;
  readonly roadUser: string;
  readonly startsAt: EpochMs;
  readonly count: number;
}
