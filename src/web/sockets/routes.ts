import { type Caller, seesDomain } from '../access.ts';
import { eventsQuery } from '../api/contract/events.ts';
import type { WebDeps } from '../deps.ts';
import { Refusal } from '../refusal.ts';
import type { EncodedEvent, EventRing } from './event-ring.ts';
import { serveEvents } from './event-socket.ts';
import type { SocketRoute } from './upgrade.ts';

/** `WS /api/events`: everything that happens, in order and without a hole. */
export function eventsSocket(
  { history, clock, log }: WebDeps,
  ring: EventRing,
  heartbeatMs: number,
): SocketRoute {
  const logId = history.events.id;
  return {
    path: '/api/events',
    prepare(parameters, caller) {
      const { after, log: theirs, type, domain } = query(parameters);
      const wanted = (event: EncodedEvent) =>
        (type?.includes(event.type) ?? true) &&
        event.domains.some((one) => (domain?.includes(one) ?? true) && seesDomain(caller, one));
      return (socket) => {
        // The client has nothing to say here.
        socket.on('message', () => socket.close(1008, 'this socket only sends'));
        serveEvents(socket, { after, log: theirs, wanted }, { ring, logId, clock, log, heartbeatMs });
      };
    },
  };
}

function query(parameters: URLSearchParams) {
  const given: Record<string, string | string[]> = {};
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    given[name] = values.length === 1 ? values[0]! : values;
  }
  const result = eventsQuery.safeParse(given);
  if (result.success) return result.data;
  const detail = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new Refusal(400, 'not-as-expected', 'The query is not as expected.', { detail });
}

/** `WS /api/wall`: an operator's whole wall on one socket; what is said on it is the wall's own affair. */
export function wallSocket({ wall, fleet }: WebDeps): SocketRoute {
  return {
    path: '/api/wall',
    prepare: (_parameters, caller: Caller) => (socket, connection) => {
      const maySee = (camera: string) => seesDomain(caller, fleet.camera(camera)?.domain ?? '');
      wall.serve(socket, { name: caller.name, maySee }, connection);
    },
  };
}
