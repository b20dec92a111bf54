/**
 * What 1,300 simulated cameras cost: the CPU of the simulator's process, against a bare writer that puts as many bytes into as many
 * sockets at the same times. The reader is this process; it drains each socket every 500 ms, as the gateway does with cameras
 * nobody watches (`--reader prompt`: at once).
 *
 *     node bench/simulate.ts [--cameras 1300] [--seconds 20] [--reader lazy|prompt] [--pictures-per-write 1] [--json]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSimulator } from '../src/simulate/index.ts';
import { tinyClip } from '../test/support/index.ts';

const { values } = parseArgs({
  options: {
    cameras: { type: 'string', default: '1300' },
    seconds: { type: 'string', default: '20' },
    reader: { type: 'string', default: 'lazy' },
    'pictures-per-write': { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    child: { type: 'string' },
  },
});
const cameras = Number(values.cameras);
const seconds = Number(values.seconds);
const picturesPerWrite = Number(values['pictures-per-write']);
const PICTURES_PER_SECOND = 15;
const PICTURE_BYTES = Math.round(490_000 / 8 / PICTURES_PER_SECOND);
const CLIPS = 9;

/** Running totals of a child since it began. */
interface Totals {
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly bytes: number;
  readonly pictures: number;
  readonly lateP99Ms: number;
  readonly dropped: number;
}

interface Measured {
  readonly cpuPercent: number;
  readonly rssMiB: number;
  readonly mbitPerSecond: number;
  readonly picturesPerSecond: number;
  readonly lateP99Ms: number;
  readonly dropped: number;
}

async function compare(): Promise<void> {
  const simulator = await measure('simulator', playRtsp);
  const bare = await measure('bare', (socket) => void socket.write('x'));
  const ratio = Number((simulator.cpuPercent / bare.cpuPercent).toFixed(2));
  const result = {
    cameras,
    seconds,
    reader: values.reader,
    ...simulator,
    limitCpuPercent: bare.cpuPercent,
    ratio,
  };
  if (!values.json) console.table({ simulator, 'bare writer': bare });
  console.log(JSON.stringify(result));
}

