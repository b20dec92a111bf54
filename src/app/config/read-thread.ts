import { parentPort, workerData } from 'node:worker_threads';
import { type LoadOptions, loadConfiguration } from './load.ts';

const { path, options } = workerData as { readonly path: string; readonly options: LoadOptions };
parentPort?.postMessage(loadConfiguration(path, options));
