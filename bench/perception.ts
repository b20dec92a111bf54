/**
 * How much of what the bare network could do reaches the rules: thirty cameras through decoding, detection and tracking, more pictures
 * offered than can be looked at, against the same session with nothing around it, on as many threads, in the same run.
 * Also: the age of an observation and each process's share, at the rate at which nothing is dropped.
 */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createLog, systemClock } from '../src/base/index.ts';
import type { Camera } from '../src/camera/index.ts';
import type { AccessUnit } from '../src/ingest/index.ts';
import { createPerception } from '../src/perception/index.ts';
import { accessUnitsOf } from '../test/support/access-units.ts';
import { tinyClip } from '../test/support/index.ts';
import { childrenOf, cpuSecondsOf } from './perception/processes.ts';
import type { BenchOptions, Figures } from './run.ts';

const MODELS = join(import.meta.dirname, '..', 'models');

export async function run(options: BenchOptions): Promise<Figures> {
  const cameras = Number(options.cameras ?? 30);
  const threads = Number(options.threads ?? availableParallelism());
  const seconds = Number(options.seconds ?? 20);
  const clip = typeof options.clip === 'string' ? options.clip : await tinyClip('likeACamera');
  const units = await accessUnitsOf(clip);
  const before = await bare(threads, seconds / 2);
  const full = await watched({ cameras, threads, seconds, units, perSecond: Number(options.rate ?? 5) });
  const after = await bare(threads, seconds / 2);
  const limit = (before + after) / 2;
  return {
    cameras,
    threads,
    barePicturesPerSecond: round(limit),
    bareBefore: round(before),
    bareAfter: round(after),
    ...full,
    ratio: round(full.picturesPerSecond / limit, 3),
  };
}

/** Pictures a second of the session alone. */
async function bare(threads: number, seconds: number): Promise<number> {
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL('./perception/bare-session.ts', import.meta.url), {
        workerData: { folder: MODELS, seconds },
      }),
  );
  const rates = await Promise.all(
    workers.map(
      (worker) =>
        new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject)),
    ),
  );
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve))));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

interface Load {
  readonly cameras: number;
  readonly threads: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly units: readonly AccessUnit[];
}

async function watched({ cameras, threads, seconds, perSecond, units }: Load) {
  const perception = createPerception({
    clock: systemClock,
    log: createLog({ level: 'warn' }),
    modelsFolder: MODELS,
    threads,
    niceness: 0,
  });
  const ages: number[] = [];
  let measuring = false;
  const feeds = Array.from({ length: cameras }, (_, i) => {
    const feed = perception.watch(camera(i, perSecond), ({ capturedAt }) => {
      if (measuring) ages.push(systemClock.now() - capturedAt);
    });
    feed.attend(Number.MAX_SAFE_INTEGER);
    return feed;
  });
  while (perception.stats().state !== 'running') await pause(50);
  const stop = play(feeds, units);
  await pause(12_000);
  measuring = true;
  const child = childrenOf(process.pid)[0]!;
  const began = { ms: performance.now(), own: process.cpuUsage(), ...usage(child) };
  await pause(seconds * 1000);
  measuring = false;
  const spent = (performance.now() - began.ms) / 1000;
  const own = process.cpuUsage(began.own);
  const now = usage(child);
  const stats = perception.stats();
  stop();
  await perception.close();
  ages.sort((a, b) => a - b);
  const percent = (cpuSeconds: number): number => round((100 * cpuSeconds) / spent);
  return {
    picturesPerSecond: round(ages.length / spent),
    wantedPerSecond: cameras * perSecond,
    dropped: stats.cameras.reduce((sum, each) => sum + each.picturesDropped, 0),
    decoded: stats.cameras.reduce((sum, each) => sum + each.picturesDecoded, 0),
    unitsSkipped: stats.cameras.reduce((sum, each) => sum + each.unitsSkipped, 0),
    decoderRestarts: stats.cameras.reduce((sum, each) => sum + each.decoderRestarts, 0),
    leastOfACamera: round(Math.min(...stats.cameras.map((each) => each.picturesPerSecond))),
    inferenceMs: round(stats.inferenceMs.mean, 2),
    ageP50Ms: round(ages[Math.floor(ages.length / 2)] ?? 0),
    ageP95Ms: round(ages[Math.floor(ages.length * 0.95)] ?? 0),
    servingCpuPercent: percent((own.user + own.system) / 1e6),
    detectorCpuPercent: percent(now.detector - began.detector),
    decodersCpuPercent: percent(now.decoders - began.decoders),
    unitsRefused: stats.unitsRefused,
  };
}

function usage(child: number): { detector: number; decoders: number } {
  const decoders = childrenOf(child).reduce((sum, each) => sum + cpuSecondsOf(each), 0);
  return { detector: cpuSecondsOf(child), decoders };
}

/** Every camera plays the same clip for ever at its own pace, each at a place of its own. */
function play(
  feeds: readonly { write(unit: AccessUnit): boolean }[],
  units: readonly AccessUnit[],
): () => void {
  const length90k = (units.at(-1)!.pts90k - units[0]!.pts90k) * (units.length / (units.length - 1));
  const players = feeds.map((feed, i) => ({
    feed,
    next: 0,
    startMs: performance.now() + (i * 2000) / feeds.length,
  }));
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const player of players)
      for (;;) {
        const unit = units[player.next % units.length]!;
        const shift90k = Math.floor(player.next / units.length) * length90k;
        const dueMs = player.startMs + (unit.pts90k - units[0]!.pts90k + shift90k) / 90;
        if (dueMs > nowMs) break;
        const capturedAt = systemClock.now() + dueMs - nowMs;
        player.feed.write({
          ...unit,
          pts90k: unit.pts90k + shift90k,
          capturedAt,
          discontinuity: player.next === 0,
        });
        player.next++;
      }
  }, 5);
  return () => clearInterval(timer);
}

function camera(i: number, picturesPerSecond: number): Camera {
  return {
    id: `camera-${i}`,
    name: `camera ${i}`,
    domain: 'bench',
    location: undefined,
    streams: { main: { url: 'rtsp://127.0.0.1/' }, sub: undefined },
    credentials: undefined,
    analysis: {
      model: 'nanodet-g',
      picturesPerSecond,
      stream: 'main',
      scene: { lanes: [], zones: [], lines: [] },
    },
  };
}

function round(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
