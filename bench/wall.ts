/**
 * What viewers cost: 500 walls that each watch a camera of their own, beside the same bytes sent by `ws` alone in the same run.
 * `cpuPercentAdded` holds everything that watching adds to the gateway's process, the more frequent reading of cameras too.
 *
 *     npm run bench -- wall --json [--cameras 500] [--viewers 500] [--seconds 15] [--profile DIR]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchChild, startChild, type Usage } from './child.ts';
import type { BenchOptions, Figures } from './run.ts';
import { untilLive } from './until-live.ts';

interface Seen {
  readonly pictures: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly ageP50Ms: number;
  readonly ageP95Ms: number;
  readonly ageMaxMs: number;
}

export async function run(options: BenchOptions): Promise<Figures> {
  const viewers = Number(options.viewers ?? 500);
  const cameras = Math.max(viewers, Number(options.cameras ?? 500));
  const seconds = Number(options.seconds ?? 15);
  const city = startChild('city.ts', [String(cameras)]);
  const cityPort = await city.ask<number>('port');
  const profile = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
  const gateway = startChild('wall-gateway.ts', [String(cameras), String(cityPort)], profile);
  await untilLive(gateway, cameras);
  await sleep(8000);
  const idle = await measure(gateway, seconds);
  const watching = await watch(gateway, viewers, seconds);
  await gateway.end();
  await city.end();
  const limit = await bareFanOut(viewers, seconds, watching.seen);
  return {
    viewers,
    cameras,
    cpuPercent: round(watching.cpuPercent),
    cpuPercentAdded: round(watching.cpuPercent - idle.cpuPercent),
    limitCpuPercent: round(limit.cpuPercent),
    ratio: round((watching.cpuPercent - idle.cpuPercent) / limit.cpuPercent, 2),
    rssMiB: Math.round(watching.rssMiB),
    rssMiBAdded: Math.round(watching.rssMiB - idle.rssMiB),
    ageP50Ms: round(watching.seen.ageP50Ms),
    ageP95Ms: round(watching.seen.ageP95Ms),
    ageMaxMs: round(watching.seen.ageMaxMs),
    picturesPerSecond: Math.round(watching.seen.pictures / seconds),
    limitPicturesPerSecond: Math.round(limit.seen.pictures / seconds),
    mbitPerSecond: Math.round((watching.seen.bytes * 8) / seconds / 1e6),
    limitMbitPerSecond: Math.round((limit.seen.bytes * 8) / seconds / 1e6),
    dropped: watching.seen.dropped,
    eventLoopDelayP99Ms: round(watching.delayP99Ms),
  };
}

async function watch(gateway: BenchChild, viewers: number, seconds: number) {
  const port = await gateway.ask<number>('port');
  const clients = startChild('wall-viewers.ts', [String(viewers), String(port)]);
  await clients.ask('reset');
  await sleep(6000);
  await clients.ask('reset');
  await gateway.ask('delayP99Ms');
  const used = await measure(gateway, seconds);
  const seen = await clients.ask<Seen>('figures');
  const delayP99Ms = await gateway.ask<number>('delayP99Ms');
  await clients.end();
  return { ...used, seen, delayP99Ms };
}

async function bareFanOut(viewers: number, seconds: number, like: Seen) {
  const pace = like.pictures / viewers / seconds;
  const server = startChild('bare-fan-out.ts', [String(pace), String(like.bytes / like.pictures)]);
  const clients = startChild('wall-viewers.ts', [String(viewers), String(await server.ask<number>('port'))]);
  await clients.ask('reset');
  await sleep(3000);
  await clients.ask('reset');
  const used = await measure(server, seconds);
  const seen = await clients.ask<Seen>('figures');
  await clients.end();
  await server.end();
  return { ...used, seen };
}

/** Processor time in per cent of one core, and memory at the end. */
async function measure(child: BenchChild, seconds: number) {
  const before = await child.ask<Usage>('usage');
  const began = performance.now();
  await sleep(seconds * 1000);
  const after = await child.ask<Usage>('usage');
  const cpuPercent = ((after.cpuMs - before.cpuMs) / (performance.now() - began)) * 100;
  return { cpuPercent, rssMiB: after.rssMiB };
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
