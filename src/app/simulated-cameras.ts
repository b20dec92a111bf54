import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Lifetime, type Log, NgatuError } from '#base';
import type { CameraId } from '#camera';
import type { SimulatorOptions } from '#simulate';
import type { Configuration, ConfiguredCamera } from './config/index.ts';
import type { SimulatedAnswer } from './simulated-process.ts';

/** Serves the cameras that `streams.yaml` simulates, over real RTSP on loopback, in processes beside this one. */
export interface SimulatedCameras extends Lifetime {
  /** The configuration with the addresses of its simulated cameras; starts what is not being served yet. */
  place(configuration: Configuration): Promise<Configuration>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const RESTART_MS = 1_000;

export function createSimulatedCameras(log: Log): SimulatedCameras {
  /** Which clip of which camera is served at which port; a camera that changes its clip gets a new process. */
  const ports = new Map<string, number>();
  const children = new Set<ChildProcess>();
  let closing = false;

  const start = async (cameras: readonly ConfiguredCamera[], port: number): Promise<number> => {
    const child = fork(join(import.meta.dirname, 'simulated-process.ts'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.add(child);
    child.send(optionsOf(cameras, port));
    const [answer] = (await once(child, 'message')) as [SimulatedAnswer];
    if ('failure' in answer) {
      children.delete(child);
      child.disconnect();
      throw new NgatuError('SIMULATOR_FAILED', answer.failure, { kind: 'config' });
    }
    child.once('exit', (code, signal) => {
      children.delete(child);
      if (closing) return;
      log.error({ code, signal, cameras: cameras.length }, 'the simulated cameras died; starting them again');
      setTimeout(() => {
        if (!closing)
          start(cameras, answer.port).catch((failure: unknown) => log.error({ err: failure }, 'not started'));
      }, RESTART_MS);
    });
    return answer.port;
  };

  return {
    async place(configuration) {
      const missing = configuration.cameras.filter(
        (one) => one.simulate !== undefined && !ports.has(keyOf(one)),
      );
      if (missing.length > 0) {
        const port = await start(missing, 0);
        for (const camera of missing) ports.set(keyOf(camera), port);
      }
      return {
        ...configuration,
        cameras: configuration.cameras.map((one) => placed(one, ports.get(keyOf(one)))),
      };
    },
    async close() {
      closing = true;
      const ended = [...children].map((child) => once(child, 'exit'));
      for (const child of children) child.disconnect();
      await Promise.all(ended);
    },
  };
}

function keyOf({ camera, simulate }: ConfiguredCamera): string {
  return `${camera.id} ${simulate ?? ''}`;
}

function placed(configured: ConfiguredCamera, port: number | undefined): ConfiguredCamera {
  if (configured.simulate === undefined || port === undefined) return configured;
  const url = simulatedUrl(configured.camera.id, port);
  return { ...configured, camera: { ...configured.camera, streams: { main: { url }, sub: undefined } } };
}

function simulatedUrl(camera: CameraId, port: number): string {
  return `rtsp://${HOST}:${port}/${camera}`;
}

function optionsOf(cameras: readonly ConfiguredCamera[], port: number): SimulatorOptions {
  return {
    hosts: [HOST],
    port,
    // Half the system calls: the demonstration shares its machine with a detector and a browser.
    picturesPerWrite: 2,
    cameras: cameras.map(({ camera, simulate }) => ({
      name: camera.id,
      clip: simulate ?? '',
      ...(camera.credentials === undefined ? {} : camera.credentials),
    })),
  };
}
