import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  parseRtp,
  play,
  probe,
  recipes,
  type SimulatedCameras,
  sequenceSteps,
  simulatedCameras,
  tinyClip,
  type Wire,
} from '../../../test/support/index.ts';
import type { FaultRequest } from '../index.ts';

let ground: SimulatedCameras;

beforeAll(async () => {
  // Many packets a second, so that what is a matter of chance shows soon.
  const clip = await tinyClip({ keyframeSeconds: 1, picturesPerSecond: 30 });
  ground = await simulatedCameras(clip, { senderReportSeconds: 0.2, mtu: 300, cameras: [] });
});

afterAll(() => ground.close());

/** A fault on a camera of its own; answers the camera's name. */
async function afflicted(request: FaultRequest): Promise<string> {
  const cameras = ground.fresh();
  await ground.simulator.fault({ ...request, cameras });
  return cameras;
}

const steps = (wire: Wire) => new Set(sequenceSteps(wire));
const unbroken = new Set([1]);
const types = (wire: Wire) => wire.rtp().map(({ payload }) => payload[0]! & 0x1f);
const STAP_A = 24;
const IDR_PICTURE = 5;

/** What ffmpeg says about the pictures that come from now on. */
async function looked(camera: string, seconds: number, filter: string): Promise<string> {
  const told = ['-loglevel', 'info', '-vf', filter];
  return (await play(ground.simulator.url(camera), seconds, told)).complaints.join('\n');
}

async function meanLuma(camera: string): Promise<number> {
  const said = await looked(camera, 1.5, 'signalstats,metadata=print:key=lavfi.signalstats.YAVG');
  const values = [...said.matchAll(/YAVG=([\d.]+)/g)].map(([, value]) => Number(value));
  expect(values.length).toBeGreaterThan(5);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe.concurrent('faults of the packets', () => {
  it('silent: no packets, but keep-alives are answered; then a keyframe first', async () => {
    const cameras = ground.fresh();
    const fault = await ground.simulator.fault({ fault: 'silent', cameras, afterPlayingSeconds: 0.3 });
    const wire = await ground.playing(cameras);
    await sleep(500);
    const seen = wire.packets.length;
    expect((await wire.request('GET_PARAMETER')).status).toBe(200);
    await sleep(300);
    expect(wire.packets.length).toBe(seen);
    const before = wire.rtp().length;
    await fault.close();
    await wire.until(() => wire.rtp().length > before);
    expect(types(wire)[before]).toBe(STAP_A);
    expect(steps(wire)).toEqual(unbroken);
  });

  it('no-keyframes: sequence numbers go on without them', async () => {
    const wire = await ground.playing(await afflicted({ fault: 'no-keyframes' }), 150);
    expect(types(wire)).not.toContain(STAP_A);
    expect(types(wire)).not.toContain(IDR_PICTURE);
    expect(steps(wire)).toEqual(unbroken);
  });

  it('loss: about as much as asked, in bursts', async () => {
    const camera = await afflicted({ fault: 'loss', fraction: 0.25, meanBurstPackets: 4 });
    const wire = await ground.playing(camera, 300);
    const lost = sequenceSteps(wire).map((step) => step - 1);
    const total = lost.reduce((sum, count) => sum + count, 0);
    const share = total / (total + wire.rtp().length);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.45);
    expect(Math.max(...lost)).toBeGreaterThan(1);
    expect(wire.framingErrors).toBe(0);
  });

  it('corrupt: the framing', async () => {
    const camera = await afflicted({ fault: 'corrupt', where: 'framing', fraction: 0.2 });
    const wire = await ground.dial(camera);
    await wire.play();
    await wire.until(() => wire.framingErrors > 0 || wire.packets.some(({ channel }) => channel > 1));
  });

  it('corrupt: RTP headers, with the framing whole', async () => {
    const wire = await ground.playing(
      await afflicted({ fault: 'corrupt', where: 'rtp-header', fraction: 1 }),
      60,
    );
    expect(wire.framingErrors).toBe(0);
    const ssrc = wire.rtp()[20]!.ssrc;
    const odd = wire.packets.filter(
      ({ channel, bytes }) => channel === 0 && (bytes[0] !== 0x80 || parseRtp(bytes).ssrc !== ssrc),
    );
    expect(odd.length).toBeGreaterThan(0);
  });

  it('corrupt: the payload, so that a decoder complains', async () => {
    const camera = await afflicted({ fault: 'corrupt', where: 'payload', fraction: 0.5 });
    const { complaints } = await play(ground.simulator.url(camera), 1.5);
    expect(complaints.length).toBeGreaterThan(0);
  });

  it('reorder and duplicate', async () => {
    const late = await ground.playing(await afflicted({ fault: 'reorder', fraction: 0.2 }), 100);
    expect([...steps(late)].some((step) => step > 0x8000)).toBe(true);
    expect(late.framingErrors).toBe(0);
    const twice = await ground.playing(await afflicted({ fault: 'duplicate', fraction: 0.5 }), 100);
    expect(sequenceSteps(twice).filter((step) => step === 0).length).toBeGreaterThan(10);
  });

  it('no-marker and no-sender-reports at once', async () => {
    const camera = await afflicted({ fault: 'no-marker' });
    await ground.simulator.fault({ fault: 'no-sender-reports', cameras: camera });
    const wire = await ground.playing(camera, 60);
    expect(wire.rtp().every(({ marker }) => !marker)).toBe(true);
    expect(wire.packets.every(({ channel }) => channel === 0)).toBe(true);
  });

  it('timestamp-jump: again and again, while it plays', async () => {
    const camera = ground.fresh();
    const wire = await ground.playing(camera);
    await ground.simulator.fault({
      fault: 'timestamp-jump',
      cameras: camera,
      seconds: 100,
      everySeconds: 0.3,
    });
    const jumps = () => {
      const times = wire.rtp().map(({ timestamp }) => timestamp);
      return times.slice(1).filter((time, nth) => (time - times[nth]!) >>> 0 >= 100 * 90_000).length;
    };
    await wire.until(() => jumps() > 1);
    expect(steps(wire)).toEqual(unbroken);
  });

  it('clock: wrong by an hour in the sender reports, and unsteady', async () => {
    const camera = await afflicted({ fault: 'clock', offsetMs: 3_600_000, wanderMs: 5000 });
    const wire = await ground.playing(camera, 1);
    await wire.until(() => wire.packets.filter(({ channel }) => channel === 1).length > 4);
    const errors = wire.packets
      .filter(({ channel }) => channel === 1)
      .map(({ bytes, at }) => (bytes.readUInt32BE(8) - 2_208_988_800) * 1000 - at - 3_600_000);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(7000);
    expect(Math.max(...errors) - Math.min(...errors)).toBeGreaterThan(100);
  });
});

