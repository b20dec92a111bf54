import { type SelectQueryBuilder, sql } from 'kysely';
import type {
  CameraFacts,
  IncidentDetail,
  IncidentFilter,
  IncidentLink,
  IncidentRecord,
  IncidentState,
  LinkRelation,
  Page,
  PageRequest,
  QualityQuery,
  QualityRow,
  TimelineEntry,
} from '../../records.ts';
import type { Tables } from '../schema.ts';
import { cursorOf, placeOf, type ReadContext } from './context.ts';

export async function getIncident({ db }: ReadContext, id: string): Promise<IncidentDetail | undefined> {
  const row = await db.selectFrom('incidents').select('body').where('id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  const steps = await db
    .selectFrom('incident_timeline')
    .selectAll()
    .where('incident', '=', id)
    .orderBy('sequence')
    .execute();
  return {
    ...(JSON.parse(row.body) as IncidentRecord),
    timeline: steps.map(({ sequence, at, body }) => ({ sequence, at, ...JSON.parse(body) }) as TimelineEntry),
    links: await linksOf(db, id),
  };
}

/** Nearest first. */
async function linksOf(db: ReadContext['db'], id: string): Promise<IncidentLink[]> {
  const rows = await db
    .selectFrom('incident_links')
    .innerJoin('incidents', 'incidents.id', 'incident_links.other')
    .select(['other', 'relation', 'metres', 'body'])
    .where('incident', '=', id)
    .orderBy('metres')
    .orderBy('other')
    .execute();
  return rows.map(({ other, relation, metres, body }) => {
    const { kind, camera, cameraName, domain, state, detectedAt } = JSON.parse(body) as IncidentRecord;
    const neighbour = { kind, camera, cameraName, domain, state, detectedAt };
    return { incident: other, relation: relation as LinkRelation, metres, ...neighbour };
  });
}

export async function listIncidents(
  { db }: ReadContext,
  { filter, page }: { filter: IncidentFilter; page: PageRequest },
): Promise<Page<IncidentRecord>> {
  const [at, id] = placeOf(page.cursor);
  const found = await narrowed(db.selectFrom('incidents'), filter)
    .select(['id', 'detected_at', 'body'])
    .where(sql<boolean>`(detected_at, id) < (${at}, ${String(id)})`)
    .orderBy('detected_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => JSON.parse(row.body) as IncidentRecord),
    next: found.length > page.limit && last ? cursorOf(last.detected_at, last.id) : undefined,
  };
}

type FromIncidents = SelectQueryBuilder<Tables, 'incidents', object>;

function narrowed(from: FromIncidents, filter: IncidentFilter): FromIncidents {
  let query = from;
  if (filter.from !== undefined) query = query.where('detected_at', '>=', Math.ceil(filter.from));
  if (filter.to !== undefined) query = query.where('detected_at', '<', Math.ceil(filter.to));
  if (filter.cameras) query = query.where('camera', 'in', filter.cameras);
  if (filter.domains) query = query.where('domain', 'in', filter.domains);
  if (filter.kinds) query = query.where('kind', 'in', filter.kinds);
  if (filter.severities) query = query.where('severity', 'in', filter.severities);
  if (filter.states) query = query.where('state', 'in', filter.states);
  if (filter.assignee !== undefined) query = query.where('assignee', '=', filter.assignee);
  const verdicts = filter.verdicts;
  if (verdicts)
    query = query.where((where) =>
      where.or([
        where(
          'verdict',
          'in',
          verdicts.filter((verdict) => verdict !== 'unjudged'),
        ),
        ...(verdicts.includes('unjudged') ? [where('verdict', 'is', null)] : []),
      ]),
    );
  return query;
}

export async function incidentTotals(
  { db }: ReadContext,
  filter: Pick<IncidentFilter, 'domains'>,
): Promise<Record<IncidentState, number>> {
  let counts = db.selectFrom('incident_totals');
  if (filter.domains) counts = counts.where('domain', 'in', filter.domains);
  const rows = await counts
    .select((all) => ['state', all.fn.sum<number>('count').as('count')])
    .groupBy('state')
    .execute();
  const totals = { open: 0, cleared: 0, closed: 0 };
  for (const row of rows) totals[row.state as IncidentState] = row.count;
  return totals;
}

export async function incidentQuality({ db }: ReadContext, query: QualityQuery): Promise<QualityRow[]> {
  const rows = await narrowed(db.selectFrom('incidents'), query)
    .select(['camera', 'kind', 'domain', 'verdict'])
    .select((incidents) => [
      incidents.fn.countAll<number>().as('count'),
      sql<string | null>`(SELECT name FROM cameras WHERE id = camera)`.as('name'),
      sql<string | null>`CASE WHEN verdict = 'true' THEN json_group_array(detected_at - onset_at) END`.as(
        'delays',
      ),
    ])
    .groupBy(['camera', 'kind', 'domain', 'verdict'])
    .orderBy('camera')
    .orderBy('kind')
    .orderBy('domain')
    .execute();
  return Object.values(Object.groupBy(rows, (row) => `${row.camera} ${row.kind} ${row.domain}`)).map(
    (group) => qualityRow(group ?? []),
  );
}

interface VerdictCount extends Omit<CameraFacts, 'name'> {
  readonly name: string | null;
  readonly kind: string;
  readonly verdict: string | null;
  readonly count: number;
  readonly delays: string | null;
}

function qualityRow(group: readonly VerdictCount[]): QualityRow {
  const first = group[0]!;
  const count = (verdict: string | null) => group.find((row) => row.verdict === verdict)?.count ?? 0;
  const text = group.find((row) => row.verdict === 'true')?.delays;
  const delays = text ? (JSON.parse(text) as number[]).sort((a, b) => a - b) : [];
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
  return {
    camera: first.camera,
    name: first.name ?? first.camera,
    domain: first.domain,
    kind: first.kind as QualityRow['kind'],
    true: count('true'),
    false: count('false'),
    unverifiable: count('unverifiable'),
    unjudged: count(null),
    meanSecondsToDetect:
      delays.length === 0 ? undefined : delays.reduce((sum, ms) => sum + ms, 0) / delays.length / 1000,
    p95SecondsToDetect: seconds(delays[Math.ceil(delays.length * 0.95) - 1]),
  };
}
