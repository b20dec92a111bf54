import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCameras, simulatedCameras, tinyClip, type Wire } from '../../../test/support/index.ts';

let ground: SimulatedCameras;
let witness: Wire;

beforeAll(async () => {
  const clip = await tinyClip();
  ground = await simulatedCameras(clip, {
    cameras: [{ name: 'locked', clip, user: 'u', password: 'p', audio: true, qop: true }],
  });
  witness = await ground.playing(ground.fresh());
});

afterAll(() => ground.close());

const method = fc.constantFrom(
  'OPTIONS',
  'DESCRIBE',
  'SETUP',
  'PLAY',
  'PAUSE',
  'GET_PARAMETER',
  'TEARDOWN',
  'RECORD',
);
const path = fc.constantFrom(
  '/camera/2',
  '/locked',
  '/camera/3/trackID=0',
  '/locked/trackID=9',
  '/%zz',
  '*',
  '/',
);
const header = fc.oneof(
  fc.constantFrom(
    'Transport: RTP/AVP/TCP;interleaved=0-1',
    'Transport: RTP/AVP/TCP;interleaved=999-0',
    'Session: 12345678',
    'Authorization: Digest username="u", realm="IP Camera", nonce="", uri="", response=""',
    'Authorization: Basic !!!',
    'Content-Length: 3',
    'Accept: */*',
    'Range: npt=now-',
  ),
  fc.string({ maxLength: 60 }).map((text) => `X-Y: ${text.replaceAll(/[\r\n]/g, ' ')}`),
);
const request = fc
  .tuple(method, path, fc.array(header, { maxLength: 6 }), fc.nat(99))
  .map(([verb, where, headers, cseq]) =>
    [`${verb} rtsp://127.0.0.1${where} RTSP/1.0`, `CSeq: ${cseq}`, ...headers, '', ''].join('\r\n'),
  );
const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('hostile clients', () => {
  it('get answers or are shut out, and nobody else notices', async () => {
    const talk = fc.array(fc.oneof({ weight: 9, arbitrary: request }, { weight: 1, arbitrary: noise }), {
      maxLength: 12,
    });
    for (const said of fc.sample(talk, { numRuns: 300, seed: 4 })) {
      const socket = connect(Number(new URL(ground.simulator.url('locked')).port), '127.0.0.1');
      const ended = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
      socket.resume();
      socket.end(Buffer.from(said.join(''), 'latin1'));
      await ended;
    }
    const before = witness.rtp().length;
    await witness.until(() => witness.rtp().length > before + 20);
    expect(witness.framingErrors).toBe(0);
    expect(ground.simulator.stats().connections.malformed).toBeGreaterThan(10);
    expect(ground.simulator.stats()).toMatchObject({ playing: 1, connections: { open: 1 } });
    expect(ground.simulator.camera('locked').authenticationFailures).toBeGreaterThan(10);
  });

  it('who asks without end and reads nothing is cut off', async () => {
    const url = ground.simulator.url('camera/5');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
    const asking = Buffer.from(`DESCRIBE ${url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`.repeat(200));
    const more = setInterval(() => socket.write(asking), 1);
    socket.pause();
    await closed;
    clearInterval(more);
    expect(ground.simulator.stats().connections.open).toBe(1);
  });
});
