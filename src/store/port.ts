import type { EpochMs, Lifetime } from '#base';
import type { CameraId, CameraStateChange } from '#camera';
import type { Outage, OutageChange } from '#health';
import type { IncidentChange, TrafficCount, TurningMovement } from '#rules';
import type { EventLog } from './events.ts';
import type { People } from './people.ts';
import type {
  CameraFacts,
  CameraStateRecord,
  EvidenceState,
  IncidentDetail,
  IncidentFilter,
  IncidentRecord,
  IncidentState,
  LinkRelation,
  OperatorAction,
  Page,
  PageRequest,
  QualityQuery,
  QualityRow,
  TrafficQuery,
  TrafficRow,
  TurningRow,
  UptimeQuery,
  UptimeRow,
} from './records.ts';

/**
 * What the gateway remembers. A promise of a write resolves when the write survives `kill -9` and loss of power, and
 * rejects with an `NgatuError` when it was not stored; what the machine itself reports (`record…`) is kept and tried
 * again while the disk is full or stalled, as long as the queue has room. Writes take effect in the order of the calls.
 */
export interface History extends Lifetime {
  readonly incidents: IncidentHistory;
  readonly cameras: CameraHistory;
  readonly outages: OutageHistory;
  readonly traffic: TrafficHistory;
  readonly events: EventLog;
  readonly people: People;
  readonly learned: LearnedStates;
  /** Removes what is older than the policy says, a little at a time between other writes. */
  trim(policy: RetentionPolicy): Promise<void>;
  stats(): HistoryStats;
  /** Stores what waits, then closes the database. */
  close(): Promise<void>;
}

export interface IncidentHistory {
  /** Idempotent: the same change twice is one change. `camera` says whose it was and how it was called. */
  record(change: IncidentChange, camera: CameraFacts): Promise<IncidentRecord>;
  /** From neighbouring cameras; both must be stored, else nothing happens. `relation` is where `to` lies, seen from `from`. */
  link(link: {
    readonly from: string;
    readonly to: string;
    readonly relation: LinkRelation;
    readonly metres: number;
    readonly at: EpochMs;
  }): Promise<void>;
  recordEvidence(
    incident: string,
    news: {
      readonly snapshot?: EvidenceState;
      readonly clip?: EvidenceState;
      readonly secondLook?: EvidenceState;
      readonly at: EpochMs;
    },
  ): Promise<void>;
  act(incident: string, action: OperatorAction, by: string): Promise<ActOutcome>;
  get(incident: string): Promise<IncidentDetail | undefined>;
  /** Newest detection first. */
  list(filter: IncidentFilter, page: PageRequest): Promise<Page<IncidentRecord>>;
  /** How many stand in each state now. */
  totals(filter?: Pick<IncidentFilter, 'domains'>): Promise<Readonly<Record<IncidentState, number>>>;
  quality(query: QualityQuery): Promise<readonly QualityRow[]>;
}

/** `unchanged`: it was so already. `closed`: refused, because a closed incident takes only verdicts, notes and locks. */
export type ActOutcome =
  | { readonly outcome: 'done' | 'unchanged' | 'closed'; readonly incident: IncidentRecord }
  | { readonly outcome: 'unknown' };

export interface CameraHistory {
  record(change: CameraStateChange, camera: CameraFacts): Promise<void>;
  /** The camera is no longer configured: from here on its state is unknown. */
  recordRemoved(camera: CameraFacts, at: EpochMs): Promise<void>;
  /** Newest first; those that overlap the time asked for. */
  states(
    query: {
      readonly camera: CameraId;
      readonly from?: EpochMs | undefined;
      readonly to?: EpochMs | undefined;
    },
    page: PageRequest,
  ): Promise<Page<CameraStateRecord>>;
  /** In order of camera or domain, then time; a page ends with a whole camera or domain, so it may exceed its limit. */
  uptime(query: UptimeQuery, page: PageRequest): Promise<Page<UptimeRow>>;
}

/** Cameras lost together. */
export interface OutageHistory {
  /** Idempotent: the same change twice is one change. */
  record(change: OutageChange): Promise<void>;
  /** Those that overlap the time asked for, the newest first. */
  list(
    query: { readonly from?: EpochMs | undefined; readonly to?: EpochMs | undefined },
    page: PageRequest,
  ): Promise<Page<Outage>>;
  /** Those whose end has not been told, the oldest first. */
  standing(): Promise<readonly Outage[]>;
}

export interface TrafficHistory {
  /** Counts of the same camera, lane, class, direction and minute replace those stored before. */
  record(counts: readonly TrafficCount[]): Promise<void>;
  recordTurns(turns: readonly TurningMovement[]): Promise<void>;
  /** In order of camera, time, lane, class and direction; a page ends with a whole interval, so it may exceed its limit by one. */
  counts(query: TrafficQuery, page: PageRequest): Promise<Page<TrafficRow>>;
  turns(query: TrafficQuery, page: PageRequest): Promise<Page<TurningRow>>;
}

/** What the rules learned about a camera: opaque, so that free-flow speeds survive a restart. */
export interface LearnedStates {
  record(camera: CameraId, name: string, state: unknown, at: EpochMs): Promise<void>;
  get(camera: CameraId, name: string): Promise<{ readonly state: unknown; readonly at: EpochMs } | undefined>;
}

export interface RetentionPolicy {
  /** Events behind this many days go, whatever their number. */
  readonly eventDays: number;
  readonly incidentDays: number;
  /** Outages too, from their end. */
  readonly cameraStateDays: number;
  readonly trafficDays: number;
}

export interface HistoryStats {
  /** Waiting or being committed; a batch of traffic counts as many. */
  readonly queuedWrites: number;
  readonly committedWrites: number;
  readonly commits: number;
  /** Refused because the queue was full. */
  readonly refusedWrites: number;
  readonly retriedCommits: number;
  /** Events told to subscribers before the disk had them. */
  readonly unloggedEvents: number;
  readonly lastCommitMs: number;
  /** Undefined while the disk answers. */
  readonly stalledSince: EpochMs | undefined;
  /** Why the last commit failed, in one sentence; undefined when it did not. */
  readonly failure: string | undefined;
  readonly databaseBytes: number;
}
