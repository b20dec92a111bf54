import { type Selectable, sql } from 'kysely';
import type { EpochMs } from '#base';
import type { CameraId, CameraState } from '#camera';
import type { CameraStateRecord, Page, PageRequest, UptimeQuery, UptimeRow } from '../../records.ts';
import {
  addUptime,
  emptySum,
  periodsOf,
  type Run,
  type StateChange,
  stretches,
  type UptimeSum,
} from '../../uptime.ts';
import type { Tables } from '../schema.ts';
import { cursorOf, placeOf, type ReadContext } from './context.ts';

/** `run`: the one that lasts, `now`: how far it has come. */
interface Present {
  readonly now: EpochMs;
  readonly run: number;
}

interface StatesQuery {
  readonly camera: CameraId;
  readonly from?: EpochMs | undefined;
  readonly to?: EpochMs | undefined;
}

export async function listCameraStates(
  context: ReadContext,
  { query, page, present }: { query: StatesQuery; page: PageRequest; present: Present },
): Promise<Page<CameraStateRecord>> {
  const { db } = context;
  const camera = await db.selectFrom('cameras').selectAll().where('id', '=', query.camera).executeTakeFirst();
  if (camera === undefined) return { rows: [], next: undefined };
  const runs = await allRuns(context, present);
  const [at, key] = placeOf(page.cursor);
  const found = await db
    .selectFrom('camera_states as c')
    .select(['c.key', 'c.run', 'c.state', 'c.since', 'c.reason'])
    .select(
      sql<number | null>`(SELECT n.since FROM camera_states n WHERE n.camera = c.camera
        AND (n.since, n.key) > (c.since, c.key) ORDER BY n.since, n.key LIMIT 1)`.as('next'),
    )
    .where('c.camera', '=', camera.key)
    .where('c.state', '!=', 'removed')
    .where(sql<boolean>`(c.since, c.key) < (${at}, ${numeric(key)})`)
    .where('c.since', '<', query.to ?? Number.MAX_SAFE_INTEGER)
    .where('c.since', '>=', await prevailing(context, camera.key, query.from ?? 0))
    .orderBy('c.since', 'desc')
    .orderBy('c.key', 'desc')
    .limit(page.limit + 1)
    .execute();
  const last = found[page.limit - 1];
  const rows = found.slice(0, page.limit).map((row) => ({
    camera: camera.id,
    name: camera.name,
    domain: camera.domain,
    state: row.state as CameraState,
    since: row.since,
    until: endOf(row, runs.get(row.run), present),
    reason: row.reason,
  }));
  return {
    rows: rows.filter((row) => row.until === undefined || row.until > (query.from ?? 0)),
    next: found.length > page.limit && last ? cursorOf(last.since, last.key) : undefined,
  };
}

/** A cursor from elsewhere may carry text; as a number it stands behind everything. */
function numeric(key: string | number): number {
  return typeof key === 'number' ? key : Number.MAX_SAFE_INTEGER;
}

function endOf(
  row: { readonly run: number; readonly since: number; readonly next: number | null },
  run: Run | undefined,
  present: Present,
): EpochMs | undefined {
  if (row.next === null && row.run === present.run) return undefined;
  return Math.max(row.since, Math.min(row.next ?? Number.MAX_SAFE_INTEGER, run?.to ?? row.since));
}

/** When the state began that stood at `from`. */
async function prevailing({ db }: ReadContext, camera: number, from: EpochMs): Promise<number> {
  const row = await db
    .selectFrom('camera_states')
    .select('since')
    .where('camera', '=', camera)
    .where('since', '<=', from)
    .orderBy('since', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.since ?? 0;
}

async function allRuns({ db }: ReadContext, present: Present): Promise<Map<number, Run>> {
  const rows = await db.selectFrom('runs').selectAll().execute();
  return new Map(
    rows.map(({ key, started_at, beat_at }) => [
      key,
      { key, from: started_at, to: key === present.run ? Math.max(beat_at, present.now) : beat_at },
    ]),
  );
}

/** Camera by camera, so that a year of 1,300 cameras never stands in memory at once. */
export async function cameraUptime(
  context: ReadContext,
  { query, page, present }: { query: UptimeQuery; page: PageRequest; present: Present },
): Promise<Page<UptimeRow>> {
  const bounded = { ...query, to: Math.min(query.to, present.now) };
  const runs = await allRuns(context, present);
  const rows: UptimeRow[] = [];
  for (const [name, cameras] of await uptimeGroups(context, query)) {
    if (page.cursor !== undefined && name < page.cursor) continue;
    if (rows.length >= page.limit) return { rows, next: name };
    rows.push(...(await uptimeOf(context, cameras, bounded, runs)));
  }
  return { rows, next: undefined };
}

type CameraRow = Selectable<Tables['cameras']>;

/** What becomes one set of rows each, in order of the name. */
async function uptimeGroups({ db }: ReadContext, query: UptimeQuery): Promise<[string, CameraRow[]][]> {
  let cameras = db.selectFrom('cameras').selectAll();
  if (query.cameras) cameras = cameras.where('id', 'in', query.cameras);
  if (query.domains) cameras = cameras.where('domain', 'in', query.domains);
  const name = query.by === 'camera' ? 'id' : 'domain';
  return [...Map.groupBy(await cameras.orderBy(name).execute(), (camera) => camera[name])];
}

/** One row a period; none at all when nothing is known of these cameras in the whole time. */
async function uptimeOf(
  context: ReadContext,
  cameras: readonly CameraRow[],
  query: UptimeQuery,
  runs: ReadonlyMap<number, Run>,
): Promise<UptimeRow[]> {
  const sums = periodsOf(query).map((period) => ({ period, sum: emptySum() }));
  let known = 0;
  for (const { key } of cameras) {
    const all = stretches(await changesOf(context, key, query), runs);
    if (!all.some(({ from, to }) => from < query.to && to > query.from)) continue;
    known++;
    for (const { period, sum } of sums) addUptime(sum, all, period);
  }
  const { id, domain } = cameras[0]!;
  const camera = query.by === 'camera' ? id : undefined;
  return known === 0
    ? []
    : sums.map(({ period, sum }) => uptimeRow({ camera, domain, ...period }, sum, known));
}

function uptimeRow(
  key: Pick<UptimeRow, 'camera' | 'domain' | 'from' | 'to'>,
  sum: UptimeSum,
  cameras: number,
): UptimeRow {
  const known = sum.upMs + sum.downMs;
  return {
    ...key,
    ...sum,
    unknownMs: (key.to - key.from) * cameras - known,
    availability: known === 0 ? undefined : sum.upMs / known,
  };
}

async function changesOf(
  context: ReadContext,
  camera: number,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<StateChange[]> {
  const rows = await context.db
    .selectFrom('camera_states')
    .select(['run', 'since', 'state'])
    .where('camera', '=', camera)
    .where('since', '>=', await prevailing(context, camera, from))
    .where('since', '<', to)
    .orderBy('since')
    .orderBy('key')
    .execute();
  return rows as StateChange[];
}
