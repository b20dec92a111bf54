import { type Lifetime, lifetime } from '#base';
import type { EventLog, EventNotice, LoggedEvent } from '#store';
import { eventMessage } from '../api/contract/events.ts';
import { encode } from '../api/encode.ts';
import { domainsOf } from '../api/events.ts';

/** An event as every subscriber gets it: encoded once. */
export interface EncodedEvent {
  readonly sequence: number;
  readonly type: LoggedEvent['type'];
  readonly domains: readonly string[];
  readonly text: string;
}

/** The newest events, encoded, and a call for each as it comes; older ones are read from the log when asked for. */
export interface EventRing extends Lifetime {
  newest(): number;
  oldest(): number;
  /** In order, from behind `after`; may be fewer than `limit`, and none only when there is nothing newer. */
  read(after: number, limit: number): Promise<readonly EncodedEvent[]>;
  /** `unlogged` gets those that the disk does not have yet, with 0 for a sequence. */
  subscribe(take: (event: EncodedEvent) => void, unlogged: (event: EncodedEvent) => void): Lifetime;
}

const MOST_KEPT = 1000;
const MOST_KEPT_CHARS = 4_000_000;

export function createEventRing(log: EventLog): EventRing {
  const kept: EncodedEvent[] = [];
  let keptChars = 0;
  const takers = new Set<{ take: (event: EncodedEvent) => void; unlogged: (event: EncodedEvent) => void }>();

  function keep(event: EncodedEvent): void {
    kept.push(event);
    keptChars += event.text.length;
    while (kept.length > MOST_KEPT || keptChars > MOST_KEPT_CHARS) drop();
  }

  function drop(): void {
    keptChars -= kept.shift()!.text.length;
  }

  function taken(notice: EventNotice): void {
    if (takers.size === 0 && notice.kind === 'unlogged') return;
    const event = notice.kind === 'logged' ? encoded(notice.event) : encodedUnlogged(notice.event);
    if (notice.kind === 'logged') keep(event);
    for (const { take, unlogged } of takers) (notice.kind === 'logged' ? take : unlogged)(event);
  }

  const subscription = log.subscribe(taken);
  return {
    newest: () => log.bounds().newest,
    oldest: () => log.bounds().oldest,
    async read(after, limit) {
      while (kept.length > 0 && kept[0]!.sequence < log.bounds().oldest) drop();
      const first = kept[0]?.sequence;
      if (first !== undefined && after >= first - 1)
        return kept.slice(after - first + 1, after - first + 1 + limit);
      return (await log.read(after, limit)).map(encoded);
    },
    subscribe(take, unlogged) {
      const taker = { take, unlogged };
      takers.add(taker);
      return lifetime(() => void takers.delete(taker));
    },
    close: () => subscription.close(),
  };
}

function encoded(event: LoggedEvent): EncodedEvent {
  const { sequence, type } = event;
  return { sequence, type, domains: domainsOf(event), text: JSON.stringify(encode(eventMessage, event)) };
}

function encodedUnlogged(event: UnloggedEvent): EncodedEvent {
  const { at } = event;
  const text = JSON.stringify(encode(eventMessage, { type: 'unlogged', at, event }));
  return { sequence: 0, type: event.type, domains: domainsOf(event), text };
}

type UnloggedEvent = Extract<EventNotice, { kind: 'unlogged' }>['event'];
