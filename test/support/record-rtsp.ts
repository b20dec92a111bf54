/**
 * node test/support/record-rtsp.ts: records what cameras say, byte for byte, into test-fixtures/rtsp. The sessions are the
 * seeds of the fuzzing and need to be made again only when there is a new kind of camera.
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startSimulator } from '../../src/simulate/index.ts';
import { tinyClip } from './clips.ts';
import { gstreamerCamera } from './gstreamer.ts';

const BYTES = 48 * 1024;
const folder = join(import.meta.dirname, '../../test-fixtures/rtsp');

/** Plays without a proof, so that what is recorded begins with a refusal where one is asked for. */
async function record(url: string, track: string): Promise<Buffer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const parts: Buffer[] = [];
  let bytes = 0;
  let heard = () => {};
  socket.on('data', (part: Buffer) => {
    parts.push(part);
    bytes += part.length;
    heard();
  });
  const ask = async (request: string, headers = '') => {
    const before = bytes;
    socket.write(`${request} RTSP/1.0\r\nCSeq: ${parts.length + 1}\r\n${headers}\r\n`);
    while (bytes === before) await new Promise<void>((resolve) => (heard = resolve));
    return Buffer.concat(parts).toString('latin1');
  };
  await ask(`OPTIONS ${url}`);
  await ask(`DESCRIBE ${url}`, 'Accept: application/sdp\r\n');
  const setup = await ask(`SETUP ${url}/${track}`, 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n');
  const session = /Session: ([^;\r]+)/.exec(setup)?.[1];
  await ask(`PLAY ${url}`, `Session: ${session}\r\n`);
  while (bytes < BYTES) await new Promise<void>((resolve) => (heard = resolve));
  socket.destroy();
  return Buffer.concat(parts).subarray(0, BYTES);
}

/** The refusal of a camera that asks for a proof. */
async function recordRefusal(url: string): Promise<Buffer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`DESCRIBE ${url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer;
}

const clips = ['plain', 'bFrames', 'h265', 'h265BFrames', 'slices', 'withAudio'] as const;
const cameras = await Promise.all(
  clips.map(async (name) => ({ name, clip: await tinyClip(name), join: 'next-keyframe' as const })),
);
const account = {
  user: 'admin',
  password: 'secret',
  schemes: ['basic', 'digest-md5', 'digest-sha-256'] as const,
  qop: true,
};
const simulator = await startSimulator({
  cameras: [
    ...cameras,
    { name: 'locked', clip: await tinyClip(), ...account, schemes: [...account.schemes] },
  ],
  senderReportSeconds: 0.5,
});
for (const name of clips)
  await writeFile(join(folder, `simulator-${name}.rtsp`), await record(simulator.url(name), 'trackID=0'));
await writeFile(join(folder, 'simulator-locked.rtsp'), await recordRefusal(simulator.url('locked')));
await simulator.close();

for (const codec of ['h264', 'h265'] as const) {
  const camera = await gstreamerCamera({ mounts: [{ codec }] });
  await writeFile(join(folder, `gstreamer-${codec}.rtsp`), await record(camera.url(), 'stream=0'));
  await camera.close();
}
