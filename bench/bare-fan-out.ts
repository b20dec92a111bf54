/** A child that sends as many bytes to as many sockets at the same pace with `ws` alone: the limit the wall is measured against. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answer } from './child.ts';

const [picturesPerSecond, bytesPerPicture] = process.argv.slice(2).map(Number) as [number, number];
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer();
server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, () => {}));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));

// A keyframe eight times as large as the others, every thirty pictures, as the simulated cameras send them.
const small = Buffer.alloc(Math.round((bytesPerPicture * 30) / 37));
const large = Buffer.alloc(small.length * 8);
large[2] = small[2] = 1;
const began = performance.now();
let sent = 0;
setInterval(() => {
  const due = ((performance.now() - began) * picturesPerSecond * sockets.clients.size) / 1000;
  const clients = [...sockets.clients];
  if (due - sent > 10 * clients.length) sent = due;
  for (; sent < due; sent++) {
    const nth = Math.floor(sent);
    clients[nth % clients.length]?.send((nth / clients.length) % 30 < 1 ? large : small);
  }
}, 10);

answer({ port: () => (server.address() as AddressInfo).port }, () => {});
