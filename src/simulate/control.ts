import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { asNgatuError, type Lifetime, NgatuError } from '#base';
import type { FaultRequest } from './fault/fault.ts';
import type { Simulator } from './simulator.ts';

/** The control port; docs/ref/simulate.md describes what it answers. */
export interface Control extends Lifetime {
  readonly url: string;
  close(): Promise<void>;
}

const LARGEST_BODY = 64 * 1024;

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** Listens on 127.0.0.1 only. Rejects with `CONTROL_LISTEN`. */
export async function startControl(simulator: Simulator, port = 0): Promise<Control> {
  const server = createServer((request, response) => {
    answer(simulator, request).then(
      (found) => send(response, found),
      (thrown: unknown) => send(response, problem(thrown)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `The control port 127.0.0.1:${port} cannot be had: ${cause.message}`;
      reject(new NgatuError('CONTROL_LISTEN', message, { kind: 'config', cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(simulator: Simulator, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  // A web page in the operator's browser must not reach this port under a name of its own.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? ''))
    throw refusal(403, 'the Host header must name the loopback address');
  const [first = '', second, ...more] = url.pathname.split('/').slice(1);
  if (more.length > 0) throw refusal(404, `there is nothing at ${url.pathname}`);
  if (first === 'faults') return faults(simulator, request, second);
  if (request.method !== 'GET') throw refusal(405, `${url.pathname} is read with GET`);
  return { status: 200, body: read(simulator, url) };
}

function read(simulator: Simulator, url: URL): unknown {
  switch (url.pathname) {
    case '/stats':
      return simulator.stats();
    case '/cameras':
      return simulator.cameras();
    case '/dials':
      return simulator.dials(Number(url.searchParams.get('since') ?? 0));
    default:
      throw refusal(404, `there is nothing at ${url.pathname}: try /stats, /cameras, /dials, /faults`);
  }
}

async function faults(
  simulator: Simulator,
  request: IncomingMessage,
  id: string | undefined,
): Promise<Answer> {
  if (id !== undefined && !simulator.faults().some((fault) => String(fault.id) === id))
    throw refusal(404, `there is no fault ${JSON.stringify(id)}`);
  if (request.method === 'DELETE') {
    await simulator.endFault(id === undefined ? undefined : Number(id));
    return { status: 204 };
  }
  if (request.method === 'GET') return { status: 200, body: simulator.faults() };
  if (request.method !== 'POST' || id !== undefined)
    throw refusal(405, 'faults take GET, POST and DELETE, one fault DELETE');
  const { id: started, fault, cameras } = await simulator.fault(await json(request));
  return { status: 201, body: { id: started, fault, cameras } };
}

/** The simulator itself checks what is in it. */
async function json(request: IncomingMessage): Promise<FaultRequest> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    throw refusal(415, 'the body must be application/json');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY) throw refusal(413, `the body is longer than ${LARGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as FaultRequest;
  } catch {
    throw refusal(400, 'the body is not JSON');
  }
}

function refusal(status: number, why: string): NgatuError {
  return new NgatuError('CONTROL_REFUSED', why, { kind: 'config', context: { status } });
}

/** RFC 9457. */
function problem(thrown: unknown): Answer {
  const { code, kind, message, context } = asNgatuError(thrown);
  const status = code === 'CONTROL_REFUSED' ? Number(context.status) : kind === 'config' ? 422 : 500;
  return { status, body: { title: code, status, detail: message } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, body === undefined ? {} : { 'Content-Type': type });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
