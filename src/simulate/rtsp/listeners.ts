import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type Lifetime, NgatuError } from '#base';

/** One address that cameras stand on; it can close its port for a while and take it again. */
export interface Listener extends Lifetime {
  readonly host: string;
  readonly port: number;
  /** What dials is told by the kernel that nobody listens. */
  shut(): Promise<void>;
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  accept(socket: Socket, host: string): void;
}

/** Throws `SIMULATOR_LISTEN`. */
export async function listen(options: ListenOptions): Promise<Listener> {
  let server = await bound(options, options.port);
  const port = portOf(server);
  let changes: Promise<void> = Promise.resolve();
  let open = true;
  const change = (make: () => Promise<void>): Promise<void> => {
    changes = changes.then(make, make);
    return changes;
  };
  const shut = () =>
    change(async () => {
      if (open) await closed(server);
      open = false;
    });
  return {
    host: options.host,
    port,
    shut,
    close: shut,
    reopen: () =>
      change(async () => {
        if (!open) server = await bound(options, port);
        open = true;
      }),
  };
}

async function bound({ host, tls, accept }: ListenOptions, port: number): Promise<Server> {
  const settings = { noDelay: true, highWaterMark: 16 * 1024 };
  const take = (socket: Socket) => accept(socket, host);
  const server =
    tls === undefined ? createServer(settings, take) : createTlsServer({ ...settings, ...tls }, take);
  // A client that breaks off the handshake.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(host, port, cause)));
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Stops listening at once; does not wait for the connections, which live on. */
function closed(server: Server): Promise<void> {
  server.close();
  return new Promise((resolve) => setImmediate(resolve));
}

function cannotListen(host: string, port: number, cause: Error): NgatuError {
  const message = `The simulator cannot listen on ${host}:${port}: ${cause.message}`;
  return new NgatuError('SIMULATOR_LISTEN', message, { kind: 'config', context: { host, port }, cause });
}
