import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dialWire,
  gstreamerMissing,
  play,
  playWithGStreamer,
  probe,
  type RtpFields,
  selfSignedCertificate,
  tinyClip,
  type Wire,
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
    senderReportSeconds: 1,
    cameras: [
      { name: 'plain', clip: plain },
      { name: 'keyframe', clip: plain, join: 'next-keyframe' },
      { name: 'twin', clip: plain },
      { name: 'h265', clip: h265, join: 'next-keyframe' },
      { name: 'b-frames', clip: await tinyClip({ ...short, bFrames: 2 }), join: 'next-keyframe' },
      { name: 'Streaming/Channels/101?profile=main', clip: plain, audio: true, control: 'absolute' },
      { name: 'wrap', clip: plain, timestampStart: 2 ** 32 - 45_000, sequenceStart: 0xfff0 },
      { name: 'md5', clip: plain, ...account },
      { name: 'sha', clip: plain, ...account, schemes: ['digest-sha-256', 'digest-md5'], qop: true },
      { name: 'basic', clip: plain, ...account, schemes: ['basic'] },
      { name: 'stale', clip: plain, ...account, nonceSeconds: 0.05 },
      { name: 'clock', clip: plain, clockOffsetMs: -3_600_000 },
      { name: 'single', clip: plain, parameterSets: 'single', join: 'next-keyframe' },
      { name: 'sdp-only', clip: h265, parameterSets: 'sdp-only', join: 'next-keyframe' },
      { name: 'brief', clip: plain, sessionTimeoutSeconds: 0.3 },
    ],
  });
});

afterAll(() => simulator.close());

async function playing(camera: string, packets = 30): Promise<Wire> {
  const wire = await dialWire(simulator.url(camera));
  await wire.play();
  await wire.until(() => wire.rtp().length >= packets);
  return wire;
}

/** NTP and RTP time of a sender report, RFC 3550 §6.4.1. */
function senderReports(wire: Wire, channel = 1) {
  return wire.packets
    .filter((packet) => packet.channel === channel)
    .map(({ bytes, at }) => ({
      at,
      type: bytes[1],
      ssrc: bytes.readUInt32BE(4),
      ntpMs: (bytes.readUInt32BE(8) - 2_208_988_800) * 1000 + (bytes.readUInt32BE(12) / 2 ** 32) * 1000,
      rtp: bytes.readUInt32BE(16),
      packets: bytes.readUInt32BE(20),
      nextType: bytes[29],
    }));
}

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

/** Packets that stand behind missing pictures. */
function gapsOf(packets: readonly RtpFields[]): RtpFields[] {
  return packets.filter(
    (packet, nth) => nth > 0 && (packet.timestamp - packets[nth - 1]!.timestamp) >>> 0 > 6000,
  );
}

