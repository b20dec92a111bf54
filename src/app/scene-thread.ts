/** Reads a camera's stored tracks and proposes its scene, away from the thread that serves pictures. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock as clock, createLog, type EpochMs } from '#base';
import type { CameraId } from '#camera';
import { type ProposedScene, type ProposeOptions, proposeScene } from '#rules';
import { openTrackArchive } from '#store';

export interface SceneOrder extends ProposeOptions {
  /** Of the archive. */
  readonly dir: string;
  readonly camera: CameraId;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const { dir, camera, from, to, ...options } = workerData as SceneOrder;
const archive = openTrackArchive({ dir, clock, log: createLog({ level: 'warn' }) });
const stored = { [Symbol.asyncIterator]: () => archive.read(camera, from, to)[Symbol.asyncIterator]() };
const proposed: ProposedScene = await proposeScene(stored, options);
parentPort?.postMessage(proposed);
