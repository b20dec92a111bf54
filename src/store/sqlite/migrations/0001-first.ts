import { type Kysely, sql } from 'kysely';

/** Everything as of the first version. Written as SQL because here the exact table is the point. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `INSERT INTO facts VALUES ('log', lower(hex(randomblob(8))))`,

  `CREATE TABLE runs (key INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, beat_at INTEGER NOT NULL) STRICT`,

  `CREATE TABLE cameras (
     key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, domain TEXT NOT NULL) STRICT`,

  `CREATE TABLE camera_states (
     key INTEGER PRIMARY KEY, camera INTEGER NOT NULL, run INTEGER NOT NULL, since INTEGER NOT NULL,
     state TEXT NOT NULL, reason TEXT NOT NULL) STRICT`,
  `CREATE INDEX camera_states_by_time ON camera_states (camera, since)`,
  `CREATE INDEX camera_states_by_run ON camera_states (run)`,

  `CREATE TABLE incidents (
     id TEXT PRIMARY KEY, camera TEXT NOT NULL, domain TEXT NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL,
     state TEXT NOT NULL, verdict TEXT, assignee TEXT, onset_at INTEGER NOT NULL, detected_at INTEGER NOT NULL,
     locked INTEGER NOT NULL, body TEXT NOT NULL) STRICT`,
  `CREATE INDEX incidents_by_time ON incidents (detected_at, id)`,
  `CREATE INDEX incidents_by_camera ON incidents (camera, detected_at, id)`,
  `CREATE INDEX incidents_by_domain ON incidents (domain, detected_at, id)`,
  `CREATE INDEX incidents_by_kind ON incidents (kind, detected_at, id)`,
  `CREATE INDEX incidents_by_state ON incidents (state, detected_at, id)`,
  `CREATE INDEX incidents_by_assignee ON incidents (assignee, detected_at, id) WHERE assignee IS NOT NULL`,
  `CREATE INDEX incidents_by_verdict ON incidents (verdict, detected_at, id) WHERE verdict IS NOT NULL`,

  `CREATE TABLE incident_timeline (
     sequence INTEGER PRIMARY KEY, incident TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT`,
  `CREATE INDEX incident_timeline_by_incident ON incident_timeline (incident, sequence)`,

  `CREATE TABLE incident_links (
     incident TEXT NOT NULL, other TEXT NOT NULL, relation TEXT NOT NULL,
     PRIMARY KEY (incident, other)) STRICT, WITHOUT ROWID`,

  `CREATE TABLE events (sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT`,

  `CREATE TABLE traffic_series (
     camera INTEGER NOT NULL, position INTEGER NOT NULL, series TEXT NOT NULL,
     PRIMARY KEY (camera, position), UNIQUE (camera, series)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE traffic_minutes (
     camera INTEGER NOT NULL, minute INTEGER NOT NULL, body BLOB NOT NULL,
     PRIMARY KEY (camera, minute)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE traffic_hours (
     camera INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL,
     PRIMARY KEY (camera, hour)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE traffic_hour_details (
     camera INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL,
     PRIMARY KEY (camera, hour)) STRICT, WITHOUT ROWID`,

  `CREATE TABLE learned (
     camera TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (camera, name)) STRICT, WITHOUT ROWID`,

  `CREATE TABLE users (
     name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT`,
  `CREATE TABLE sessions (
     hash TEXT PRIMARY KEY, user TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
     seen_at INTEGER NOT NULL) STRICT`,
  `CREATE INDEX sessions_by_user ON sessions (user)`,
  `CREATE TABLE tokens (
     id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scope TEXT NOT NULL,
     created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, used_at INTEGER) STRICT`,
];
