import { NgatuError } from '#base';
import type { DatabaseThread } from './database-thread.ts';
import type { Answer, Args, Reads } from './statements/tables.ts';
import { unpack } from './unpack.ts';

/**
 * Reads on connections of their own: whatever is asked here never delays a write. `quick` is for look-ups and short lists
 * by index, which somebody waits for on every request; `long` is for reports, on a thread that lives only as long as it is
 * used, so that a year's report does not keep people from signing in.
 */
export interface Reader {
  quick<Name extends keyof Reads>(name: Name, args: Args<Reads, Name>): Promise<Answer<Reads, Name>>;
  long<Name extends keyof Reads>(name: Name, args: Args<Reads, Name>): Promise<Answer<Reads, Name>>;
}

const MOST_WAITING = 200;

export function createReader(threads: {
  readonly quick: () => DatabaseThread;
  readonly long: () => Promise<DatabaseThread>;
}): Reader {
  return {
    quick: (name, args) => ask(threads.quick, name, args),
    long: (name, args) => ask(threads.long, name, args),
  };
}

async function ask<Name extends keyof Reads>(
  current: () => DatabaseThread | Promise<DatabaseThread>,
  name: Name,
  args: Args<Reads, Name>,
): Promise<Answer<Reads, Name>> {
  const thread = await current();
  if (thread.waiting() >= MOST_WAITING)
    throw new NgatuError('STORE_BUSY', `${name} must wait: ${MOST_WAITING} questions are before it`, {
      kind: 'transient',
    });
  const reply = await thread.ask([{ name, args }]);
  const answer = reply.answers[0];
  if (answer !== undefined && 'value' in answer) return answer.value as Answer<Reads, Name>;
  throw answer === undefined
    ? new NgatuError('STORE_FAILED', `no answer to ${name}`, { kind: 'bug' })
    : unpack(answer.error);
}
