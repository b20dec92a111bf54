import { Worker } from 'node:worker_threads';
import type { Loaded, LoadOptions } from './load.ts';

/** `loadConfiguration` on a thread of its own: a city's file takes half a second, which the thread that serves pictures has not. */
export function readConfigurationApart(path: string, options: LoadOptions): Promise<Loaded> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./read-thread.ts', import.meta.url), {
      workerData: { path, options: { ...options, env: { ...options.env } } },
    });
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}
