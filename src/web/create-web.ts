import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { type Lifetime, type Log, NgatuError } from '#base';
import { cameraRoutes } from './api/cameras.ts';
import { configRoutes } from './api/config.ts';
import { eventRoutes } from './api/events.ts';
import { incidentRoutes } from './api/incidents.ts';
import { isSecure, mountRoutes } from './api/mount.ts';
import { openApiRoute } from './api/openapi.ts';
import { outageRoutes } from './api/outages.ts';
import type { Route } from './api/route.ts';
import { sceneProposalRoutes } from './api/scene-proposal.ts';
import { sessionRoutes } from './api/session.ts';
import { statusRoutes } from './api/status.ts';
import { tokenRoutes } from './api/tokens.ts';
import { trafficRoutes } from './api/traffic.ts';
import { serveConsole } from './console-files.ts';
import type { WebDeps, WebOptions } from './deps.ts';
import { securityHeaders } from './headers.ts';
import { countRequests } from './http-metrics.ts';
import { asRefusal, notFound, PROBLEM_TYPE, problemOf } from './refusal.ts';
import { createEventRing } from './sockets/event-ring.ts';
import { type OpenSockets, openSockets } from './sockets/open-sockets.ts';
import { eventsSocket, wallSocket } from './sockets/routes.ts';
import { acceptSockets } from './sockets/upgrade.ts';

export interface Web extends Lifetime {
  /** What it listens on. */
  readonly host: string;
  readonly port: number;
  /** WebSockets that are open now. */
  sockets(): number;
  close(): Promise<void>;
}

const HEARTBEAT_MS = 10_000;

/** Listens when it resolves. Rejects with a `config` error when the address cannot be had. */
export async function createWeb(deps: WebDeps, options: WebOptions): Promise<Web> {
  const sockets = openSockets(deps.history.people, deps.log);
  const ring = createEventRing(deps.history.events);
  const app = createApp(apiRoutes(deps, options, sockets), sockets, deps, options);
  const server = options.tls ? createTlsServer({ ...options.tls }, app) : createServer(app);
  limit(server);
  acceptSockets(
    server,
    [eventsSocket(deps, ring, options.heartbeatMs ?? HEARTBEAT_MS), wallSocket(deps)],
    sockets,
    deps,
    options,
  );
  await listen(server, options);
  return {
    host: options.host,
    port: (server.address() as AddressInfo).port,
    sockets: () => sockets.count(),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await sockets.close();
      ring.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The table of the whole API. */
export function apiRoutes(deps: WebDeps, options: WebOptions, sockets: OpenSockets): readonly Route[] {
  const routes = [
    ...sessionRoutes(deps, sockets),
    ...statusRoutes(deps, options.openMetrics),
    ...cameraRoutes(deps),
    ...sceneProposalRoutes(deps),
    ...outageRoutes(deps),
    ...incidentRoutes(deps),
    ...eventRoutes(deps),
    ...trafficRoutes(deps),
    ...tokenRoutes(deps, sockets),
    ...configRoutes(deps),
  ];
  return [...routes, openApiRoute(routes, deps.site.version)];
}

function createApp(
  routes: readonly Route[],
  sockets: OpenSockets,
  deps: WebDeps,
  options: WebOptions,
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', parseQuery);
  app.use(securityHeaders((request) => isSecure(request, options)));
  app.use(countRequests(deps.metrics, sockets));
  app.use(logged(deps.log));
  mountRoutes(app, routes, deps, options);
  if (options.consoleDir !== undefined) serveConsole(app, options.consoleDir);
  app.use(() => {
    throw notFound('resource');
  });
  app.use(answerProblem(deps.log));
  return app;
}

/** Flat: a name that comes several times is a list, and no name can be more than a name. */
function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  const parameters = new URLSearchParams(text);
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    query[name] = values.length === 1 ? values[0]! : values;
  }
  return query;
}

function logged(log: Log): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    const { method, path } = request;
    response.on('close', () => {
      const ms = Math.round(performance.now() - began);
      log.debug({ method, path, status: response.statusCode, ms }, 'answered');
    });
    next();
  };
}

function answerProblem(log: Log): ErrorRequestHandler {
  // express tells an error handler by its four parameters.
  return (thrown, request, response, _next) => {
    const refusal = asRefusal(thrown);
    if (refusal.status >= 500 && refusal.more.cause !== undefined)
      log.error({ err: refusal.more.cause, method: request.method, path: request.path }, 'a request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const name of ['ETag', 'Last-Modified', 'Content-Disposition', 'Age']) response.removeHeader(name);
    response.setHeader('Cache-Control', 'no-store');
    for (const [name, value] of Object.entries(refusal.more.headers ?? {})) response.setHeader(name, value);
    // Read what is left of the body nowhere: the connection ends instead.
    if (refusal.status === 413) response.setHeader('Connection', 'close');
    response.status(refusal.status).type(PROBLEM_TYPE).send(problemOf(refusal, request.path));
  };
}

/** Nobody holds a connection for nothing: slow headers, slow bodies and idle or stuck connections all end. */
function limit(server: Server): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 15_000;
  server.timeout = 60_000;
  server.maxConnections = 5000;
  server.maxHeadersCount = 100;
}

function listen(server: Server, { host, port }: WebOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
      reject(
        new NgatuError(
          'WEB_LISTEN',
          `cannot listen on ${host}:${port}: ${why}; choose another with --port or --host`,
          {
            kind: 'config',
            cause,
          },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}
