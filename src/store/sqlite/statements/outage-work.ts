import { sql } from 'kysely';
import type { EpochMs } from '#base';
import type { Outage, OutageChange } from '#health';
import type { Page, PageRequest } from '../../records.ts';
import { cursorOf, placeOf, type ReadContext, type WriteContext, whole } from './context.ts';

export async function recordOutage(
  context: WriteContext,
  { change: { change, outage }, at }: { change: OutageChange; at: EpochMs },
): Promise<void> {
  const known = await context.db
    .selectFrom('outages')
    .select('body')
    .where('id', '=', outage.id)
    .executeTakeFirst();
  const until = outage.until === undefined ? undefined : whole(outage.until);
  const record = { ...outage, since: whole(outage.since), until };
  const body = JSON.stringify(record);
  if (known?.body === body) return;
  const row = { since: record.since, until: until ?? null, body };
  await context.db
    .insertInto('outages')
    .values({ id: outage.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  // A whole city's cameras would stand in the log again and again: their names are kept once, in the record.
  const { lost: _, ...told } = record;
  await context.log(whole(at), () => ({ type: 'outage', change, outage: told }));
}

export async function listOutages(
  { db }: ReadContext,
  {
    query,
    page,
  }: { query: { readonly from?: EpochMs | undefined; readonly to?: EpochMs | undefined }; page: PageRequest },
): Promise<Page<Outage>> {
  const [at, id] = placeOf(page.cursor);
  const found = await db
    .selectFrom('outages')
    .selectAll()
    .where(sql<boolean>`(since, id) < (${at}, ${String(id)})`)
    .where('since', '<', query.to ?? Number.MAX_SAFE_INTEGER)
    .where((outage) => outage.or([outage('until', 'is', null), outage('until', '>', query.from ?? 0)]))
    .orderBy('since', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  return {
    rows: rows.map(({ body }) => JSON.parse(body) as Outage),
    next: found.length > page.limit && last ? cursorOf(last.since, last.id) : undefined,
  };
}

export async function standingOutages({ db }: ReadContext, _: object): Promise<Outage[]> {
  const rows = await db
    .selectFrom('outages')
    .select('body')
    .where('until', 'is', null)
    .orderBy('since')
    .orderBy('id')
    .execute();
  return rows.map(({ body }) => JSON.parse(body) as Outage);
}
