import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { Wall, WallReply, WallRequest, WallViewer } from '../../src/preview/index.ts';
import { readWallFrame, type WallFrame } from '../../src/preview/wall-frame.ts';

export interface ServedWall {
  readonly url: string;
  close(): Promise<void>;
}

/** A wall on a real server, as the web serves it. Every viewer may see every camera unless told. */
export async function serveWall(wall: Wall, maySee: WallViewer['maySee'] = () => true): Promise<ServedWall> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 });
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (open) =>
      wall.serve(open, { name: 'test', maySee }, socket),
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const open of sockets.clients) open.terminate();
      await wall.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type ReplyOf<T extends WallReply['type']> = Extract<WallReply, { type: T }>;

export interface WallClient {
  readonly socket: WebSocket;
  readonly frames: WallFrame[];
  readonly replies: WallReply[];
  /** Everything in the order it came. */
  readonly all: (WallFrame | WallReply)[];
  send(request: WallRequest): void;
  of<T extends WallReply['type']>(type: T): ReplyOf<T>[];
  fragments(channel?: number): WallFrame[];
  /** The bytes of a channel as one file. */
  file(channel: number): Buffer;
}

/** A client that keeps all that comes. */
export async function connectWall(url: string): Promise<WallClient> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const all: (WallFrame | WallReply)[] = [];
  const frames: WallFrame[] = [];
  const replies: WallReply[] = [];
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      const bytes = new Uint8Array(data).buffer;
      const frame = readWallFrame(bytes);
      if (frame === undefined) throw new Error('the wall sent a binary message that is none of its own');
      frames.push(frame);
      all.push(frame);
    } else {
      const reply = JSON.parse(String(data)) as WallReply;
      replies.push(reply);
      all.push(reply);
    }
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const of = <T extends WallReply['type']>(type: T) =>
    replies.filter((reply): reply is ReplyOf<T> => reply.type === type);
  return {
    socket,
    frames,
    replies,
    all,
    send: (request) => socket.send(JSON.stringify(request)),
    of,
    fragments: (channel) =>
      frames.filter(
        (frame) => frame.kind === 'fragment' && (channel === undefined || frame.channel === channel),
      ),
    file: (channel) =>
      Buffer.concat(frames.filter((frame) => frame.channel === channel).map((frame) => frame.mp4)),
  };
}