describe.concurrent('faults of the picture', () => {
  it('switch-clip: other parameter sets and picture size in mid-stream, and back', async () => {
    const cameras = ground.fresh();
    const wire = await ground.playing(cameras);
    await wire.until(() => types(wire).includes(STAP_A));
    const fault = await ground.simulator.fault({
      fault: 'switch-clip',
      cameras,
      clip: await tinyClip('larger'),
    });
    const sets = () =>
      new Set(
        wire
          .rtp()
          .flatMap(({ payload }) => ((payload[0]! & 0x1f) === STAP_A ? [payload.toString('hex')] : [])),
      );
    await wire.until(() => sets().size > 1);
    expect(steps(wire)).toEqual(unbroken);
    const width = async () =>
      (await probe(ground.simulator.url(cameras), { seconds: 0.5 })).streams[0]?.width;
    expect(await width()).toBe(recipes.larger.width);
    await fault.close();
    expect(await width()).toBe(320);
  });

  it('switch-clip: another codec; a clip that is not there', async () => {
    const camera = await afflicted({ fault: 'switch-clip', clip: await tinyClip('h265') });
    const { streams } = await probe(ground.simulator.url(camera), { seconds: 0.5 });
    expect(streams[0]).toMatchObject({ codec_name: 'hevc' });
    const missing = ground.simulator.fault({ fault: 'switch-clip', cameras: camera, clip: '/no/such.mp4' });
    await expect(missing).rejects.toMatchObject({ code: 'CLIP_UNREADABLE' });
  });

  it.each(['encoded', 'repeated-keyframe'] as const)(
    'frozen, %s: packets go on, the picture does not',
    async (how) => {
      // By the pictures alone: a stalled machine leaves gaps in time that are no frozen picture.
      const filter = 'setpts=N/(30*TB),freezedetect=n=0.005:d=0.5';
      const camera = ground.fresh();
      expect(await looked(camera, 1.5, filter)).not.toMatch(/freeze_start/);
      await ground.simulator.fault({ fault: 'frozen', cameras: camera, how });
      const wire = await ground.playing(camera, 60);
      expect(steps(wire)).toEqual(unbroken);
      expect(await looked(camera, 1.5, filter)).toMatch(/freeze_start/);
    },
  );

  it.each([
    ['black', (luma: number, before: number) => luma < 25 && before > 60],
    ['blinded', (luma: number, before: number) => luma > 180 && luma > before + 40],
  ] as const)('look: %s', async (like, holds) => {
    const camera = ground.fresh();
    const before = await meanLuma(camera);
    await ground.simulator.fault({ fault: 'look', cameras: camera, like });
    expect(holds(await meanLuma(camera), before)).toBe(true);
  });

  it.each(['blurred', 'moved'] as const)('look: %s is still a picture of the same size', async (like) => {
    const { streams, complaints } = await probe(
      ground.simulator.url(await afflicted({ fault: 'look', like })),
      {
        seconds: 0.5,
      },
    );
    expect(streams[0]).toMatchObject({ codec_name: 'h264', width: 320, height: 180 });
    expect(complaints.filter((line) => /error/i.test(line))).toEqual([]);
  });
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
