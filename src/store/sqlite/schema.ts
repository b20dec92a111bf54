import type { Generated } from 'kysely';

/** The tables as kysely sees them; the migrations make them. Times are whole milliseconds since 1970. */
export interface Tables {
  facts: FactTable;
  runs: RunTable;
  cameras: CameraTable;
  camera_states: CameraStateTable;
  incidents: IncidentTable;
  incident_totals: IncidentTotalTable;
  incident_timeline: TimelineTable;
  incident_links: LinkTable;
  outages: OutageTable;
  events: EventTable;
  traffic_series: TrafficSeriesTable;
  traffic_minutes: TrafficMinutesTable;
  traffic_hours: TrafficHourTable;
  traffic_hour_details: TrafficDetailTable;
  learned: LearnedTable;
  users: UserTable;
  sessions: SessionTable;
  tokens: TokenTable;
}

/** What is true of the database as a whole: the log's id. */
export interface FactTable {
  name: string;
  value: string;
}

/** One run of the gateway. Outside runs nobody watched, so nothing is known. */
export interface RunTable {
  key: Generated<number>;
  started_at: number;
  beat_at: number;
}

/** Gives every camera a small number, and its newest name and domain. */
export interface CameraTable {
  key: Generated<number>;
  id: string;
  name: string;
  domain: string;
}

export interface CameraStateTable {
  key: Generated<number>;
  camera: number;
  run: number;
  since: number;
  /** A CameraState, or `removed`. */
  state: string;
  reason: string;
}

/** What is filtered by stands in columns; `body` is the whole IncidentRecord as JSON. */
export interface IncidentTable {
  id: string;
  camera: string;
  domain: string;
  kind: string;
  severity: string;
  state: string;
  verdict: string | null;
  assignee: string | null;
  onset_at: number;
  detected_at: number;
  /** 1 while evidence must not be removed. */
  locked: number;
  body: string;
}

/** How many incidents stand in each state; kept by triggers, never written otherwise. */
export interface IncidentTotalTable {
  domain: string;
  state: string;
  count: number;
}

/** `sequence` is that of the event which brought it. `body`: a TimelineEntry without sequence and time. */
export interface TimelineTable {
  sequence: number;
  incident: string;
  at: number;
  body: string;
}

/** Every link stands twice, once from each side. */
export interface LinkTable {
  incident: string;
  other: string;
  relation: string;
  metres: number;
}

/** `until` is null while it stands; `body`: an Outage as JSON. */
export interface OutageTable {
  id: string;
  since: number;
  until: number | null;
  body: string;
}

/** The log. `body`: a HistoryEvent as JSON. The newest row is never removed, so the next sequence is always max + 1. */
export interface EventTable {
  sequence: number;
  at: number;
  body: string;
}

/** Which series of a camera stands at which position of its blocks; only ever added to. */
export interface TrafficSeriesTable {
  camera: number;
  position: number;
  series: string;
}

/** One camera's traffic of one minute, until its hour is packed. */
export interface TrafficMinutesTable {
  camera: number;
  /** Minutes since 1970. */
  minute: number;
  body: Buffer;
}

/** One camera's hour: sums that most questions are answered from. */
export interface TrafficHourTable {
  camera: number;
  /** Hours since 1970. */
  hour: number;
  body: Buffer;
}

/** The same hour minute by minute, compressed. */
export interface TrafficDetailTable {
  camera: number;
  hour: number;
  body: Buffer;
}

export interface LearnedTable {
  camera: string;
  name: string;
  at: number;
  body: string;
}

export interface UserTable {
  name: string;
  role: string;
  password: string;
  created_at: number;
}

/** `hash`: SHA-256 of the secret, hexadecimal. */
export interface SessionTable {
  hash: string;
  user: string;
  created_at: number;
  expires_at: number;
  seen_at: number;
}

export interface TokenTable {
  id: string;
  hash: string;
  name: string;
  scope: string;
  created_by: string;
  created_at: number;
  expires_at: number | null;
  used_at: number | null;
}
