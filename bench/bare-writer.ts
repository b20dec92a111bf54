/**
 * A child that puts as many bytes into as many sockets at the same times, all of the same memory: the least that a Node.js process
 * which simulates cameras can do. It says yes to whatever is asked, so that `bare-reader` reads it.
 */
import { createServer, type Socket } from 'node:net';
import { answer } from './child.ts';

const [cameras, pictureBytes, picturesPerSecond] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
];
const TICK_MS = 5;
const picture = Buffer.alloc(pictureBytes, 7);
const sockets: Socket[] = [];
let sent = 0;
let began = 0;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (asked: Buffer) => {
    socket.write('RTSP/1.0 200 OK\r\nSession: 1\r\n\r\n');
    if (asked.toString('latin1').startsWith('PLAY') && sockets.push(socket) === cameras)
      began = performance.now();
  });
});
setInterval(() => {
  if (began === 0) return;
  const due = Math.floor(((performance.now() - began) / 1000) * picturesPerSecond * cameras);
  for (; sent < due; sent++) sockets[sent % cameras]?.write(picture);
}, TICK_MS);

const port = new Promise<number>((resolve) => {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
    const at = server.address();
    resolve(typeof at === 'object' && at !== null ? at.port : 0);
  });
});
answer({ port: () => port, sent: () => sent }, () => undefined);
