import { type Kysely, sql } from 'kysely';

/** What many cameras lost at once, and how far apart linked incidents are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE outages (
     id TEXT PRIMARY KEY, since INTEGER NOT NULL, until INTEGER, body TEXT NOT NULL) STRICT`,
  `CREATE INDEX outages_by_time ON outages (since, id)`,
  `CREATE INDEX outages_standing ON outages (since, id) WHERE until IS NULL`,
  `ALTER TABLE incident_links ADD COLUMN metres INTEGER NOT NULL DEFAULT 0`,
];
