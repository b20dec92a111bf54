import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { type Caller, may } from '../access.ts';
import { addressOf, callerOf, fromOwnPage } from '../credentials.ts';
import type { WebDeps, WebOptions } from '../deps.ts';
import { notFound, Refusal } from '../refusal.ts';
import { encode } from './encode.ts';
import type { Call, Reply, Route } from './route.ts';

/** Every route as express serves it: who, may they, what do they ask, and only then the route's own work. */
export function mountRoutes(
  app: express.Express,
  routes: readonly Route[],
  deps: WebDeps,
  options: WebOptions,
): void {
  for (const route of routes)
    app[route.method](
      route.path,
      permission(route, deps, options),
      ...bodyOf(route),
      async (request, response) => {
        const caller = response.locals.caller as Caller | undefined;
        const call = callOf(route, request, response, caller, options);
        await send(request, response, route, await route.handle(call));
      },
    );
  // A path that exists but not with this method.
  for (const [path, methods] of Object.entries(Object.groupBy(routes, (route) => route.path))) {
    const allowed = [...new Set(methods?.map(({ method }) => method.toUpperCase()))].join(', ');
    app.all(path, () => {
      throw new Refusal(405, 'method-not-allowed', 'This cannot be done here.', {
        headers: { Allow: allowed },
      });
    });
  }
}

/** Before the body is even read. What anybody may ask does not even need the database. */
function permission(route: Route, deps: WebDeps, options: WebOptions): RequestHandler {
  return async (request, response, next) => {
    if (route.right !== 'nobody') {
      const caller = await callerOf(request, deps.history.people);
      checkCaller(route.right, caller);
      response.locals.caller = caller;
    }
    if (route.method !== 'get' && !trusted(request, response.locals.caller, options))
      throw new Refusal(403, 'foreign-page', 'A page from elsewhere may not do this in your name.');
    next();
  };
}

/** A bearer was sent on purpose; a cookie goes along by itself, so the page must be ours. So must one that signs somebody in. */
function trusted(request: Request, caller: Caller | undefined, { origins }: WebOptions): boolean {
  if (caller?.by === 'bearer') return true;
  const fromBrowser = caller?.by === 'cookie' || request.headers.origin !== undefined;
  return !fromBrowser || fromOwnPage(request, origins);
}

function checkCaller(right: Exclude<Route['right'], 'nobody'>, caller: Caller | undefined): void {
  if (caller === undefined)
    throw new Refusal(401, 'sign-in', 'Sign in first, or send a token.', {
      headers: { 'WWW-Authenticate': 'Bearer realm="ngatu"' },
    });
  if (right !== 'signed-in' && !may(caller, right))
    throw new Refusal(403, 'not-allowed', 'You may not do this.', {
      detail: `It needs the right “${right}”.`,
    });
}

function bodyOf(route: Route): RequestHandler[] {
  if (route.body === undefined) return [];
  const json: RequestHandler = (request, _response, next) => {
    const length = request.headers['content-length'] ?? '0';
    const empty = request.headers['transfer-encoding'] === undefined && length === '0';
    if (!empty && !request.is('application/json'))
      throw new Refusal(415, 'not-json', 'The body must be application/json.');
    next();
  };
  return [json, express.json({ limit: route.bodyLimitBytes, type: 'application/json', inflate: false })];
}

function callOf(
  route: Route,
  request: Request,
  response: Response,
  caller: Caller | undefined,
  options: WebOptions,
): Call {
  return {
    caller,
    params: checked(route.params, 'path', request.params),
    query: checked(route.query, 'query', request.query),
    body: checked(route.body, 'body', request.body ?? {}),
    address: addressOf(request, options.trustProxy),
    secure: isSecure(request, options),
    fromOwnPage: fromOwnPage(request, options.origins),
    abandoned: () => response.destroyed,
    header: (name, value) => void response.setHeader(name, value),
  };
}

export function isSecure(
  request: Pick<Request, 'socket' | 'headers'>,
  { tls, trustProxy }: WebOptions,
): boolean {
  return tls !== undefined || (trustProxy && request.headers['x-forwarded-proto'] === 'https');
}

function checked(schema: z.ZodType | undefined, where: 'path' | 'query' | 'body', given: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  if (where === 'path') throw notFound('thing');
  const mistakes = result.error.issues.slice(0, 20).map((issue) => ({
    in: where,
    at: issue.path.join('.'),
    message: issue.message,
  }));
  throw new Refusal(where === 'body' ? 422 : 400, 'not-as-expected', `The ${where} is not as expected.`, {
    mistakes,
  });
}

async function send(request: Request, response: Response, route: Route, reply: Reply): Promise<void> {
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'private, no-cache');
  switch (reply.kind) {
    case 'json': {
      const spec = route.answer as Extract<Route['answer'], { kind: 'json' }>;
      response.status(spec.status).json(encode(spec.schema, reply.value));
      return;
    }
    case 'empty':
      response.status(204).end();
      return;
    case 'bytes':
      response
        .type(reply.type)
        .send(Buffer.from(reply.bytes.buffer, reply.bytes.byteOffset, reply.bytes.byteLength));
      return;
    case 'file':
      return await sendFile(response, reply);
    case 'text':
      response.type(reply.type);
      if (request.method === 'HEAD') response.end();
      else await pipeline(Readable.from(reply.pieces, { objectMode: false }), response);
  }
}

function sendFile(response: Response, { path, type }: Extract<Reply, { kind: 'file' }>): Promise<void> {
  return new Promise((resolve, reject) => {
    response
      .type(type)
      .sendFile(path, { dotfiles: 'allow', cacheControl: false }, (failure?: SendFailure) => {
        // Gone half-way: there is nobody left to tell.
        if (failure === undefined || response.headersSent) resolve();
        else reject(refusedFile(failure));
      });
  });
}

type SendFailure = Error & { readonly status?: number; readonly headers?: Readonly<Record<string, string>> };

function refusedFile({ status, headers }: SendFailure): Refusal {
  if (status !== 416) return notFound('file');
  return new Refusal(416, 'no-such-range', 'The file does not reach that far.', { headers: headers ?? {} });
}
