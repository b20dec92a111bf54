import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Job, JobContext, JobResult } from './job.ts';

/** Does all jobs in as many threads as there are cores; tells each result as it comes. Rejects if a job fails. */
export async function workOff(
  jobs: readonly Job[],
  context: JobContext,
  told: (result: JobResult, done: number) => void = () => {},
  threads = availableParallelism(),
): Promise<JobResult[]> {
  const results: JobResult[] = [];
  const waiting = [...jobs];
  const one = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: context });
    try {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
        const result = await ask(worker, job);
        results.push(result);
        told(result, results.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, one));
  return results;
}

function ask(worker: Worker, job: Job): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const done = (result: JobResult): void => {
      worker.off('error', reject);
      resolve(result);
    };
    worker.once('message', done);
    worker.once('error', reject);
    worker.postMessage(job);
  });
}
