/** A child that pulls cameras and serves their wall, as the gateway does, on a bare socket server without sessions. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WebSocketServer } from 'ws';
import { createLog, systemClock } from '#base';
import { createIngest } from '#ingest';
import { createHub } from '#live';
import { createWall } from '#preview';
import { answer } from './child.ts';

const [cameras, port] = process.argv.slice(2).map(Number) as [number, number];
const log = createLog({ level: 'warn' });
const hub = createHub({ log });
// One address stands for all hosts here.
const ingest = createIngest({
  clock: systemClock,
  options: { dial: { concurrentDials: 256, concurrentDialsPerHost: 256, dialsPerSecond: 200 } },
});
for (let nth = 0; nth < cameras; nth++) {
  const id = `camera${nth}`;
  const source = { url: `rtsp://127.0.0.1:${port}/${id}` };
  const stream = ingest.open(
    { id, camera: id, source, credentials: undefined, priority: 'ordinary' },
    { write: (unit) => hub.write(id, unit), state: () => {} },
  );
  hub.onDemand(id, (demand) => stream.demand(demand));
}
const wall = createWall({
  hub,
  sources: { streams: (id) => [{ id, name: 'main' }], want: () => ({ close() {} }) },
  watchState: () => ({ close() {} }),
  transcoder: undefined,
  clock: systemClock,
  log,
});
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer();
server.on('upgrade', (request, socket, head) =>
  sockets.handleUpgrade(request, socket, head, (open) =>
    wall.serve(open, { name: 'bench', maySee: () => true }, socket),
  ),
);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

answer(
  {
    port: () => (server.address() as AddressInfo).port,
    ingest: () => ingest.stats(),
    wall: () => wall.stats(),
    delayP99Ms: () => {
      const p99 = delay.percentile(99) / 1e6;
      delay.reset();
      return p99;
    },
  },
  () => ingest.close(),
);
