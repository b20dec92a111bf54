/**
 * store: what happened, kept. Incidents and what operators did about them, camera states, traffic, who may come in,
 * evidence files and tracks. In: facts from `app`; out: pages of records and one log of events without a hole.
 * The database runs on threads of its own; the face on the serving thread only queues. Never decides what is true.
 */

export type { EventLog, EventNotice, HistoryEvent, IncidentEventChange, LoggedEvent } from './events.ts';
export {
  type EvidenceBounds,
  type EvidenceFiles,
  type EvidenceName,
  type EvidenceOptions,
  openEvidenceFiles,
} from './evidence/evidence-files.ts';
export type { Identity, People, Role, Scope, Token, User } from './people.ts';
export type {
  ActOutcome,
  CameraHistory,
  History,
  HistoryStats,
  IncidentHistory,
  LearnedStates,
  OutageHistory,
  RetentionPolicy,
  TrafficHistory,
} from './port.ts';
export type {
  Act,
  CameraFacts,
  CameraStateRecord,
  Evidence,
  EvidenceState,
  IncidentDetail,
  IncidentFilter,
  IncidentLink,
  IncidentRecord,
  IncidentState,
  LinkRelation,
  OperatorAction,
  Page,
  PageRequest,
  QualityQuery,
  QualityRow,
  TimelineEntry,
  TrafficQuery,
  TrafficRow,
  TurningRow,
  UptimeQuery,
  UptimeRow,
  Verdict,
} from './records.ts';
export { defaultKeeping, type KeepingPolicy, startRetention } from './retention.ts';
export { openSqliteHistory, type SqliteHistoryOptions } from './sqlite/sqlite-history.ts';
export {
  openTrackArchive,
  type TrackArchive,
  type TrackArchiveOptions,
  type TrackArchiveStats,
} from './tracks/track-archive.ts';
