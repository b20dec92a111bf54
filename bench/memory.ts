/**
 * Memory over time while cameras flap: every ten seconds another part of them is reset and dials again.
 *
 *     npm run bench -- memory --json [--cameras 1300] [--minutes 30] [--flapping 0.2]
 *
 * With `--minutes 600` it is the soak. The slope is that of a straight line through the second half of the samples.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestStats } from '#ingest';
import { startChild, type Usage } from './child.ts';
import type { BenchOptions, Figures } from './run.ts';
import { untilLive } from './until-live.ts';

const ROUND_SECONDS = 10;
/** Of ten groups of cameras, by the last digit of their names, so many flap in each round. */
const GROUPS = 10;

export async function run(options: BenchOptions): Promise<Figures> {
  const cameras = Number(options.cameras ?? 1300);
  const minutes = Number(options.minutes ?? 30);
  const flapping = Math.round(Number(options.flapping ?? 0.2) * GROUPS);
  const city = startChild('city.ts', [String(cameras)]);
  const port = await city.ask<number>('port');
  const gateway = startChild('gateway.ts', [String(cameras), String(port)], ['--max-semi-space-size=16']);
  await untilLive(gateway, cameras);
  const samples: { readonly minute: number; readonly rssMiB: number }[] = [];
  const rounds = (minutes * 60) / ROUND_SECONDS;
  for (let round = 0; round < rounds; round++) {
    for (let nth = 0; nth < flapping; nth++)
      await city.ask('fault', { fault: 'reset', cameras: `camera*${(round + nth) % GROUPS}`, forSeconds: 1 });
    await sleep(ROUND_SECONDS * 1000);
    const { rssMiB } = await gateway.ask<Usage>('usage');
    samples.push({ minute: (round * ROUND_SECONDS) / 60, rssMiB });
    process.stderr.write(`${Math.round((round * ROUND_SECONDS) / 60)} min ${Math.round(rssMiB)} MiB\n`);
  }
  await untilLive(gateway, cameras);
  const { dials } = await gateway.ask<IngestStats>('ingest');
  await gateway.end();
  await city.end();
  const settled = samples.slice(Math.floor(samples.length / 2));
  return {
    cameras,
    minutes,
    dials,
    rssMiB: Math.round(settled.at(-1)!.rssMiB),
    rssMaxMiB: Math.round(Math.max(...samples.map((sample) => sample.rssMiB))),
    slopeMiBPerHour: Number((slope(settled) * 60).toFixed(1)),
  };
}

/** MiB a minute, least squares. */
function slope(samples: readonly { readonly minute: number; readonly rssMiB: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const minute = mean(samples.map((sample) => sample.minute));
  const rss = mean(samples.map((sample) => sample.rssMiB));
  const together = mean(samples.map((sample) => (sample.minute - minute) * (sample.rssMiB - rss)));
  return together / mean(samples.map((sample) => (sample.minute - minute) ** 2));
}
