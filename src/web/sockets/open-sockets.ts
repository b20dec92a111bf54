import type { WebSocket } from 'ws';
import type { Log } from '#base';
import type { People } from '#store';
import type { Caller } from '../access.ts';

/** Every open WebSocket and who is behind it: ends it when the session or token ends, or when nobody answers. */
export interface OpenSockets {
  add(socket: WebSocket, caller: Caller): void;
  count(): number;
  /** After a sign-out or a removed token: asks at once whether everybody may still be there. */
  recheck(): void;
  close(): Promise<void>;
}

/** Close codes of our own; see docs/ref/api.md. */
export const SESSION_ENDED = 4401;
const GOING_AWAY = 1001;

const PING_MS = 20_000;
const RECHECK_MS = 60_000;
const CLOSE_MS = 1000;

export function openSockets(people: People, log: Log): OpenSockets {
  const open = new Map<WebSocket, { readonly caller: Caller; answered: boolean }>();

  function ping(): void {
    for (const [socket, state] of open) {
      if (!state.answered) socket.terminate();
      state.answered = false;
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  }

  /** One question a secret, however many sockets it has opened. */
  async function recheck(): Promise<void> {
    const bySecret = Map.groupBy(open, ([, { caller }]) => caller.secret);
    for (const [secret, sockets] of bySecret)
      if ((await people.identify(secret)) === undefined)
        for (const [socket] of sockets) socket.close(SESSION_ENDED, 'the session has ended');
  }

  const quietly = () =>
    void recheck().catch((failure) =>
      log.warn({ err: failure }, 'sessions could not be checked and are checked again'),
    );
  const timers = [setInterval(ping, PING_MS), setInterval(quietly, RECHECK_MS)];
  for (const timer of timers) timer.unref();

  return {
    add(socket, caller) {
      const state = { caller, answered: true };
      open.set(socket, state);
      socket.on('pong', () => {
        state.answered = true;
      });
      socket.on('close', () => open.delete(socket));
      // Without a listener a broken frame would end the process; `close` follows.
      socket.on('error', (failure) => log.debug({ err: failure }, 'a socket failed'));
    },
    count: () => open.size,
    recheck: quietly,
    async close() {
      for (const timer of timers) clearInterval(timer);
      for (const socket of open.keys()) socket.close(GOING_AWAY, 'the server is going away');
      const deadline = Date.now() + CLOSE_MS;
      while (open.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      for (const socket of open.keys()) socket.terminate();
    },
  };
}
