import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Log } from '#base';
import { type Caller, may } from '../access.ts';
import { callerOf, fromOwnPage } from '../credentials.ts';
import type { WebDeps, WebOptions } from '../deps.ts';
import { asRefusal, PROBLEM_TYPE, problemOf, Refusal } from '../refusal.ts';
import type { OpenSockets } from './open-sockets.ts';

/** What is served at one path. `serve` may refuse what the query asks before the socket is opened. */
export interface SocketRoute {
  readonly path: string;
  prepare(query: URLSearchParams, caller: Caller): (socket: WebSocket, connection: Duplex) => void;
}

/** Clients of ours send short commands only. */
const MOST_INCOMING_BYTES = 16 * 1024;

/** Answers upgrades: who is it, from which page, may they, is there room; only then the handshake. */
export function acceptSockets(
  server: Server,
  routes: readonly SocketRoute[],
  sockets: OpenSockets,
  deps: WebDeps,
  options: WebOptions,
): void {
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_INCOMING_BYTES,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request, stream: Duplex, head) => {
    // The stream has no other listener until the handshake is done.
    const failed = (failure: Error) => deps.log.debug({ err: failure }, 'an upgrade broke off');
    stream.on('error', failed);
    admitted(request, routes, sockets, deps, options).then(
      ({ caller, serve }) => {
        stream.off('error', failed);
        wss.handleUpgrade(request, stream, head, (socket) => {
          sockets.add(socket, caller);
          serve(socket, stream);
        });
      },
      (failure) => refuse(stream, failure, deps.log),
    );
  });
}

async function admitted(
  request: IncomingMessage,
  routes: readonly SocketRoute[],
  sockets: OpenSockets,
  { history }: WebDeps,
  options: WebOptions,
): Promise<{ readonly caller: Caller; readonly serve: ReturnType<SocketRoute['prepare']> }> {
  const caller = await callerOf(request, history.people);
  if (caller === undefined) throw new Refusal(401, 'sign-in', 'Sign in first, or send a token.');
  if (caller.by === 'cookie' && !fromOwnPage(request, options.origins))
    throw new Refusal(403, 'foreign-page', 'A page from elsewhere may not open a socket in your name.');
  if (!may(caller, 'view')) throw new Refusal(403, 'not-allowed', 'You may not do this.');
  const url = URL.parse(request.url ?? '/', 'http://host');
  const route = routes.find(({ path }) => path === url?.pathname);
  if (url === null || route === undefined) throw new Refusal(404, 'not-found', 'There is no such socket.');
  if (sockets.count() >= options.mostSockets)
    throw new Refusal(503, 'too-many-sockets', 'All places are taken.', { headers: { 'Retry-After': '10' } });
  return { caller, serve: route.prepare(url.searchParams, caller) };
}

function refuse(stream: Duplex, failure: unknown, log: Log): void {
  const refusal = asRefusal(failure);
  if (refusal.status >= 500) log.warn({ err: refusal.more.cause ?? refusal }, 'a socket was refused');
  const body = problemOf(refusal, undefined);
  const headers = {
    Connection: 'close',
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    ...refusal.more.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  stream.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Refused'}\r\n${lines.join('')}\r\n${body}`,
  );
}
