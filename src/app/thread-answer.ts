import { Worker } from 'node:worker_threads';

/**
 * Runs a file on a thread of its own and resolves with the first message it posts; for what would take longer than the thread that
 * serves pictures can spare. `data` is what the thread finds as `workerData`. Rejects with what the thread throws. Does not keep the
 * program alive.
 */
export function threadAnswer<Answer>(file: URL, data: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(file, { workerData: data });
    thread.unref();
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`${file.pathname} ended with ${code} without an answer`)));
  });
}
