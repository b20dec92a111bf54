import { parentPort, workerData } from 'node:worker_threads';
import { type Job, type JobContext, work } from './job.ts';

/** Works off one job after the other; the thread's owner ends it. */
const context = workerData as JobContext;
parentPort?.on('message', (job: Job) => parentPort?.postMessage(work(job, context)));
