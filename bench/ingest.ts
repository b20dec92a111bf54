/**
 * What 1,300 cameras cost that nobody watches: processor time and memory of the gateway's process, beside a bare reader of
 * the same sockets in the same run.
 *
 *     npm run bench -- ingest --json [--cameras 1300] [--seconds 20] [--warm-up 12] [--profile DIR]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestStats } from '#ingest';
import { defaultIngestOptions } from '#ingest';
import type { HubStats } from '#live';
import { type BenchChild, startChild, type Usage } from './child.ts';
import type { BenchOptions, Figures } from './run.ts';

const BYTES_PER_SECOND = 62_500;
/** As in scripts/run. */
const NODE_OPTIONS = ['--max-semi-space-size=16'];

export async function run(options: BenchOptions): Promise<Figures> {
  const cameras = Number(options.cameras ?? 1300);
  const seconds = Number(options.seconds ?? 20);
  const warmUp = Number(options['warm-up'] ?? 12);
  const city = startChild('city.ts', [String(cameras)]);
  const port = await city.ask<number>('port');
  const profile = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
  const gateway = startChild('gateway.ts', [String(cameras), String(port)], [...NODE_OPTIONS, ...profile]);
  const liveSeconds = await untilLive(gateway, cameras);
  await sleep(warmUp * 1000);
  const [cpuPercent, before, after] = await measure(gateway, seconds, () =>
    gateway.ask<IngestStats>('ingest'),
  );
  const { rssMiB } = await gateway.ask<Usage>('usage');
  const hub = await gateway.ask<HubStats>('hub');
  if (options.verbose === true) console.error(await gateway.ask('memory'), await gateway.ask('changes'));
  const delayP99Ms = await gateway.ask<number>('delayP99Ms', 5);
  await gateway.end();
  await sleep(1000);
  const periodMs = Math.round((defaultIngestOptions.drain.keptBytes / BYTES_PER_SECOND) * 1000);
  const bare = startChild('bare-reader.ts', [String(cameras), String(port), String(periodMs)]);
  await bare.ask('counts');
  await sleep(3000);
  const [limitCpuPercent, bareBefore, bareAfter] = await measure(bare, seconds, () =>
    bare.ask<{ bytes: number; reads: number }>('counts'),
  );
  const { rssMiB: limitRssMiB } = await bare.ask<Usage>('usage');
  await bare.end();
  await city.end();
  return {
    cameras,
    cpuPercent: round(cpuPercent),
    limitCpuPercent: round(limitCpuPercent),
    ratio: round(cpuPercent / limitCpuPercent, 2),
    rssMiB: Math.round(rssMiB),
    limitRssMiB: Math.round(limitRssMiB),
    liveSeconds: round(liveSeconds),
    mbitPerSecond: Math.round(((after.bytes - before.bytes) * 8) / seconds / 1e6),
    limitMbitPerSecond: Math.round(((bareAfter.bytes - bareBefore.bytes) * 8) / seconds / 1e6),
    limitReadsPerSecond: Math.round((bareAfter.reads - bareBefore.reads) / seconds),
    picturesPerSecond: Math.round((after.pictures - before.pictures) / seconds),
    packetsLost: after.packetsLost,
    keptMiB: Math.round(hub.keptBytes / 2 ** 20),
    eventLoopDelayP99Ms: round(delayP99Ms),
  };
}

async function untilLive(gateway: BenchChild, cameras: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    const { byState } = await gateway.ask<IngestStats>('ingest');
    const seconds = (performance.now() - began) / 1000;
    if (byState.live === cameras) return seconds;
    if (seconds > 60) throw new Error(`after a minute ${byState.live} of ${cameras} cameras are live`);
    await sleep(100);
  }
}

/** Processor time in per cent of one core, and a reading before and after. */
async function measure<T>(
  child: BenchChild,
  seconds: number,
  read: () => Promise<T>,
): Promise<[number, T, T]> {
  const before = await read();
  const usage = await child.ask<Usage>('usage');
  const began = performance.now();
  await sleep(seconds * 1000);
  const spent = await child.ask<Usage>('usage');
  return [((spent.cpuMs - usage.cpuMs) / (performance.now() - began)) * 100, before, await read()];
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
