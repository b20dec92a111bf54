import { type EpochMs, type Lifetime, lifetime } from '#base';
import type { EventLog, EventNotice, HistoryEvent, LoggedEvent } from '../events.ts';
import type { Reader } from './reader-pool.ts';
import type { LogBounds } from './statements/event-reads.ts';

/** The log as seen from the serving thread: what is committed flows through here. */
export class EventFeed implements EventLog {
  readonly id: string;
  readonly #reader: Reader;
  readonly #takers = new Set<(notice: EventNotice) => void>();
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
    return await this.#reader.quick('readEvents', { after, limit });
  }

  subscribe(take: (notice: EventNotice) => void): Lifetime {
    this.#takers.add(take);
    return lifetime(() => void this.#takers.delete(take));
  }

  committed(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      this.#newest = event.sequence;
      this.#tell({ kind: 'logged', event });
    }
  }

  unlogged(event: HistoryEvent & { readonly at: EpochMs }): void {
    this.#tell({ kind: 'unlogged', event });
  }

  trimmed({ oldest }: LogBounds): void {
    this.#oldest = oldest;
  }

  #tell(notice: EventNotice): void {
    for (const take of this.#takers) take(notice);
  }
}
