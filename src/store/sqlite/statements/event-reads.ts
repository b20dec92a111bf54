import type { HistoryEvent, LoggedEvent } from '../../events.ts';
import type { ReadContext } from './context.ts';

export async function readEvents(
  { db }: ReadContext,
  { after, limit }: { after: number; limit: number },
): Promise<LoggedEvent[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(({ sequence, at, body }) => ({ ...(JSON.parse(body) as HistoryEvent), sequence, at }));
}

export interface LogBounds {
  readonly id: string;
  readonly oldest: number;
  readonly newest: number;
}

export async function logBounds({ db }: ReadContext): Promise<LogBounds> {
  const fact = await db
    .selectFrom('facts')
    .select('value')
    .where('name', '=', 'log')
    .executeTakeFirstOrThrow();
  // One at a time: asked for both together, SQLite reads the whole log.
  const [oldest, newest] = [await edge(db, 'asc'), await edge(db, 'desc')];
  return { id: fact.value, oldest: oldest ?? 1, newest: newest ?? 0 };
}

async function edge(db: ReadContext['db'], order: 'asc' | 'desc'): Promise<number | undefined> {
  const row = await db
    .selectFrom('events')
    .select('sequence')
    .orderBy('sequence', order)
    .limit(1)
    .executeTakeFirst();
  return row?.sequence;
}
