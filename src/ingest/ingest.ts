import type { Clock } from '#base';
import { createDialler } from './dialler.ts';
import { createDrainSchedule, DRAIN_TICK_MS } from './drain.ts';
import { defaultIngestOptions, type IngestOptions } from './options.ts';
import { createPatience } from './patience.ts';
import type { Ingest, IngestStats, StreamState } from './port.ts';
import { KeptStream, type StreamContext } from './pulled-stream.ts';
import { createResolveHost, type ResolveHost } from './resolve-host.ts';
import { ChunkPool } from './rtp/picture-chunks.ts';

export interface IngestDeps {
  readonly clock: Clock;
  /** Each group replaces the defaults as a whole. */
  readonly options?: Partial<IngestOptions>;
  /** Numeric address of a host name; asks the name servers unless told. */
  readonly resolveHost?: ResolveHost;
  /** Spreads the dials of cameras that failed together; `Math.random` unless told. */
  readonly random?: () => number;
}

/** More than any socket holds when it is drained in time, so that one read empties it. */
const READ_BUFFER_BYTES = 256 * 1024;
const TRIM_MS = 5000;
const CHECK_MS = 1000;
/** For the farewells to leave before the process ends. */
const FAREWELL_MS = 200;

export function createIngest(deps: IngestDeps): Ingest {
  const options = { ...defaultIngestOptions, ...deps.options };
  const streams = new Set<KeptStream>();
  const patience = createPatience(deps.clock);
  const drains = createDrainSchedule(deps.clock, options.drain);
  const dialler = createDialler(deps.clock, options.dial);
  const pool = new ChunkPool();
  const context: StreamContext = {
    clock: deps.clock,
    options,
    patience,
    drains,
    dialler,
    readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    pool,
    resolveHost: deps.resolveHost ?? createResolveHost(deps.clock),
    random: deps.random ?? Math.random,
    closed: (stream) => void streams.delete(stream),
  };
  const checkAll = () => {
    patience.after(CHECK_MS, checkAll);
    for (const stream of streams) stream.check();
  };
  const trim = () => {
    patience.after(TRIM_MS, trim);
    pool.trim();
  };
  // One timer for everything that recurs: every wake of an idle process costs more than what it then does.
  const timer = setInterval(() => {
    patience.turn();
    drains.turn();
  }, DRAIN_TICK_MS);
  checkAll();
  trim();
  return {
    open(stream, sink) {
      const kept = new KeptStream(context, stream, sink);
      streams.add(kept);
      return kept;
    },
    stats: () => sum(streams, dialler.dials, dialler.dialling),
    async close() {
      const farewells = [...streams].some((stream) => stream.stats().state !== 'unreachable');
      for (const stream of streams) stream.close();
      dialler.close();
      if (farewells) await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
      clearInterval(timer);
    },
  };
}

function sum(streams: ReadonlySet<KeptStream>, dials: number, dialling: number): IngestStats {
  const byState: Record<StreamState, number> = {
    connecting: 0,
    live: 0,
    silent: 0,
    'no-keyframes': 0,
    unreachable: 0,
    refused: 0,
    unauthorised: 0,
    unsupported: 0,
    degraded: 0,
    'clock-wrong': 0,
  };
  const total = { bytes: 0, packets: 0, packetsLost: 0, pictures: 0, picturesDamaged: 0 };
  for (const stream of streams) {
    const stats = stream.stats();
    byState[stats.state]++;
    total.bytes += stats.bytes;
    total.packets += stats.packets;
    total.packetsLost += stats.packetsLost;
    total.pictures += stats.pictures;
    total.picturesDamaged += stats.picturesDamaged;
  }
  return { streams: streams.size, byState, dials, dialling, ...total };
}
