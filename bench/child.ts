/** Processes of a bench: started from files that answer messages, so that each one's processor time can be told apart. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a process has used so far. */
export interface Usage {
  readonly cpuMs: number;
  readonly rssMiB: number;
}

export interface BenchChild {
  /** Sends a question and waits for its answer. */
  ask<Answer>(question: string, body?: unknown): Promise<Answer>;
  end(): Promise<void>;
}

/** `file` lies in bench/; it must call `answer`. */
export function startChild(
  file: string,
  args: readonly string[] = [],
  nodeOptions: readonly string[] = [],
): BenchChild {
  const child = fork(join(import.meta.dirname, file), args, { execArgv: [...nodeOptions] });
  child.setMaxListeners(0);
  let asked = 0;
  return {
    async ask<Answer>(question: string, body?: unknown) {
      const id = asked++;
      child.send({ id, question, body });
      return (await answerTo(child, id)) as Answer;
    },
    async end() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

async function answerTo(child: ChildProcess, id: number): Promise<unknown> {
  for (;;) {
    const [message] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('a process of the bench ended'))),
    ])) as [{ id: number; answer: unknown; error?: string }];
    if (message.id !== id) continue;
    if (message.error !== undefined) throw new Error(message.error);
    return message.answer;
  }
}

/** In a child: answers questions by name until the parent goes away. Every child also answers `usage`. */
export function answer(
  questions: Readonly<Record<string, (body: never) => unknown>>,
  leave: () => unknown,
): void {
  const all: Record<string, (body: never) => unknown> = { usage: ownUsage, ...questions };
  process.on('message', async ({ id, question, body }: { id: number; question: string; body: never }) => {
    try {
      process.send?.({ id, answer: await all[question]!(body) });
    } catch (error) {
      process.send?.({ id, error: String(error) });
    }
  });
  process.on('disconnect', async () => {
    await leave();
    process.exit();
  });
}

function ownUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rssMiB: process.memoryUsage.rss() / 2 ** 20 };
}
