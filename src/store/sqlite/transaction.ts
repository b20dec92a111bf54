import type { LoggedEvent } from '../events.ts';
import type { Call, CallAnswer } from './messages.ts';
import type { OpenDatabase } from './open-database.ts';
import { storeError, type ThreadError } from './sqlite-errors.ts';
import { openLog, type WriteContext } from './statements/context.ts';
import { writes } from './statements/tables.ts';

export interface Batch {
  readonly answers: readonly CallAnswer[];
  readonly events: readonly LoggedEvent[];
}

/**
 * All calls in one transaction: one sync of the disk for many writes. If one of them fails for a reason of its own, each
 * gets a transaction to itself, so that only that one is refused. Throws when the database as such fails: then nothing
 * of the batch is stored.
 */
export async function runBatch(
  opened: OpenDatabase,
  run: number,
  calls: readonly Call[],
  file: string,
): Promise<Batch> {
  try {
    return await transaction(opened, run, calls);
  } catch (thrown) {
    const error = storeError(thrown, file);
    if (error.kind !== 'bug') throw thrown;
    if (calls.length === 1) return { answers: [{ error }], events: [] };
    return await oneByOne(opened, run, calls, file);
  }
}

async function oneByOne(
  opened: OpenDatabase,
  run: number,
  calls: readonly Call[],
  file: string,
): Promise<Batch> {
  const answers: CallAnswer[] = [];
  const events: LoggedEvent[] = [];
  for (const call of calls) {
    try {
      const one = await transaction(opened, run, [call]);
      answers.push(...one.answers);
      events.push(...one.events);
    } catch (thrown) {
      const error = storeError(thrown, file);
      if (error.kind !== 'bug') return { answers: filled(answers, calls.length, error), events };
      answers.push({ error });
    }
  }
  return { answers, events };
}

/** When the database fails half-way, what is committed is told as such and the rest is refused in its order. */
function filled(answers: readonly CallAnswer[], length: number, error: ThreadError): CallAnswer[] {
  return Array.from({ length }, (_, at) => answers[at] ?? { error });
}

async function transaction({ db, raw }: OpenDatabase, run: number, calls: readonly Call[]): Promise<Batch> {
  raw.exec('BEGIN IMMEDIATE');
  try {
    const { logged, log } = await openLog(db);
    const context: WriteContext = { db, run, log };
    const answers: CallAnswer[] = [];
    for (const { name, args } of calls) {
      const work = writes[name as keyof typeof writes] as (
        c: WriteContext,
        args: unknown,
      ) => Promise<unknown>;
      answers.push({ value: await work(context, args) });
    }
    raw.exec('COMMIT');
    return { answers, events: logged };
  } catch (thrown) {
    if (raw.inTransaction) raw.exec('ROLLBACK');
    throw thrown;
  }
}
