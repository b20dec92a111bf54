import { type EpochMs, type Lifetime, lifetime } from '#base';
import type { EventLog, EventNotice, HistoryEvent, LoggedEvent } from '../events.ts';
import type { Reader } from './reader-pool.ts';
import type { LogBounds } from './work/event-reads.ts';

/** So many of the newest events stay at hand, so that a short absence costs no question to the database. */
const AT_HAND = 1000;

/** The log as seen from the serving thread: what is committed flows through here. */
export class EventFeed implements EventLog {
  readonly id: string;
  readonly #reader: Reader;
  readonly #takers = new Set<(notice: EventNotice) => void>();
  readonly #atHand: LoggedEvent[] = [];
  #oldest: number;
  #newest: number;

  constructor({ id, oldest, newest }: LogBounds, reader: Reader) {
    this.id = id;
    this.#oldest = oldest;
    this.#newest = newest;
    this.#reader = reader;
  }

  bounds(): { readonly oldest: number; readonly newest: number } {
    return { oldest: this.#oldest, newest: this.#newest };
  }

  async read(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    if (after >= this.#newest) return [];
    const first = this.#atHand[0]?.sequence;
    if (first !== undefined && after >= first - 1) {
      const from = after - first + 1;
      return this.#atHand.slice(from, from + limit);
    }
    return await this.#reader.quick('readEvents', { after, limit });
  }

  subscribe(take: (notice: EventNotice) => void): Lifetime {
    this.#takers.add(take);
    return lifetime(() => void this.#takers.delete(take));
  }

  committed(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      this.#newest = event.sequence;
      this.#atHand.push(event);
      this.#tell({ kind: 'logged', event });
    }
    if (this.#atHand.length > 2 * AT_HAND) this.#atHand.splice(0, this.#atHand.length - AT_HAND);
  }

  unlogged(event: HistoryEvent & { readonly at: EpochMs }): void {
    this.#tell({ kind: 'unlogged', event });
  }

  trimmed({ oldest }: LogBounds): void {
    this.#oldest = oldest;
    const gone = this.#atHand.findIndex((event) => event.sequence >= oldest);
    this.#atHand.splice(0, gone === -1 ? this.#atHand.length : gone);
  }

  #tell(notice: EventNotice): void {
    for (const take of this.#takers) take(notice);
  }
}
