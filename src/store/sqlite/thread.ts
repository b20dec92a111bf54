/**
 * A database thread: opens its own connection, does the work it is asked for and answers. The writer does a whole batch
 * in one transaction; a reader one call after another. Everything that knows SQL is in work/.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Call, CallAnswer, Greeting, Reply, Request, ThreadSetup } from './messages.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { storeError } from './sqlite-errors.ts';
import { beginRun } from './statements/camera-writes.ts';
import { type LogBounds, logBounds } from './statements/event-reads.ts';
import { reads } from './statements/tables.ts';
import { type Batch, runBatch } from './transaction.ts';

const port = parentPort ?? fail();
const setup = workerData as ThreadSetup;

function fail(): never {
  throw new Error('thread.ts runs only as a worker');
}

async function main(): Promise<void> {
  const opened = await openDatabase({ ...setup, readonly: setup.part === 'reader' });
  const { run, bounds } = await begin(opened);
  port.postMessage({ kind: 'ready', run, bounds } satisfies Greeting);
  const work = setup.part === 'writer' ? batch(opened, run) : oneByOne(opened);
  let before = Promise.resolve();
  port.on('message', (request: Request) => {
    before = before.then(() => (request.kind === 'close' ? end(opened) : work(request.id, request.calls)));
  });
}

interface Beginning {
  readonly run: number;
  readonly bounds: LogBounds | undefined;
}

async function begin(opened: OpenDatabase): Promise<Beginning> {
  if (setup.part === 'reader') return { run: 0, bounds: undefined };
  return { run: await runKey(opened), bounds: await logBounds(opened) };
}

async function runKey({ db }: OpenDatabase): Promise<number> {
  if (setup.run === undefined) return 0;
  if ('key' in setup.run) return setup.run.key;
  return await beginRun({ db }, { at: setup.run.from });
}

async function end(opened: OpenDatabase): Promise<void> {
  if (setup.part === 'writer') opened.raw.pragma('optimize');
  opened.raw.close();
  port.close();
}

function batch(opened: OpenDatabase, run: number) {
  return async (id: number, calls: readonly Call[]): Promise<void> => {
    try {
      const { answers, events }: Batch = await runBatch(opened, run, calls, setup.file);
      port.postMessage({ kind: 'done', id, answers, events, databaseBytes: sizeOf(opened) } satisfies Reply);
    } catch (thrown) {
      port.postMessage({ kind: 'failed', id, error: storeError(thrown, setup.file) } satisfies Reply);
    }
  };
}

function sizeOf({ raw }: OpenDatabase): number {
  return (
    Number(raw.pragma('page_count', { simple: true })) * Number(raw.pragma('page_size', { simple: true }))
  );
}

function oneByOne({ db }: OpenDatabase) {
  return async (id: number, calls: readonly Call[]): Promise<void> => {
    const answers: CallAnswer[] = [];
    for (const call of calls) answers.push(await answer(call, { db }));
    port.postMessage({ kind: 'done', id, answers, events: [], databaseBytes: 0 } satisfies Reply);
  };
}

async function answer(call: Call, context: { readonly db: OpenDatabase['db'] }): Promise<CallAnswer> {
  try {
    const work = reads[call.name as keyof typeof reads] as (
      context: object,
      args: unknown,
    ) => Promise<unknown>;
    return { value: await work(context, call.args) };
  } catch (thrown) {
    return { error: storeError(thrown, setup.file) };
  }
}

main().catch((thrown: unknown) => {
  port.postMessage({ kind: 'failed', error: storeError(thrown, setup.file) } satisfies Greeting);
  port.close();
});
