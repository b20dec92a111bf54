import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { type Lifetime, lifetimes, systemClock } from '../../src/base/index.ts';
import type { Credentials } from '../../src/camera/index.ts';
import { toAnnexB } from '../../src/codec/index.ts';
import {
  type AccessUnit,
  createIngest,
  type Demand,
  defaultIngestOptions,
  type Ingest,
  type IngestDeps,
  type IngestOptions,
  type PulledStream,
  type StreamState,
} from '../../src/ingest/index.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulate/index.ts';

/** The defaults' proportions for people who wait in front of a test. */
export const impatient: IngestOptions = {
  ...defaultIngestOptions,
  backOff: { firstMs: 100, mostMs: 800 },
  health: {
    ...defaultIngestOptions.health,
    silentAfterMs: 1200,
    hangUpAfterMs: 2200,
    noKeyframesAfterMs: 4000,
  },
  connectTimeoutMs: 1500,
  answerTimeoutMs: 1500,
};

export interface Pulled {
  readonly units: AccessUnit[];
  /** Every state told, with its reason at the same place. */
  readonly states: StreamState[];
  readonly reasons: string[];
  readonly stream: PulledStream;
  /** Resolves when `done` holds; fails after fifteen seconds and says what there is. */
  until(what: string, done: () => boolean): Promise<void>;
}

export interface Puller {
  readonly ingest: Ingest;
  /** `prompt` unless told. Units are copies. */
  pull(url: string, credentials?: Credentials, demand?: Demand): Pulled;
}

const opened = lifetimes();
afterAll(() => opened.close());

/** Closes it when the tests of the file are over; tests that run side by side have no moment of their own for that. */
export function untilTheEnd<T extends Lifetime>(part: T): T {
  return opened.keep(part);
}

/** An ingest that ends with the tests of the file. */
export function puller(options: Partial<IngestOptions> = {}, deps: Partial<IngestDeps> = {}): Puller {
  const settled = { ...impatient, ...options };
  const ingest = untilTheEnd(createIngest({ clock: systemClock, ...deps, options: settled }));
  return { ingest, pull: (url, credentials, demand = 'prompt') => pull(ingest, url, credentials, demand) };
}

/** Simulated cameras that end with the tests of the file. */
export async function simulated(options: SimulatorOptions): Promise<Simulator> {
  return untilTheEnd(await startSimulator(options));
}

function pull(ingest: Ingest, url: string, credentials: Credentials | undefined, demand: Demand): Pulled {
  const units: AccessUnit[] = [];
  const states: StreamState[] = [];
  const reasons: string[] = [];
  const stream = ingest.open(
    { id: url, camera: url, source: { url }, credentials, priority: 'ordinary' },
    {
      write: (unit) => units.push({ ...unit, data: Buffer.from(unit.data) }),
      state: ({ state, reason }) => {
        states.push(state);
        reasons.push(reason);
      },
    },
  );
  stream.demand(demand);
  const look = () => ({ states, reasons, pictures: units.length, stats: stream.stats() });
  return { units, states, reasons, stream, until: (what, done) => until(what, done, look) };
}

async function until(what: string, done: () => boolean, look: () => unknown): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!done()) {
    if (performance.now() > deadline) throw new Error(`no ${what}: ${JSON.stringify(look())}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** PEM of a certificate that nobody trusts, as cameras have them. */
export async function selfSigned(): Promise<{ readonly key: string; readonly certificate: string }> {
  const made = '-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=camera -keyout - -out -'.split(' ');
  const { stdout } = await promisify(execFile)('openssl', ['req', ...made]);
  const begin = stdout.indexOf('-----BEGIN CERTIFICATE');
  return { key: stdout.slice(0, begin), certificate: stdout.slice(begin) };
}

export interface Decoded {
  readonly pictures: number;
  readonly complaints: string;
}

/** What FFmpeg decodes out of units that begin with a keyframe, and what it says about them at level warning and worse. */
export async function decode(units: readonly AccessUnit[]): Promise<Decoded> {
  const { codec, parameterSets } = units[0]!.format;
  const input = ['-f', codec === 'h264' ? 'h264' : 'hevc', '-i', 'pipe:0'];
  const output = ['-fps_mode', 'passthrough', '-f', 'null', '-'];
  const ffmpeg = spawn('ffmpeg', ['-v', 'warning', '-progress', 'pipe:1', ...input, ...output]);
  let out = '';
  let complaints = '';
  ffmpeg.stdout.on('data', (chunk) => {
    out += chunk;
  });
  ffmpeg.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const sets = Object.values(parameterSets).flat();
  for (const unit of units)
    ffmpeg.stdin.write(toAnnexB(unit.data, { delimiterFor: codec, before: unit.keyframe ? sets : [] }));
  ffmpeg.stdin.end();
  await new Promise((resolve) => ffmpeg.on('close', resolve));
  return { pictures: Number([...out.matchAll(/^frame=(\d+)/gm)].at(-1)?.[1] ?? 0), complaints };
}