async function measure(which: 'simulator' | 'bare', greet: (socket: Socket) => void): Promise<Measured> {
  const passed = ['--cameras', values.cameras, '--pictures-per-write', values['pictures-per-write']];
  const child = fork(import.meta.filename, ['--child', which, ...passed]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const sockets = await dialAll(port, greet);
  const draining = drain(sockets);
  await sleep(3000);
  const before = await totals(child);
  const began = performance.now();
  await sleep(seconds * 1000);
  const after = await totals(child);
  const elapsedMs = performance.now() - began;
  clearInterval(draining);
  for (const socket of sockets) socket.destroy();
  child.disconnect();
  await once(child, 'exit');
  return measured(before, after, elapsedMs);
}

function measured(before: Totals, after: Totals, elapsedMs: number): Measured {
  const perSecond = (key: 'bytes' | 'pictures') => ((after[key] - before[key]) / elapsedMs) * 1000;
  return {
    cpuPercent: Number((((after.cpuMs - before.cpuMs) / elapsedMs) * 100).toFixed(1)),
    rssMiB: Math.round(after.rssBytes / 2 ** 20),
    mbitPerSecond: Math.round((perSecond('bytes') * 8) / 1e6),
    picturesPerSecond: Math.round(perSecond('pictures')),
    lateP99Ms: after.lateP99Ms,
    dropped: after.dropped - before.dropped,
  };
}

async function totals(child: ChildProcess): Promise<Totals> {
  child.send('totals');
  return ((await once(child, 'message')) as [Totals])[0];
}

async function dialAll(port: number, greet: (socket: Socket) => void): Promise<Socket[]> {
  const buffer = Buffer.allocUnsafe(256 * 1024);
  const sockets: Socket[] = [];
  for (let nth = 0; nth < cameras; nth++) {
    // Node.js stops reading when the callback returns false: that is the lazy drain, a socket being empty for now.
    const callback = (length: number, into: Uint8Array) => {
      if (!playing.has(socket)) return answered(socket, Buffer.from(into.subarray(0, length)));
      return values.reader !== 'lazy' || length === buffer.length;
    };
    const socket: Socket = connect({ host: '127.0.0.1', port, onread: { buffer, callback } });
    names.set(socket, `camera${nth}`);
    await once(socket, 'connect');
    greet(socket);
    sockets.push(socket);
  }
  return sockets;
}

const names = new WeakMap<Socket, string>();
const playing = new WeakSet<Socket>();

function playRtsp(socket: Socket): void {
  const transport = 'RTP/AVP/TCP;unicast;interleaved=0-1';
  socket.write(`SETUP ${address(socket)}/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: ${transport}\r\n\r\n`);
}

function answered(socket: Socket, bytes: Buffer): boolean {
  const session = /Session: (\w+)/.exec(bytes.toString('latin1'))?.[1];
  if (session !== undefined)
    socket.write(`PLAY ${address(socket)} RTSP/1.0\r\nCSeq: 2\r\nSession: ${session}\r\n\r\n`);
  playing.add(socket);
  return true;
}

function address(socket: Socket): string {
  return `rtsp://127.0.0.1/${names.get(socket)}`;
}

/** 25 staggered slots, each socket every 500 ms. */
function drain(sockets: readonly Socket[]): NodeJS.Timeout {
  let slot = 0;
  return setInterval(() => {
    for (let nth = slot; nth < sockets.length; nth += 25) sockets[nth]?.resume();
    slot = (slot + 1) % 25;
  }, 20);
}

async function serveSimulator(): Promise<void> {
  const recipe = { width: 640, height: 360, kbitPerSecond: 490 };
  const clips: string[] = [];
  for (let nth = 0; nth < CLIPS; nth++) clips.push(await tinyClip({ ...recipe, seconds: 60 + nth }));
  const simulator = await startSimulator({
    picturesPerWrite,
    cameras: Array.from({ length: cameras }, (_, nth) => ({
      name: `camera${nth}`,
      clip: clips[nth % CLIPS]!,
    })),
  });
  report(simulator.ports.get('127.0.0.1') ?? 0, () => {
    const { process: own, bytes, pictures, lateMs, picturesDropped: dropped } = simulator.stats();
    return { ...own, bytes, pictures, lateP99Ms: lateMs.p99, dropped };
  });
}

/** The least a Node.js process can do: one write of the same memory a picture and socket, every 5 ms those that are due. */
function serveBare(): void {
  const sockets: Socket[] = [];
  const picture = Buffer.alloc(PICTURE_BYTES, 7);
  let sent = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    socket.resume();
    socket.on('error', () => undefined);
    sockets.push(socket);
    if (sockets.length === cameras) begin();
  });
  const begin = () => {
    const began = performance.now();
    setInterval(() => {
      const due = Math.floor(((performance.now() - began) / 1000) * PICTURES_PER_SECOND * cameras);
      for (; sent < due; sent++) sockets[sent % cameras]?.write(picture);
    }, 5);
  };
  server.listen(0, '127.0.0.1', 4096, () => {
    const at = server.address();
    report(typeof at === 'object' && at !== null ? at.port : 0, () => {
      const { user, system } = process.cpuUsage();
      const cpuMs = (user + system) / 1000;
      const rssBytes = process.memoryUsage.rss();
      return { cpuMs, rssBytes, bytes: sent * PICTURE_BYTES, pictures: sent, lateP99Ms: 0, dropped: 0 };
    });
  });
}

function report(port: number, read: () => Totals): void {
  process.on('message', () => process.send?.(read()));
  process.on('disconnect', () => process.exit());
  process.send?.({ port });
}

if (values.child === 'simulator') await serveSimulator();
else if (values.child === 'bare') serveBare();
else await compare();
