import type { HistoryEvent } from '#store';
import { seesDomain } from '../access.ts';
import type { WebDeps } from '../deps.ts';
import * as contract from './contract/events.ts';
import { jsonRoute, type Route } from './route.ts';

/** The log over plain HTTP, for programs that would rather ask than listen; the socket of the same name pushes. */
export function eventRoutes({ history }: WebDeps): readonly Route[] {
  const { events } = history;
  return [
    jsonRoute('GET /api/events', 'view', {
      summary: 'A page of the event log. As a WebSocket: the same, and then live.',
      query: contract.eventPageQuery,
      answer: contract.eventPage,
      async handle({ caller, query }) {
        const page = await events.read(query.after, query.limit);
        const seen = page.filter((event) => domainsOf(event).some((domain) => seesDomain(caller, domain)));
        return { log: events.id, ...events.bounds(), events: seen };
      },
    }),
  ];
}

/** Whose cameras it is about. */
export function domainsOf(event: HistoryEvent): readonly string[] {
  if (event.type === 'outage') return event.outage.domains;
  return [event.type === 'incident' ? event.incident.domain : event.domain];
}
