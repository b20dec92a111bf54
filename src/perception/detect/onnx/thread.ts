/**
 * The worker's shell: takes pictures one at a time, runs the model, answers. Ends by itself when told to stop and idle;
 * a process that exits while a thread is inside the network is aborted by ONNX Runtime.
 */
import { parentPort } from 'node:worker_threads';
import { asNgatuError } from '#base';
import { lookAt } from '../../quality/look.ts';
import type { FromThread, ToThread } from './messages.ts';
import { openSession, type Session } from './session.ts';

const port = parentPort!;
const sessions = new Map<string, Session>();
let work: Promise<void> = Promise.resolve();

port.on('message', (message: ToThread) => {
  work = work.then(() => take(message));
});

async function take(message: ToThread): Promise<void> {
  switch (message.say) {
    case 'load':
      return load(message);
    case 'run':
      return run(message);
    case 'stop':
      for (const session of sessions.values()) await session.close();
      port.close();
  }
}

async function load({ description, bytes }: Extract<ToThread, { say: 'load' }>): Promise<void> {
  const model = description.name;
  try {
    sessions.set(model, await openSession(description, bytes));
    answer({ say: 'loaded', model });
  } catch (thrown) {
    const { code, message } = asNgatuError(thrown);
    answer({ say: 'refused', model, code, problem: message });
  }
}

async function run({
  model,
  pixels,
  width,
  height,
  views,
  withLook,
}: Extract<ToThread, { say: 'run' }>): Promise<void> {
  const began = performance.now();
  try {
    const session = sessions.get(model);
    if (session === undefined) throw new Error(`model '${model}' is not loaded`);
    const detections = await session.run(pixels, { width, height }, views);
    const look = withLook ? lookAt(pixels, width, height, views[0]!.content) : undefined;
    answer({ say: 'ran', pixels, detections, look, milliseconds: performance.now() - began }, pixels);
  } catch (thrown) {
    answer({ say: 'failed', pixels, problem: asNgatuError(thrown).message }, pixels);
  }
}

function answer(message: FromThread, pixels?: Uint8Array<ArrayBuffer>): void {
  port.postMessage(message, pixels === undefined ? [] : [pixels.buffer]);
}
