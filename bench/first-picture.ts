/**
 * How long an operator waits for a picture: from asking for a camera that nobody was watching to its first decodable picture at
 * the client (init segment and keyframe), one camera after the other, with 1,300 cameras pulled by the same process.
 *
 *     npm run bench -- first-picture --json [--cameras 1300] [--tries 500]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { systemClock } from '#base';
import { readWallFrame } from '#preview/wall-frame';
import { startChild } from './child.ts';
import type { BenchOptions, Figures } from './run.ts';
import { untilLive } from './until-live.ts';

interface Shown {
  readonly ms: number;
  readonly ageMs: number;
  /** Init segment and keyframe. */
  readonly mp4: Buffer;
}

/** Every so many tries the picture is decoded, to see that it can be. */
const DECODE_EVERY = 50;

export async function run(options: BenchOptions): Promise<Figures> {
  const cameras = Number(options.cameras ?? 1300);
  const tries = Number(options.tries ?? 500);
  const city = startChild('city.ts', [String(cameras)]);
  const gateway = startChild('wall-gateway.ts', [String(cameras), String(await city.ask<number>('port'))]);
  await untilLive(gateway, cameras);
  await sleep(5000);
  const socket = new WebSocket(`ws://127.0.0.1:${await gateway.ask<number>('port')}/`, {
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  const shown: Shown[] = [];
  for (let nth = 0; nth < tries; nth++) {
    // A stride without a common divisor: cameras of all drain slots, none twice in a row.
    shown.push(await show(socket, `camera${(nth * 397) % cameras}`, nth % 0x10000));
    await sleep(15);
  }
  socket.close();
  let decoded = 0;
  for (let nth = 0; nth < tries; nth += DECODE_EVERY) decoded += (await decodes(shown[nth]!.mp4)) ? 1 : 0;
  await gateway.end();
  await city.end();
  const waits = shown.map(({ ms }) => ms).sort((a, b) => a - b);
  const ages = shown.map(({ ageMs }) => ageMs).sort((a, b) => a - b);
  const at = (sorted: readonly number[], part: number) =>
    Number(sorted[Math.floor(sorted.length * part)]!.toFixed(1));
  return {
    tries,
    cameras,
    p50Ms: at(waits, 0.5),
    p95Ms: at(waits, 0.95),
    maxMs: at(waits, 0.999),
    keyframeAgeP50Ms: at(ages, 0.5),
    decodable: `${decoded} of ${Math.ceil(tries / DECODE_EVERY)} looked at`,
  };
}

/** Watches a camera until its first picture has come, then lets it go. */
function show(socket: WebSocket, camera: string, channel: number): Promise<Shown> {
  const began = performance.now();
  let init: Uint8Array | undefined;
  return new Promise((resolve, reject) => {
    const listen = (data: Buffer, isBinary: boolean) => {
      const frame = isBinary ? readWallFrame(new Uint8Array(data).buffer) : undefined;
      if (frame?.channel !== channel) return;
      if (frame.kind === 'init') {
        init = frame.mp4;
        return;
      }
      const ms = performance.now() - began;
      socket.off('message', listen);
      socket.send(JSON.stringify({ type: 'unwatch', channel }));
      if (init === undefined || !frame.keyframe) reject(new Error(`${camera} did not begin with a keyframe`));
      else
        resolve({ ms, ageMs: systemClock.now() - frame.capturedAt, mp4: Buffer.concat([init, frame.mp4]) });
    };
    socket.on('message', listen);
    socket.send(JSON.stringify({ type: 'watch', channel, camera, tier: 'full' }));
  });
}

async function decodes(mp4: Buffer): Promise<boolean> {
  const args = ['-v', 'error', '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const child = spawn('ffmpeg', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  child.stdin.end(mp4);
  await once(child, 'close');
  return bytes === 640 * 360;
}
