import type { EventMessage } from '../../api/contract.ts';
import { noteServerTime } from './api.ts';
import { createRetry, socketUrl } from './retry.ts';

export interface EventStream {
  close(): void;
}

export interface EventStreamHandlers {
  take(message: EventMessage): void;
  /** `false`: news may be missing until it is `true` again; what was missed then comes by itself. */
  connected(yes: boolean): void;
}

/** Nothing for so long means that the connection is dead, whatever the socket says. */
const SILENCE_MS = 25_000;

/** `WS /api/events`: goes on behind the last sequence it has seen, however often the connection is lost. */
export function openEventStream(handlers: EventStreamHandlers, after: number): EventStream {
  let last = after;
  let log: string | undefined;
  let socket: WebSocket | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const retry = createRetry(connect);

  function connect(): void {
    const known = log === undefined ? '' : `&log=${encodeURIComponent(log)}`;
    socket = new WebSocket(socketUrl(`/api/events?after=${last}${known}`));
    socket.onmessage = ({ data }) => {
      heard();
      take(JSON.parse(String(data)) as EventMessage);
    };
    socket.onclose = () => {
      handlers.connected(false);
      retry.failed();
    };
    heard();
  }
  function take(message: EventMessage): void {
    if (message.type === 'hello') {
      log = message.log;
      retry.succeeded();
      handlers.connected(true);
    } else if (message.type === 'gap') last = message.reason === 'other-log' ? 0 : message.to;
    else if (message.type === 'heartbeat') {
      const now = Date.now();
      noteServerTime(Date.parse(message.at), now, now);
      last = Math.max(last, message.sequence);
    } else if ('sequence' in message) last = message.sequence;
    handlers.take(message);
  }
  function heard(): void {
    clearTimeout(silence);
    silence = setTimeout(() => socket?.close(), SILENCE_MS);
  }

  connect();
  return {
    close() {
      retry.stop();
      clearTimeout(silence);
      if (socket !== undefined) socket.onclose = null;
      socket?.close();
    },
  };
}
