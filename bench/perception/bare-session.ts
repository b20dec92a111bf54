/** The network and nothing else, on one thread, as fast as it goes: what a detector could reach at most. */
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readModel } from '../../src/perception/detect/model-files.ts';

const { folder, seconds } = workerData as { folder: string; seconds: number };
const { description, bytes } = await readModel(folder, 'nanodet-g');
const { width, height, name } = description.input;
const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const picture = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251);
const run = () => session.run({ [name]: new Tensor('uint8', picture, [1, height, width, 3]) });
for (let i = 0; i < 10; i++) await run();
const began = performance.now();
let count = 0;
while (performance.now() - began < seconds * 1000) {
  await run();
  count++;
}
const rate = (count * 1000) / (performance.now() - began);
await session.release();
parentPort!.postMessage(rate);
