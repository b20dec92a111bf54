/**
 * A switch takes 300 of 1,300 cameras away for a minute and gives them back: how long until all are live again, and how many
 * dials the network sees in its busiest second. The same for the cold start before.
 *
 *     npm run bench -- recovery --json [--cameras 1300] [--lost 300] [--seconds 60]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultIngestOptions, type IngestStats } from '#ingest';
import { type BenchChild, startChild } from './child.ts';
import type { BenchOptions, Figures } from './run.ts';

export async function run(options: BenchOptions): Promise<Figures> {
  const cameras = Number(options.cameras ?? 1300);
  const lost = Number(options.lost ?? 300);
  const seconds = Number(options.seconds ?? 60);
  const city = startChild('city.ts', [String(cameras), '1', String(lost)]);
  const [port, portThere] = await city.ask<[number, number]>('ports');
  const began = performance.now();
  const gateway = startChild('gateway.ts', [cameras, port, lost, portThere].map(String), [
    '--max-semi-space-size=16',
  ]);
  const coldStartSeconds = await secondsUntil(gateway, began, (stats) => stats.byState.live === cameras);
  const coldMaxDialsPerSecond = await gateway.ask<number>('mostDialsPerSecond');
  await sleep(5000);
  const fault = await city.ask<number>('fault', { fault: 'unreachable', host: '127.0.0.2' });
  await sleep(seconds * 1000);
  const { byState: lostByState } = await gateway.ask<IngestStats>('ingest');
  await city.ask('endFault', fault);
  const back = performance.now();
  const allLiveSeconds = await secondsUntil(gateway, back, (stats) => stats.byState.live === cameras);
  const maxDialsPerSecond = await gateway.ask<number>('mostDialsPerSecond');
  const changes = await gateway.ask<Record<string, number>>('changes');
  await gateway.end();
  await city.end();
  return {
    cameras,
    lost,
    allLiveSeconds,
    maxDialsPerSecond,
    dialsPerSecondAllowed: defaultIngestOptions.dial.dialsPerSecond,
    coldStartSeconds,
    coldMaxDialsPerSecond,
    unreachableWhileLost: lostByState.unreachable,
    liveWhileLost: lostByState.live,
    stateChanges: Object.values(changes).reduce((sum, count) => sum + count, 0),
  };
}

async function secondsUntil(
  gateway: BenchChild,
  since: number,
  done: (stats: IngestStats) => boolean,
): Promise<number> {
  for (;;) {
    const stats = await gateway.ask<IngestStats>('ingest');
    const seconds = (performance.now() - since) / 1000;
    if (done(stats)) return Number(seconds.toFixed(1));
    if (seconds > 90) throw new Error(`after ${seconds} s: ${JSON.stringify(stats.byState)}`);
    await sleep(100);
  }
}
