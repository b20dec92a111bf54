import { readWallFrame, type WallFrame } from '#preview/wall-frame';
import type {
  DroppedMessage,
  ErrorMessage,
  FormatMessage,
  StateMessage,
  WallReply,
  WallRequest,
} from '#preview/wall-messages';
import { createRetry, socketUrl } from './retry.ts';

export type Tier = 'full' | 'keyframes';

/** One tile's end of the wall. */
export interface ChannelHandlers {
  format(message: FormatMessage): void;
  frame(frame: WallFrame): void;
  dropped(message: DroppedMessage): void;
  state(message: StateMessage): void;
  failed(message: ErrorMessage): void;
  /** The connection is gone; what is shown grows old. */
  lost(): void;
}

export interface WallSocket {
  /** Shows a camera to these handlers until the returned channel is closed. */
  open(camera: string, tier: Tier, handlers: ChannelHandlers): WallChannel;
  close(): void;
}

export interface WallChannel {
  tier(tier: Tier): void;
  close(): void;
}

interface Watch {
  readonly camera: string;
  tier: Tier;
  readonly handlers: ChannelHandlers;
}

/** What this browser can play of what cameras send. */
const CODECS: readonly (readonly [name: string, example: string])[] = [
  ['h264', 'avc1.640028'],
  ['h265', 'hvc1.1.6.L120.90'],
];

/** `WS /api/wall`: all tiles on one connection, whose numbers are never used twice, so that nothing late lands on a wrong tile. */
export function openWallSocket(): WallSocket {
  const watches = new Map<number, Watch>();
  let socket: WebSocket | undefined;
  let next = 0;
  const retry = createRetry(connect);

  const send = (request: WallRequest): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
  };
  const watch = (channel: number, { camera, tier }: Watch): void =>
    send({ type: 'watch', channel, camera, tier });

  function connect(): void {
    socket = new WebSocket(socketUrl('/api/wall'));
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      retry.succeeded();
      const codecs = CODECS.filter(([, codec]) =>
        MediaSource.isTypeSupported(`video/mp4; codecs="${codec}"`),
      );
      send({ type: 'accepts', codecs: codecs.map(([name]) => name) });
      for (const [channel, one] of watches) watch(channel, one);
    };
    socket.onmessage = ({ data }) =>
      typeof data === 'string' ? reply(JSON.parse(data) as WallReply) : picture(data);
    socket.onclose = () => {
      for (const { handlers } of watches.values()) handlers.lost();
      retry.failed();
    };
  }
  function picture(data: ArrayBuffer): void {
    const frame = readWallFrame(data);
    if (frame !== undefined) watches.get(frame.channel)?.handlers.frame(frame);
  }
  function reply(message: WallReply): void {
    const handlers = message.channel === undefined ? undefined : watches.get(message.channel)?.handlers;
    if (handlers === undefined) return;
    if (message.type === 'format') handlers.format(message);
    else if (message.type === 'dropped') handlers.dropped(message);
    else if (message.type === 'state') handlers.state(message);
    else handlers.failed(message);
  }

  connect();
  return {
    open(camera, tier, handlers) {
      const channel = next;
      next = (next + 1) % 65_536;
      const one: Watch = { camera, tier, handlers };
      watches.set(channel, one);
      watch(channel, one);
      return {
        tier(wanted) {
          if (one.tier === wanted) return;
          one.tier = wanted;
          watch(channel, one);
        },
        close() {
          if (watches.delete(channel)) send({ type: 'unwatch', channel });
        },
      };
    },
    close() {
      retry.stop();
      if (socket !== undefined) socket.onclose = null;
      socket?.close();
    },
  };
}
