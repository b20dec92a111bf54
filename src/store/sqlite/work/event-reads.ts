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
  const bounds = await db
    .selectFrom('events')
    .select((events) => [events.fn.min('sequence').as('oldest'), events.fn.max('sequence').as('newest')])
    .executeTakeFirstOrThrow();
  return { id: fact.value, oldest: bounds.oldest ?? 1, newest: bounds.newest ?? 0 };
}
