import { sql } from 'kysely';
import type { EpochMs } from '#base';
import type { WriteContext } from './context.ts';
import { type LogBounds, logBounds } from './event-reads.ts';

export type Trimmed = 'events' | 'incidents' | 'cameraStates' | 'outages' | 'traffic' | 'sessions';

/** So many rows in one step, so that no other write waits long. */
const ROWS_PER_STEP = 500;

/** One step of one kind: removes a little of what is older than `before`; `more` while something is left. */
export async function trimStep(
  context: WriteContext,
  { kind, before }: { kind: Trimmed; before: EpochMs },
): Promise<{ readonly more: boolean; readonly bounds: LogBounds }> {
  const more = await TRIM[kind](context, before);
  await sql`PRAGMA incremental_vacuum(100)`.execute(context.db);
  return { more, bounds: await logBounds(context) };
}

const TRIM: Readonly<Record<Trimmed, (context: WriteContext, before: EpochMs) => Promise<boolean>>> = {
  events: trimEvents,
  incidents: trimIncidents,
  cameraStates: trimStates,
  outages: trimOutages,
  traffic: trimTraffic,
  sessions: trimSessions,
};

/** Only ever the log's tail, and never its newest row, from which the next sequence follows. */
async function trimEvents({ db }: WriteContext, before: EpochMs): Promise<boolean> {
  const oldest = await db
    .selectFrom('events')
    .select(['sequence', 'at'])
    .orderBy('sequence')
    .limit(ROWS_PER_STEP + 1)
    .execute();
  const end = oldest.find(({ at }) => at >= before) ?? oldest.at(-1);
  if (end === undefined || end === oldest[0]) return false;
  await db.deleteFrom('events').where('sequence', '<', end.sequence).execute();
  return end.at < before;
}

/** Neither what is still open nor what somebody has locked. */
async function trimIncidents({ db }: WriteContext, before: EpochMs): Promise<boolean> {
  const old = await db
    .selectFrom('incidents')
    .select('id')
    .where('detected_at', '<', before)
    .where('state', '!=', 'open')
    .where('locked', '=', 0)
    .orderBy('detected_at')
    .limit(ROWS_PER_STEP)
    .execute();
  const ids = old.map((row) => row.id);
  if (ids.length === 0) return false;
  const links = await db.selectFrom('incident_links').selectAll().where('incident', 'in', ids).execute();
  for (const { incident, other } of links)
    await db
      .deleteFrom('incident_links')
      .where('incident', '=', other)
      .where('other', '=', incident)
      .execute();
  await db.deleteFrom('incident_links').where('incident', 'in', ids).execute();
  await db.deleteFrom('incident_timeline').where('incident', 'in', ids).execute();
  await db.deleteFrom('incidents').where('id', 'in', ids).execute();
  return ids.length === ROWS_PER_STEP;
}

/** The state that stood at `before` stays, however long ago it began. */
async function trimStates({ db }: WriteContext, before: EpochMs): Promise<boolean> {
  let more = false;
  for (const { key: camera } of await db.selectFrom('cameras').select('key').execute()) {
    const old = await db
      .selectFrom('camera_states')
      .select(['key', 'since'])
      .where('camera', '=', camera)
      .where('since', '<', before)
      .orderBy('since')
      .orderBy('key')
      .limit(100)
      .execute();
    const keys = old.slice(0, -1).map((row) => row.key);
    if (keys.length > 0) await db.deleteFrom('camera_states').where('key', 'in', keys).execute();
    more ||= old.length === 100;
  }
  return more;
}

async function trimOutages({ db }: WriteContext, before: EpochMs): Promise<boolean> {
  await db.deleteFrom('outages').where('until', '<', before).execute();
  return false;
}

const HOURS_PER_STEP = 24;

async function trimTraffic({ db }: WriteContext, before: EpochMs): Promise<boolean> {
  const end = Math.floor(before / 3_600_000);
  let more = false;
  for (const { camera } of await db.selectFrom('traffic_series').select('camera').distinct().execute()) {
    await db
      .deleteFrom('traffic_minutes')
      .where('camera', '=', camera)
      .where('minute', '<', end * 60)
      .execute();
    for (const table of ['traffic_hours', 'traffic_hour_details'] as const) {
      const { oldest } = await db
        .selectFrom(table)
        .select((rows) => rows.fn.min('hour').as('oldest'))
        .where('camera', '=', camera)
        .executeTakeFirstOrThrow();
      if (oldest === null || oldest >= end) continue;
      const to = Math.min(end, oldest + HOURS_PER_STEP);
      await db.deleteFrom(table).where('camera', '=', camera).where('hour', '<', to).execute();
      more ||= to < end;
    }
  }
  return more;
}

async function trimSessions({ db }: WriteContext, before: EpochMs): Promise<boolean> {
  await db.deleteFrom('sessions').where('expires_at', '<', before).execute();
  return false;
}
