import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  gstreamerMissing,
  play,
  playWithGStreamer,
  probe,
  selfSignedCertificate,
  tinyClip,
} from '../../test/support/index.ts';
import { type Simulator, startSimulator } from './index.ts';

const account = { user: 'admin', password: 'p@ss:w!rd^' };
const withUser = (url: string) =>
  url.replace('://', `://${account.user}:${encodeURIComponent(account.password)}@`);

let simulator: Simulator;

beforeAll(async () => {
  const short = { seconds: 2, keyframeSeconds: 1 };
  const plain = await tinyClip(short);
  const h265 = await tinyClip({ ...short, codec: 'h265' });
  simulator = await startSimulator({
    cameras: [
      { name: 'keyframe', clip: plain, join: 'next-keyframe' },
      { name: 'h265', clip: h265, join: 'next-keyframe' },
      { name: 'b-frames', clip: await tinyClip({ ...short, bFrames: 2 }), join: 'next-keyframe' },
      { name: 'Streaming/Channels/101?profile=main', clip: plain, audio: true, control: 'absolute' },
      { name: 'md5', clip: plain, ...account },
      { name: 'sha', clip: plain, ...account, schemes: ['digest-sha-256', 'digest-md5'], qop: true },
      { name: 'basic', clip: plain, ...account, schemes: ['basic'] },
      { name: 'stale', clip: plain, ...account, nonceSeconds: 0.05 },
      { name: 'single', clip: plain, parameterSets: 'single', join: 'next-keyframe' },
      { name: 'sdp-only', clip: h265, parameterSets: 'sdp-only', join: 'next-keyframe' },
    ],
  });
});

afterAll(() => simulator.close());

describe.concurrent('a simulated camera, seen by FFmpeg', () => {
  it.each([
    ['keyframe', 'h264'],
    ['h265', 'hevc'],
    ['b-frames', 'h264'],
    ['single', 'h264'],
    ['sdp-only', 'hevc'],
  ])('%s decodes without a complaint through the seam of its loop', async (name, codec) => {
    const [{ streams }, played] = await Promise.all([
      probe(simulator.url(name), { seconds: 0.5 }),
      play(simulator.url(name), 3),
    ]);
    expect(streams[0]).toMatchObject({ codec_name: codec, width: 320, height: 180 });
    // The clip lasts 2 s.
    expect(played).toMatchObject({ complaints: [], exitCode: 0 });
    expect(played.pictures).toBeGreaterThan(40);
  });

  it.each(['md5', 'sha', 'basic', 'stale'])('lets in who knows the password: %s', async (name) => {
    const { streams } = await probe(withUser(simulator.url(name)), { seconds: 0.2 });
    expect(streams.map((stream) => stream.codec_name)).toEqual(['h264']);
  });

  it('keeps out who does not, and counts only refused credentials', async () => {
    const before = simulator.camera('md5').authenticationFailures;
    expect((await probe(simulator.url('md5'), { seconds: 0.2 })).exitCode).not.toBe(0);
    expect(simulator.camera('md5').authenticationFailures).toBe(before);
    await probe(simulator.url('md5').replace('://', '://admin:wrong@'), { seconds: 0.2 });
    expect(simulator.camera('md5').authenticationFailures).toBeGreaterThan(before);
  });

  it('offers a second track of sound under absolute control URLs', async () => {
    const { streams, packets } = await probe(simulator.url('Streaming/Channels/101?profile=main'), {
      seconds: 2,
    });
    expect(streams.map((stream) => stream.codec_name)).toEqual(['h264', 'pcm_alaw']);
    expect(packets.filter((packet) => packet.stream_index === 1).length).toBeGreaterThan(30);
  });
});

describe.skipIf(gstreamerMissing()).concurrent('a simulated camera, seen by GStreamer', () => {
  it.each([
    ['keyframe', 'h264'],
    ['b-frames', 'h264'],
    ['h265', 'h265'],
    ['md5', 'h264'],
  ] as const)('%s plays through the seam of its loop', async (name, codec) => {
    const login = name === 'md5' ? account : {};
    const played = await playWithGStreamer({ url: simulator.url(name), codec, seconds: 4, ...login });
    expect(played).toMatchObject({ errors: [], warnings: [] });
    // GStreamer hands out presentation times in decoding order.
    expect(played.backwards > 0).toBe(name === 'b-frames');
    expect(played.pictures).toBeGreaterThan(25);
    expect(played.keyframes).toBeGreaterThan(1);
  });
});

describe('rtsps', () => {
  it('plays over TLS and can be reset', async () => {
    const secure = await startSimulator({
      tls: await selfSignedCertificate(),
      cameras: [{ name: 'x', clip: await tinyClip(), ...account, join: 'next-keyframe' }],
    });
    expect(secure.url('x')).toMatch(/^rtsps:/);
    const played = play(withUser(secure.url('x')), 2);
    expect(await played).toMatchObject({ complaints: [], exitCode: 0 });
    const broken = play(withUser(secure.url('x')), 20);
    while (secure.stats().playing === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await secure.fault({ fault: 'reset' });
    expect((await broken).pictures).toBeLessThan(200);
    expect(secure.stats().connections.reset).toBe(1);
    const plain = connect({ host: '127.0.0.1', port: secure.ports.get('127.0.0.1')! });
    plain.write('OPTIONS * RTSP/1.0\r\n\r\n');
    await new Promise((resolve) =>
      plain
        .once('close', resolve)
        .on('error', () => undefined)
        .resume(),
    );
    expect(secure.stats().connections.open).toBe(0);
    await secure.close();
  });
});

describe('startSimulator', () => {
  it.each([
    [{ cameras: [] }, /cameras/],
    [{ cameras: [{ name: 'a', clip: 'x.mp4', colour: 'red' }] }, /colour/],
    [{ cameras: [{ name: '/a', clip: 'x.mp4' }] }, /leading slash/],
    [
      {
        cameras: [
          { name: 'a', clip: 'x.mp4' },
          { name: 'a', clip: 'x.mp4' },
        ],
      },
      /two cameras/,
    ],
    [{ cameras: [{ name: 'a', clip: 'x.mp4', host: '127.0.0.9' }] }, /none of hosts/],
    [{ cameras: [{ name: 'a', clip: 'x.mp4', user: 'u' }] }, /not both/],
    [{ cameras: [{ name: 'a', clip: '/no/such.mp4' }] }, /no\/such\.mp4/],
  ])('refuses what contradicts itself: %j', async (options, why) => {
    await expect(startSimulator(options as never)).rejects.toThrow(why);
  });
});
