import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { type Lifetime, NgatuError } from '#base';
import { openBlackHole } from './black-hole.ts';

/** One address that cameras stand on; it can close its port for a while and take it again. */
export interface Listener extends Lifetime {
  readonly host: string;
  readonly port: number;
  /** What dials is told by the kernel that nobody listens, or hears nothing at all. */
  shut(how: 'refuse' | 'no-answer'): Promise<void>;
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** A client that dialled. */
export interface Accepted {
  /** What is read and written: the TCP connection, or the TLS in it. */
  readonly socket: Socket;
  readonly host: string;
  /** Ends the TCP connection with RST. */
  reset(): void;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  accept(accepted: Accepted): void;
}

/** Throws `SIMULATOR_LISTEN`. */
export async function listen(options: ListenOptions): Promise<Listener> {
  let server = await bound(options, options.port);
  const port = portOf(server);
  let changes: Promise<void> = Promise.resolve();
  let open = true;
  let hole: Lifetime | undefined;
  const change = (make: () => Promise<void>): Promise<void> => {
    changes = changes.then(make, make);
    return changes;
  };
  const shut = async () => {
    if (open) await closed(server);
    open = false;
    await hole?.close();
    hole = undefined;
  };
  return {
    host: options.host,
    port,
    close: () => change(shut),
    shut: (how) =>
      change(async () => {
        await shut();
        if (how === 'no-answer') hole = await openBlackHole(options.host, port);
      }),
    reopen: () =>
      change(async () => {
        await hole?.close();
        hole = undefined;
        if (!open) server = await bound(options, port);
        open = true;
      }),
  };
}

async function bound({ host, tls, accept }: ListenOptions, port: number): Promise<Server> {
  const secureContext = tls && createSecureContext(tls);
  const server = createServer({ noDelay: true }, (tcp) => {
    const reset = () => void tcp.resetAndDestroy();
    const socket = secureContext === undefined ? tcp : new TLSSocket(tcp, { isServer: true, secureContext });
    // A handshake that fails shows at the one or at the other.
    if (socket !== tcp) tcp.on('error', () => socket.destroy());
    accept({ socket, host, reset });
  });
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
