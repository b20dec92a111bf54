import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type Lifetime, type Lifetimes, type Log, lifetimes } from '#base';
import type { History } from '../port.ts';
import { lockData } from './data-lock.ts';
import { EventFeed } from './event-feed.ts';
import { type KeptThread, keepThread, type OccasionalThread, occasionalThread } from './kept-thread.ts';
import { createReader, type Reader } from './reader-pool.ts';
import { createSqliteCameras } from './sqlite-cameras.ts';
import { createSqliteIncidents } from './sqlite-incidents.ts';
import { createSqliteOutages } from './sqlite-outages.ts';
import { createPeople } from './sqlite-people.ts';
import { createSqliteTraffic } from './sqlite-traffic.ts';
import { trimHistory } from './sqlite-trim.ts';
import { startUpkeep } from './upkeep.ts';
import { WriteQueue } from './write-queue.ts';

export interface SqliteHistoryOptions {
  /** Made if missing; a local disk, never a network file system, whose locks cannot be trusted. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Beside a running gateway, for the command line: begins no run and does no upkeep. */
  readonly visitor?: boolean;
  /** The database refuses to grow beyond this. */
  readonly maxBytes?: number;
  /** Facts that may wait for the disk. */
  readonly capacity?: number;
  readonly stallMs?: number;
  readonly patienceMs?: number;
  /** How long closing waits for a disk that takes nothing; 10 s unless told. */
  readonly drainMs?: number;
}

/** What each part of the face works with. */
export interface Face {
  readonly clock: Clock;
  readonly queue: WriteQueue;
  readonly reader: Reader;
  readonly run: number;
}

const DRAIN_MS = 10_000;

/** Opens or creates the history in `dir`. Rejects with a `config` error when a person must do something first. */
export async function openSqliteHistory(options: SqliteHistoryOptions): Promise<History> {
  const { clock, log, dir } = options;
  const open = lifetimes();
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if (!options.visitor) open.keep(lockData(dir));
    const threads = await startThreads(options, open);
    const reader = createReader({ quick: () => threads.quick.current(), long: () => threads.long.current() });
    const { run, bounds } = threads.writer.greeting;
    const events = new EventFeed(bounds!, reader);
    const queue = new WriteQueue({
      clock,
      commit: async (calls) => await threads.writer.current().ask(calls),
      committed: (logged) => events.committed(logged),
      unlogged: (event) => events.unlogged(event),
      failed: (error) => log.warn({ err: error }, 'a commit failed'),
      capacity: options.capacity ?? 50_000,
      stallMs: options.stallMs ?? 1000,
      patienceMs: options.patienceMs ?? 5000,
    });
    const face = { clock, queue, reader, run };
    open.keep({ close: () => queue.drain(options.drainMs ?? DRAIN_MS) });
    if (!options.visitor) open.keep(startUpkeep(face, log));
    return historyOf(face, events, open);
  } catch (failure) {
    await open.close();
    throw failure;
  }
}

interface Threads {
  readonly writer: KeptThread;
  readonly quick: KeptThread;
  readonly long: OccasionalThread;
}

const IDLE_MS = 60_000;

async function startThreads(
  { dir, clock, log, visitor, maxBytes }: SqliteHistoryOptions,
  open: Lifetimes,
): Promise<Threads> {
  const file = join(dir, 'ngatu.db');
  // Password hashes are in it: for nobody else to read. SQLite gives the files beside it the same permissions.
  closeSync(openSync(file, 'a', 0o600));
  const run = visitor ? undefined : { from: clock.now() };
  const reading = { part: 'reader', file, maxBytes: undefined, run: undefined } as const;
  const starting = [
    keepThread({ part: 'writer', file, maxBytes, run }, log),
    keepThread(reading, log),
  ] as const;
  const started = await Promise.allSettled(starting);
  for (const thread of started) if (thread.status === 'fulfilled') open.keep(thread.value);
  const long = open.keep(occasionalThread(reading, log, IDLE_MS));
  return { writer: await starting[0], quick: await starting[1], long };
}

function historyOf(face: Face, events: EventFeed, open: Lifetime): History {
  const { queue, reader } = face;
  return {
    incidents: createSqliteIncidents(face),
    cameras: createSqliteCameras(face),
    outages: createSqliteOutages(face),
    traffic: createSqliteTraffic(face),
    events,
    people: createPeople(face),
    learned: {
      record: (camera, name, state, at) =>
        queue.write('recordLearned', { camera, name, state, at }, { kind: 'kept', share: 0.5 }),
      get: (camera, name) => reader.quick('getLearned', { camera, name }),
    },
    trim: (policy) => trimHistory(face, policy, (bounds) => events.trimmed(bounds)),
    stats: () => queue.stats(),
    close: async () => await open.close(),
  };
}