describe('a simulated camera, on the wire', () => {
  it('goes on counting through the seam of its loop', async () => {
    const wire = await dialWire(simulator.url('plain'));
    await wire.play();
    await wire.until(() => wire.rtp().filter(({ marker }) => marker).length > 35);
    wire.close();
    const packets = wire.rtp();
    for (const [nth, packet] of packets.entries()) {
      const before = packets[nth - 1];
      if (before === undefined) continue;
      expect(packet.sequence).toBe((before.sequence + 1) & 0xffff);
      expect((packet.timestamp - before.timestamp) >>> 0).toBe(before.marker ? 6000 : 0);
    }
    expect(wire.framingErrors).toBe(0);
  });

  it('wraps timestamps and sequence numbers where it is told to begin near the end', async () => {
    const wire = await playing('wrap', 60);
    wire.close();
    const packets = wire.rtp();
    expect(packets[0]).toMatchObject({ timestamp: 2 ** 32 - 45_000, sequence: 0xfff0 });
    expect(packets.some(({ timestamp }) => timestamp < 90_000)).toBe(true);
    expect(packets.some(({ sequence }) => sequence < 100)).toBe(true);
  });

  it('announces its first packet in RTP-Info', async () => {
    const wire = await dialWire(simulator.url('Streaming/Channels/101?profile=main'));
    const answer = await wire.play([0, 1]);
    await wire.until(() => wire.rtp(0).length > 5 && wire.rtp(2).length > 5);
    wire.close();
    for (const track of [0, 1]) {
      const { sequence, timestamp } = wire.rtp(track * 2)[0]!;
      expect(answer.headers['rtp-info']).toContain(`/trackID=${track};seq=${sequence};rtptime=${timestamp}`);
    }
    const sound = wire.rtp(2);
    expect(sound.every(({ payload, payloadType }) => payload.length === 160 && payloadType === 8)).toBe(true);
    expect(sound.slice(1).every((packet, nth) => packet.timestamp - sound[nth]!.timestamp === 160)).toBe(
      true,
    );
  });

  it('starts in the middle of a group of pictures, each camera somewhere else', async () => {
    const wires = await Promise.all(['plain', 'twin'].map((name) => playing(name, 60)));
    for (const wire of wires) wire.close();
    const [plain, twin] = wires.map((wire) => wire.rtp());
    expect(plain![0]!.ssrc).not.toBe(twin![0]!.ssrc);
    expect(plain![0]!.payload.equals(twin![0]!.payload)).toBe(false);
    const firstSets = wires.map((wire) => wire.rtp().findIndex(({ payload }) => (payload[0]! & 0x1f) === 24));
    expect(Math.max(...firstSets)).toBeGreaterThan(0);
  });

  it('tells in sender reports when its pictures were due', async () => {
    const wire = await playing('plain', 60);
    wire.close();
    const reports = senderReports(wire);
    expect(reports.length).toBeGreaterThan(1);
    const [first] = reports;
    expect(first).toMatchObject({ type: 200, nextType: 202, ssrc: wire.rtp()[0]!.ssrc });
    // Capture time is the time of sending: the report stands before its picture and arrives within moments.
    for (const { at, ntpMs } of reports) expect(Math.abs(at - ntpMs)).toBeLessThan(1000);
    for (const report of reports)
      expect((report.rtp - first!.rtp) / 90 - (report.ntpMs - first!.ntpMs)).toBeCloseTo(0, 0);
    expect(reports[1]!.packets).toBeGreaterThan(0);
  });

  it('may have its clock wrong', async () => {
    const wire = await playing('clock', 5);
    wire.close();
    const { at, ntpMs } = senderReports(wire)[0]!;
    expect(Math.abs(at - ntpMs - 3_600_000)).toBeLessThan(1000);
  });

  it('answers what it does not do with the right status', async () => {
    const wire = await dialWire(simulator.url('plain'));
    const status = async (...asked: Parameters<Wire['request']>) => (await wire.request(...asked)).status;
    expect((await wire.request('OPTIONS')).headers.public).toContain('GET_PARAMETER');
    expect(await status('OPTIONS', '*')).toBe(200);
    expect(await status('PLAY')).toBe(454);
    expect(await status('SETUP', '/trackID=0', { Transport: 'RTP/AVP;unicast;client_port=5000-5001' })).toBe(
      461,
    );
    expect(await status('SETUP', '/trackID=1', { Transport: 'RTP/AVP/TCP;interleaved=0-1' })).toBe(404);
    expect(await status('DESCRIBE', '/nowhere')).toBe(404);
    expect(await status('DESCRIBE', simulator.url('twin'))).toBe(455);
    expect(await status('DESCRIBE', '', { Accept: 'text/plain' })).toBe(406);
    expect(await status('GET_PARAMETER', '', { Session: 'nobody' })).toBe(454);
    expect(await status('GET_PARAMETER')).toBe(200);
    wire.close();
  });

  it('pauses, plays on and tears down', async () => {
    const wire = await playing('plain', 5);
    expect((await wire.request('PAUSE')).status).toBe(200);
    const paused = wire.rtp().length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(wire.rtp().length).toBe(paused);
    expect((await wire.request('PLAY')).status).toBe(200);
    await wire.until(() => wire.rtp().length > paused);
    const before = simulator.stats().playing;
    expect((await wire.request('TEARDOWN')).status).toBe(200);
    expect(simulator.stats().playing).toBe(before - 1);
    expect((await wire.request('PLAY')).status).toBe(454);
    wire.close();
  });

  it('closes a session nobody speaks to', async () => {
    const silent = await dialWire(simulator.url('brief'));
    expect((await silent.play()).headers.session).toContain('timeout=1');
    expect(await silent.ended).toBe('fin');
    expect(simulator.camera('brief').sessionsTimedOut).toBe(1);
  });

  it('drops whole pictures for a client that does not read, and goes on with a keyframe', async () => {
    const slow = await startSimulator({
      queueBytes: 20_000,
      cameras: [{ name: 'big', clip: await tinyClip('fourK'), sequenceStart: 0 }],
    });
    const wire = await dialWire(slow.url('big'));
    await wire.play();
    wire.socket.pause();
    await wire.until(() => slow.stats().picturesDropped > 20, 40_000);
    const whilePaused = process.memoryUsage.rss();
    expect(whilePaused).toBeLessThan(1.5e9);
    wire.socket.resume();
    await wire.until(() => gapsOf(wire.rtp()).length > 0, 30_000);
    wire.close();
    await slow.close();
    const packets = wire.rtp();
    // No picture is cut: numbers go on, and a gap in time ends with parameter sets.
    expect(packets.every(({ sequence }, nth) => sequence === (nth & 0xffff))).toBe(true);
    expect(gapsOf(packets).every(({ payload }) => (payload[0]! & 0x1f) === 24)).toBe(true);
    expect(wire.framingErrors).toBe(0);
  }, 90_000);

  it('gives up on a client that talks nonsense or asks without reading', async () => {
    const { port } = new URL(simulator.url('plain'));
    const before = simulator.stats().connections.malformed;
    const nonsense = connect({ host: '127.0.0.1', port: Number(port) });
    nonsense.write('GET / HTTP/1.1\r\n\r\n');
    const answer = await new Promise<string>((resolve) =>
      nonsense.once('data', (chunk) => resolve(String(chunk))),
    );
    expect(answer).toMatch(/^RTSP\/1\.0 400 /);
    expect(simulator.stats().connections.malformed).toBe(before + 1);
    nonsense.destroy();
  });

  it('knows when it was dialled', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = Date.now();
    const wires = await Promise.all([1, 2, 3].map(() => dialWire(simulator.url('plain'))));
    await wires[0]!.request('OPTIONS');
    for (const wire of wires) wire.close();
    const dials = simulator.dials(since);
    expect(dials.length).toBe(3);
    expect(dials.every(({ at, host }) => host === '127.0.0.1' && Math.abs(at - since) < 1000)).toBe(true);
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
