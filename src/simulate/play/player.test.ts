import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dialWire,
  type RtpFields,
  type SimulatedCameras,
  simulatedCameras,
  tinyClip,
  type Wire,
} from '../../../test/support/index.ts';
import { startSimulator } from '../index.ts';

let ground: SimulatedCameras;

beforeAll(async () => {
  const short = { seconds: 2, keyframeSeconds: 1 };
  const clip = await tinyClip(short);
  ground = await simulatedCameras(clip, {
    senderReportSeconds: 0.5,
    cameras: [
      { name: 'plain', clip },
      { name: 'twin', clip },
      { name: 'b-frames', clip: await tinyClip({ ...short, bFrames: 2 }) },
      { name: 'sound', clip, audio: true },
      { name: 'wrap', clip, timestampStart: 2 ** 32 - 45_000, sequenceStart: 0xfff0 },
      { name: 'clock', clip, clockOffsetMs: -3_600_000 },
    ],
  });
});

afterAll(() => ground.close());

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

/** Packets that stand behind missing pictures. */
function gapsOf(packets: readonly RtpFields[]): RtpFields[] {
  return packets.filter(
    (packet, nth) => nth > 0 && (packet.timestamp - packets[nth - 1]!.timestamp) >>> 0 > 6000,
  );
}

describe.concurrent('a simulated camera, on the wire', () => {
  it('goes on counting through the seam of its loop', async () => {
    const wire = await ground.dial('plain');
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
    const wire = await ground.playing('wrap', 60);
    wire.close();
    const packets = wire.rtp();
    expect(packets[0]).toMatchObject({ timestamp: 2 ** 32 - 45_000, sequence: 0xfff0 });
    expect(packets.some(({ timestamp }) => timestamp < 90_000)).toBe(true);
    expect(packets.some(({ sequence }) => sequence < 100)).toBe(true);
  });

  it('announces its first packet in RTP-Info', async () => {
    const wire = await dialWire(ground.simulator.url('sound'));
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
    const wires = await Promise.all(['plain', 'twin'].map((name) => ground.playing(name, 60)));
    for (const wire of wires) wire.close();
    const [plain, twin] = wires.map((wire) => wire.rtp());
    expect(plain![0]!.ssrc).not.toBe(twin![0]!.ssrc);
    expect(plain![0]!.payload.equals(twin![0]!.payload)).toBe(false);
    const firstSets = wires.map((wire) => wire.rtp().findIndex(({ payload }) => (payload[0]! & 0x1f) === 24));
    expect(Math.max(...firstSets)).toBeGreaterThan(0);
  });

  it.each(['plain', 'b-frames'])('tells in sender reports when its pictures were taken: %s', async (name) => {
    const wire = await ground.playing(name, 1);
    await wire.until(() => senderReports(wire).length > 3);
    wire.close();
    const reports = senderReports(wire);
    const [first] = reports;
    expect(first).toMatchObject({ type: 200, nextType: 202, ssrc: wire.rtp()[0]!.ssrc });
    // Never after it was sent, and no longer before than pictures are put in order: the report stands before its picture.
    for (const { at, ntpMs } of reports) {
      expect(at - ntpMs).toBeGreaterThan(-2);
      expect(at - ntpMs).toBeLessThan(1000);
    }
    for (const report of reports)
      expect((report.rtp - first!.rtp) / 90 - (report.ntpMs - first!.ntpMs)).toBeCloseTo(0, 0);
    expect(reports[1]!.packets).toBeGreaterThan(0);
  });

  it('may have its clock wrong', async () => {
    const wire = await ground.playing('clock', 5);
    wire.close();
    const { at, ntpMs } = senderReports(wire)[0]!;
    expect(Math.abs(at - ntpMs - 3_600_000)).toBeLessThan(1000);
  });

  it('drops whole pictures for a client that does not read, and goes on with a keyframe', async () => {
    const clip = await tinyClip('fourK');
    const slow = await startSimulator({
      queueBytes: 20_000,
      cameras: ['big', 'prompt'].map((name) => ({ name, clip, sequenceStart: 0 })),
    });
    const prompt = await dialWire(slow.url('prompt'));
    await prompt.play();
    const wire = await dialWire(slow.url('big'));
    await wire.play();
    wire.socket.pause();
    await wire.until(() => slow.stats().picturesDropped > 20, 40_000);
    const whilePaused = process.memoryUsage.rss();
    expect(whilePaused).toBeLessThan(1.5e9);
    wire.socket.resume();
    await wire.until(() => gapsOf(wire.rtp()).length > 0, 30_000);
    for (const each of [wire, prompt]) each.close();
    await slow.close();
    const packets = wire.rtp();
    // What waited for the slow one was not written over by the other's pictures.
    expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    // No picture is cut: numbers go on, and a gap in time ends with parameter sets.
    expect(packets.every(({ sequence }, nth) => sequence === (nth & 0xffff))).toBe(true);
    expect(gapsOf(packets).every(({ payload }) => (payload[0]! & 0x1f) === 24)).toBe(true);
    expect(wire.framingErrors).toBe(0);
  }, 90_000);
});

describe('a simulator', () => {
  it('sends several pictures with one write where it is told to', async () => {
    const grouped = await startSimulator({
      picturesPerWrite: 3,
      cameras: [{ name: 'x', clip: await tinyClip() }],
    });
    const wire = await dialWire(grouped.url('x'));
    await wire.play();
    await wire.until(() => wire.rtp().length > 60);
    wire.close();
    await grouped.close();
    const ends = wire.packets
      .filter(({ channel, bytes }) => channel === 0 && bytes[1]! & 0x80)
      .map(({ at }) => at);
    const pauses = ends.slice(1).filter((at, nth) => at - ends[nth]! > 20);
    expect(pauses.length).toBeLessThan(ends.length / 2);
    const times = wire.rtp().map(({ timestamp }) => timestamp);
    expect(times.slice(1).every((time, nth) => [0, 6000].includes((time - times[nth]!) >>> 0))).toBe(true);
  });

  it('does not send what it missed while its process slept', async () => {
    const sleepy = await startSimulator({ cameras: [{ name: 'x', clip: await tinyClip() }] });
    const wire = await dialWire(sleepy.url('x'));
    await wire.play();
    await wire.until(() => wire.rtp().length > 10);
    const until = performance.now() + 1500;
    while (performance.now() < until);
    await wire.until(() => gapsOf(wire.rtp()).length > 0);
    wire.close();
    expect(sleepy.stats().picturesSkipped).toBeGreaterThan(15);
    await sleepy.close();
    expect(gapsOf(wire.rtp()).every(({ payload }) => (payload[0]! & 0x1f) === 24)).toBe(true);
  });
});
