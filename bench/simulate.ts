/**
 * What 1,300 simulated cameras cost: processor time and memory of the simulator's process, beside a bare writer of the same bytes in the
 * same run. Both are read by the bare reader, each socket once in `period` milliseconds, as the gateway does with what nobody watches.
 *
 *     npm run bench -- simulate --json [--cameras 1300] [--seconds 15] [--period 500] [--pictures-per-write 1]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatorStats } from '#simulate';
import { type BenchChild, startChild, type Usage } from './child.ts';
import type { BenchOptions, Figures } from './run.ts';

const WARM_UP_MS = 3000;

/** Totals of a child that writes. */
interface Written {
  readonly pictures: number;
  readonly bytes: number;
}

interface Cost extends Written {
  readonly cpuPercent: number;
  readonly rssMiB: number;
}

export async function run(options: BenchOptions): Promise<Figures> {
  const cameras = Number(options.cameras ?? 1300);
  const seconds = Number(options.seconds ?? 15);
  const period = Number(options.period ?? 500);
  const picturesPerWrite = Number(options['pictures-per-write'] ?? 1);
  const city = startChild('city.ts', [String(cameras), String(picturesPerWrite)]);
  const written = () => city.ask<SimulatorStats>('stats');
  const simulator = await cost(city, written, { cameras, seconds, period });
  const stats = await written();
  await city.end();
  const pictureBytes = Math.round(simulator.bytes / simulator.pictures);
  const rate = simulator.pictures / seconds / cameras;
  const writer = startChild('bare-writer.ts', [cameras, pictureBytes, rate].map(String));
  const limit = await cost(
    writer,
    async () => {
      const pictures = await writer.ask<number>('sent');
      return { pictures, bytes: pictures * pictureBytes };
    },
    { cameras, seconds, period },
  );
  await writer.end();
  return {
    cameras,
    picturesPerWrite,
    cpuPercent: round(simulator.cpuPercent),
    limitCpuPercent: round(limit.cpuPercent),
    ratio: Number((simulator.cpuPercent / limit.cpuPercent).toFixed(2)),
    rssMiB: Math.round(simulator.rssMiB),
    limitRssMiB: Math.round(limit.rssMiB),
    mbitPerSecond: Math.round((simulator.bytes * 8) / seconds / 1e6),
    limitMbitPerSecond: Math.round((limit.bytes * 8) / seconds / 1e6),
    picturesPerSecond: Math.round(simulator.pictures / seconds),
    picturesDropped: stats.picturesDropped,
    picturesSkipped: stats.picturesSkipped,
    lateP50Ms: stats.lateMs.p50,
    lateP99Ms: stats.lateMs.p99,
  };
}

/** What a child uses and writes in so many seconds while it is read. */
async function cost(
  child: BenchChild,
  written: () => Promise<Written>,
  { cameras, seconds, period }: Readonly<Record<'cameras' | 'seconds' | 'period', number>>,
): Promise<Cost> {
  const port = await child.ask<number>('port');
  const reader = startChild('bare-reader.ts', [cameras, port, period].map(String));
  await reader.ask('counts');
  await sleep(WARM_UP_MS);
  const [usageBefore, before] = [await child.ask<Usage>('usage'), await written()];
  const began = performance.now();
  await sleep(seconds * 1000);
  const [usageAfter, after] = [await child.ask<Usage>('usage'), await written()];
  const elapsedMs = performance.now() - began;
  await reader.end();
  const perPeriod = (seconds * 1000) / elapsedMs;
  return {
    cpuPercent: ((usageAfter.cpuMs - usageBefore.cpuMs) / elapsedMs) * 100,
    rssMiB: usageAfter.rssMiB,
    pictures: (after.pictures - before.pictures) * perPeriod,
    bytes: (after.bytes - before.bytes) * perPeriod,
  };
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
