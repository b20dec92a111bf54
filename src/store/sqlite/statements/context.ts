import type { Kysely } from 'kysely';
import type { EpochMs } from '#base';
import type { HistoryEvent, LoggedEvent } from '../../events.ts';
import type { Tables } from '../schema.ts';

/** What every read has. */
export interface ReadContext {
  readonly db: Kysely<Tables>;
}

/** What every write of one transaction has. */
export interface WriteContext extends ReadContext {
  /** The gateway's run that is being written; 0 for a visitor such as the command line. */
  readonly run: number;
  /** Gives the event the next place in the log. `make` is told its sequence, which incidents carry. */
  log(at: EpochMs, make: (sequence: number) => HistoryEvent): Promise<LoggedEvent>;
}

/** One transaction's log: sequences go on from the newest row, so a rollback leaves no hole. */
export async function openLog(
  db: Kysely<Tables>,
): Promise<{ readonly logged: LoggedEvent[]; readonly log: WriteContext['log'] }> {
  const newest = await db
    .selectFrom('events')
    .select((events) => events.fn.max('sequence').as('sequence'))
    .executeTakeFirst();
  let last = newest?.sequence ?? 0;
  const logged: LoggedEvent[] = [];
  return {
    logged,
    async log(at, make) {
      const sequence = ++last;
      const event = make(sequence);
      await db
        .insertInto('events')
        .values({ sequence, at, body: JSON.stringify(event) })
        .execute();
      const entry = { ...event, sequence, at };
      logged.push(entry);
      return entry;
    },
  };
}

/** Times are kept to the millisecond. */
export const whole = (at: EpochMs): number => Math.round(at);

const HIGHEST = '\u{10ffff}';

/** Cursor of a list in descending order of a time and an id: opaque outside. */
export function cursorOf(at: number, id: string | number): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** Where a page begins; the very beginning for no cursor. Throws nothing: a cursor nobody made is an empty page. */
export function placeOf(cursor: string | undefined): readonly [number, string | number] {
  if (cursor === undefined) return [Number.MAX_SAFE_INTEGER, HIGHEST];
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(place) &&
      Number.isSafeInteger(place[0]) &&
      ['string', 'number'].includes(typeof place[1])
    )
      return [place[0], place[1]];
  } catch {
    // falls through to the empty page
  }
  return [Number.MIN_SAFE_INTEGER, 0];
}
