import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  dialWire,
  parseRtp,
  play,
  probe,
  recipes,
  tinyClip,
  type Wire,
} from '../../../test/support/index.ts';
import { type FaultRequest, type Simulator, startSimulator } from '../index.ts';

const other = '127.0.0.2';
let simulator: Simulator;
let larger: string;
let h265: string;
const open: Wire[] = [];

beforeAll(async () => {
  const clip = await tinyClip({ seconds: 4, keyframeSeconds: 1 });
  larger = await tinyClip('larger');
  h265 = await tinyClip('h265');
  simulator = await startSimulator({
    hosts: ['127.0.0.1', other],
    senderReportSeconds: 0.2,
    cameras: [
      ...['a', 'b', 'north/1', 'north/2'].map((name) => ({ name, clip, group: 'here' })),
      { name: 'there', clip, host: other, group: 'there' },
    ],
  });
});

afterEach(async () => {
  for (const wire of open.splice(0)) wire.close();
  await simulator.endFault();
});

afterAll(() => simulator.close());

async function dial(camera: string): Promise<Wire> {
  const wire = await dialWire(simulator.url(camera));
  open.push(wire);
  return wire;
}

async function playing(camera = 'a', packets = 10): Promise<Wire> {
  const wire = await dial(camera);
  await wire.play();
  await wire.until(() => wire.rtp().length >= packets);
  return wire;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const types = (wire: Wire) => wire.rtp().map(({ payload }) => payload[0]! & 0x1f);
const gaps = (wire: Wire) => {
  const numbers = wire.rtp().map(({ sequence }) => sequence);
  return numbers.slice(1).map((sequence, nth) => (sequence - numbers[nth]!) & 0xffff);
};

/** What ffmpeg says about the pictures that come from now on. */
async function looked(camera: string, seconds: number, filter: string): Promise<string> {
  const { complaints } = await play(simulator.url(camera), seconds, ['-loglevel', 'info', '-vf', filter]);
  return complaints.join('\n');
}

describe('faults of the connection', () => {
  it('refuse: one camera is reset when it is named, others answer', async () => {
    await simulator.fault({ fault: 'refuse', cameras: 'a' });
    await expect((await dial('a')).request('OPTIONS')).rejects.toThrow('reset');
    expect((await (await dial('b')).request('OPTIONS')).status).toBe(200);
    expect(simulator.stats().connections.refused).toBeGreaterThan(0);
  });

  it('refuse: a host closes its port and opens it again, connections live on', async () => {
    const before = await playing('there');
    const fault = await simulator.fault({ fault: 'refuse', host: other });
    await expect(dialWire(simulator.url('there'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await (await dial('a')).request('OPTIONS')).status).toBe(200);
    const seen = before.rtp().length;
    await before.until(() => before.rtp().length > seen);
    await fault.close();
    await playing('there');
  });

  it('reset: at once, after some playing, and as an orderly end', async () => {
    const wires = [await playing('a'), await playing('b')];
    await simulator.fault({ fault: 'reset', cameras: 'a' });
    expect(await wires[0]!.ended).toBe('reset');
    await simulator.fault({ fault: 'reset', cameras: ['b'], how: 'fin' });
    expect(await wires[1]!.ended).toBe('fin');
    await simulator.fault({ fault: 'reset', cameras: 'north/?', afterPlayingSeconds: 0.5 });
    const later = await playing('north/1');
    const began = performance.now();
    expect(await later.ended).toBe('reset');
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('mute: accepts, answers nothing, goes on playing where it plays', async () => {
    const before = await playing('a');
    const fault = await simulator.fault({ fault: 'mute', cameras: 'a' });
    const wire = await dial('a');
    let answered = false;
    wire.request('OPTIONS').then(
      () => {
        answered = true;
      },
      () => undefined,
    );
    const seen = before.rtp().length;
    await before.until(() => before.rtp().length > seen + 10);
    expect(answered).toBe(false);
    expect(wire.socket.readyState).toBe('open');
    await fault.close();
    expect((await wire.request('OPTIONS')).status).toBe(200);
  });

  it('half-open: nothing comes and nothing is answered, the socket stays; a camera that returns resets it', async () => {
    const wire = await playing('a');
    const fault = await simulator.fault({ fault: 'half-open', cameras: 'a' });
    await sleep(50);
    const seen = wire.bytes;
    wire.request('GET_PARAMETER').catch(() => undefined);
    await sleep(400);
    expect(wire.bytes).toBe(seen);
    expect(wire.socket.readyState).toBe('open');
    await fault.close();
    expect(await wire.ended).toBe('reset');
  });

  it('answer, redirect, slow-answer', async () => {
    await simulator.fault({ fault: 'answer', status: 503, cameras: 'a', methods: ['SETUP'] });
    await expect((await dial('a')).play()).rejects.toThrow('503');
    await simulator.fault({ fault: 'redirect', to: 'rtsp://10.1.1.1/{name}', cameras: 'b' });
    const redirected = await (await dial('b')).request('DESCRIBE');
    expect(redirected).toMatchObject({ status: 302, headers: { location: 'rtsp://10.1.1.1/b' } });
    await simulator.fault({ fault: 'slow-answer', delayMs: 300, cameras: 'north/1' });
    const slow = await dial('north/1');
    const began = performance.now();
    const order: string[] = [];
    await Promise.all(
      ['DESCRIBE', 'OPTIONS'].map((method) => slow.request(method).then(() => order.push(method))),
    );
    expect(performance.now() - began).toBeGreaterThan(290);
    expect(order).toEqual(['DESCRIBE', 'OPTIONS']);
  });

  it('wrong-password: 401 for ever, counted when credentials came', async () => {
    await simulator.fault({ fault: 'wrong-password', cameras: 'a' });
    const { exitCode } = await probe(simulator.url('a').replace('://', '://admin:right@'), { seconds: 0.1 });
    expect(exitCode).not.toBe(0);
    expect(simulator.camera('a').authenticationFailures).toBeGreaterThan(0);
  });

  it('limit-sessions: an NVR of two, by 453 and by reset', async () => {
    for (const how of ['453', 'reset'] as const) {
      const fault = await simulator.fault({
        fault: 'limit-sessions',
        sessions: 2,
        cameras: ['a', 'north/*'],
        how,
      });
      const first = await playing('a');
      await playing('north/1');
      await expect((await dial('north/2')).play()).rejects.toThrow(how);
      await playing('b');
      await first.request('TEARDOWN');
      await playing('north/2');
      await fault.close();
      for (const wire of open.splice(0)) wire.close();
      await sleep(50);
    }
  });
});

describe('faults of the pictures', () => {
  it('silent: no packets, but keep-alives are answered; then a keyframe first', async () => {
    const fault = await simulator.fault({ fault: 'silent', cameras: 'a', afterPlayingSeconds: 0.5 });
    const wire = await playing('a');
    await sleep(700);
    const seen = wire.packets.length;
    expect((await wire.request('GET_PARAMETER')).status).toBe(200);
    await sleep(300);
    expect(wire.packets.length).toBe(seen);
    await fault.close();
    await wire.until(() => wire.rtp().length > seen);
    expect(new Set(gaps(wire))).toEqual(new Set([1]));
  });

  it('no-keyframes: sequence numbers go on without them', async () => {
    await simulator.fault({ fault: 'no-keyframes', cameras: 'a' });
    const wire = await playing('a', 60);
    expect(types(wire)).not.toContain(24);
    expect(types(wire)).not.toContain(5);
    expect(new Set(gaps(wire))).toEqual(new Set([1]));
  });

  it('loss: about as much as asked, in bursts, the same for the same seed', async () => {
    const fraction = 0.25;
    await simulator.fault({ fault: 'loss', cameras: 'a', fraction, meanBurstPackets: 4 });
    const wire = await playing('a', 150);
    const lost = gaps(wire).map((gap) => gap - 1);
    const total = lost.reduce((sum, count) => sum + count, 0);
    expect(total / (total + wire.rtp().length)).toBeGreaterThan(0.08);
    expect(total / (total + wire.rtp().length)).toBeLessThan(0.5);
    expect(Math.max(...lost)).toBeGreaterThan(1);
    expect(simulator.stats().packetsLost).toBeGreaterThanOrEqual(total);
  });

  it('corrupt: in the payload, in RTP headers, in the framing', async () => {
    const clean = await playing('b', 40);
    expect(clean.framingErrors).toBe(0);
    await simulator.fault({ fault: 'corrupt', cameras: 'a', where: 'framing', fraction: 0.2 });
    const wire = await dial('a');
    await wire.play();
    await wire.until(() => wire.framingErrors > 0 || wire.packets.some(({ channel }) => channel > 1));
    await simulator.fault({ fault: 'corrupt', cameras: 'north/1', where: 'rtp-header', fraction: 1 });
    const headers = await playing('north/1', 40);
    expect(headers.framingErrors).toBe(0);
    const odd = headers.packets.filter(({ channel, bytes }) => {
      const { ssrc } = parseRtp(bytes);
      return channel === 0 && (bytes[0] !== 0x80 || ssrc !== headers.rtp()[0]!.ssrc);
    });
    expect(odd.length).toBeGreaterThan(0);
    await simulator.fault({ fault: 'corrupt', cameras: 'north/2', where: 'payload', fraction: 0.5 });
    const { complaints } = await play(simulator.url('north/2'), 2);
    expect(complaints.length).toBeGreaterThan(0);
  });

  it('reorder and duplicate', async () => {
    await simulator.fault({ fault: 'reorder', cameras: 'a', fraction: 0.2, distancePackets: 3 });
    const late = await playing('a', 60);
    expect(gaps(late).some((gap) => gap > 0x8000)).toBe(true);
    expect(late.framingErrors).toBe(0);
    await simulator.fault({ fault: 'duplicate', cameras: 'b', fraction: 0.5 });
    const twice = await playing('b', 60);
    expect(gaps(twice).filter((gap) => gap === 0).length).toBeGreaterThan(10);
  });

  it('no-marker, no-sender-reports', async () => {
    await simulator.fault({ fault: 'no-marker', cameras: 'a' });
    await simulator.fault({ fault: 'no-sender-reports', cameras: 'a' });
    const wire = await playing('a', 40);
    expect(wire.rtp().every(({ marker }) => !marker)).toBe(true);
    expect(wire.packets.every(({ channel }) => channel === 0)).toBe(true);
  });

  it('timestamp-jump: forwards once, or again and again', async () => {
    const wire = await playing('a');
    await simulator.fault({ fault: 'timestamp-jump', cameras: 'a', seconds: 100, everySeconds: 0.4 });
    const jumps = () => {
      const times = wire.rtp().map(({ timestamp }) => timestamp);
      return times.slice(1).filter((time, nth) => time - times[nth]! >= 100 * 90_000).length;
    };
    await wire.until(() => jumps() > 1);
    expect(new Set(gaps(wire))).toEqual(new Set([1]));
  });

  it('clock: wrong by an hour in the sender reports, or unsteady', async () => {
    await simulator.fault({ fault: 'clock', cameras: 'a', offsetMs: 3_600_000, wanderMs: 5000 });
    const wire = await playing('a', 60);
    const errors = wire.packets
      .filter(({ channel }) => channel === 1)
      .map(({ bytes, at }) => (bytes.readUInt32BE(8) - 2_208_988_800) * 1000 - at - 3_600_000);
    expect(errors.length).toBeGreaterThan(2);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(7000);
    expect(Math.max(...errors) - Math.min(...errors)).toBeGreaterThan(100);
  });

  it('switch-clip: other parameter sets and picture size in mid-stream, and back, with no complaint from a decoder', async () => {
    const wire = await playing('a');
    await wire.until(() => types(wire).includes(24));
    const before = wire.rtp().length;
    const fault = await simulator.fault({ fault: 'switch-clip', cameras: 'a', clip: larger });
    await wire.until(() => wire.rtp().length > before + 20);
    const sets = wire.rtp().filter(({ payload }) => (payload[0]! & 0x1f) === 24);
    expect(new Set(sets.map(({ payload }) => payload.toString('hex'))).size).toBeGreaterThan(1);
    expect(new Set(gaps(wire))).toEqual(new Set([1]));
    const { streams } = await probe(simulator.url('a'), { seconds: 0.5 });
    expect(streams[0]).toMatchObject({ width: recipes.larger.width, height: recipes.larger.height });
    await fault.close();
    expect((await probe(simulator.url('a'), { seconds: 0.5 })).streams[0]).toMatchObject({ width: 320 });
  });

  it('switch-clip: another codec', async () => {
    await simulator.fault({ fault: 'switch-clip', cameras: 'a', clip: h265 });
    expect((await probe(simulator.url('a'), { seconds: 0.5 })).streams[0]).toMatchObject({
      codec_name: 'hevc',
    });
    await expect(
      simulator.fault({ fault: 'switch-clip', cameras: 'a', clip: '/no/such.mp4' }),
    ).rejects.toMatchObject({ code: 'CLIP_UNREADABLE' });
  });

  it.each(['encoded', 'repeated-keyframe'] as const)(
    'frozen, %s: packets go on, the picture does not',
    async (how) => {
      const filter = 'freezedetect=n=0.005:d=1';
      expect(await looked('a', 2, filter)).not.toMatch(/freeze_start/);
      await simulator.fault({ fault: 'frozen', cameras: 'a', how });
      const wire = await playing('a', 40);
      expect(new Set(gaps(wire))).toEqual(new Set([1]));
      expect(await looked('a', 3, filter)).toMatch(/freeze_start/);
    },
  );

  it.each([
    ['black', (luma: number, before: number) => luma < 25 && before > 60],
    ['blinded', (luma: number, before: number) => luma > 180 && luma > before + 40],
  ] as const)('look: %s', async (like, holds) => {
    const before = await meanLuma('a');
    await simulator.fault({ fault: 'look', cameras: 'a', like });
    expect(holds(await meanLuma('a'), before)).toBe(true);
  });

  it.each(['blurred', 'moved'] as const)(
    'look: %s is still a moving picture of the same size',
    async (like) => {
      await simulator.fault({ fault: 'look', cameras: 'a', like });
      const { streams, complaints } = await probe(simulator.url('a'), { seconds: 0.5 });
      expect(streams[0]).toMatchObject({ codec_name: 'h264', width: 320, height: 180 });
      expect(complaints.filter((line) => /error/i.test(line))).toEqual([]);
    },
  );
});

async function meanLuma(camera: string): Promise<number> {
  const said = await looked(camera, 1.5, 'signalstats,metadata=print:key=lavfi.signalstats.YAVG');
  const values = [...said.matchAll(/YAVG=([\d.]+)/g)].map(([, value]) => Number(value));
  expect(values.length).toBeGreaterThan(5);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('faults of the road', () => {
  it('trickle: a few bytes a second', async () => {
    const wire = await playing('a');
    await simulator.fault({ fault: 'trickle', cameras: 'a', bytesPerSecond: 20 });
    await sleep(100);
    const seen = wire.bytes;
    await sleep(1500);
    expect(wire.bytes - seen).toBeGreaterThan(10);
    expect(wire.bytes - seen).toBeLessThan(60);
  });

  it('bandwidth: no more than so much, whole pictures are left out, framing stays whole', async () => {
    await simulator.fault({ fault: 'bandwidth', cameras: 'a', kbitPerSecond: 64 });
    const wire = await playing('a', 1);
    const [from, seen] = [performance.now(), wire.bytes];
    await sleep(2000);
    const kbit = ((wire.bytes - seen) * 8) / (performance.now() - from);
    expect(kbit).toBeGreaterThan(40);
    expect(kbit).toBeLessThan(80);
    expect(wire.framingErrors).toBe(0);
    expect(new Set(gaps(wire))).toEqual(new Set([1]));
  });

  it('jitter and bursts: late, in order, nothing lost', async () => {
    await simulator.fault({ fault: 'jitter', cameras: 'a', maxMs: 300 });
    const jittered = await playing('a', 40);
    expect(new Set(gaps(jittered))).toEqual(new Set([1]));
    await simulator.fault({ fault: 'bursts', cameras: 'b', periodMs: 500 });
    const wire = await playing('b', 60);
    const arrivals = wire.packets.map(({ at }) => at);
    const pauses = arrivals.slice(1).filter((at, nth) => at - arrivals[nth]! > 250);
    expect(pauses.length).toBeGreaterThan(1);
    expect(new Set(gaps(wire))).toEqual(new Set([1]));
  });
});

describe('faults as such', () => {
  it('hold for groups, patterns and hosts, and end by themselves', async () => {
    await simulator.fault({ fault: 'no-marker', group: 'here', forSeconds: 0.3 });
    await simulator.fault({ fault: 'silent', cameras: ['north/*'] });
    const names = (camera: string) => simulator.camera(camera).faults;
    expect([names('a'), names('north/2'), names('there')]).toEqual([
      ['no-marker'],
      ['no-marker', 'silent'],
      [],
    ]);
    await sleep(500);
    expect([names('a'), names('north/2')]).toEqual([[], ['silent']]);
    await simulator.endFault();
    expect(simulator.faults()).toEqual([]);
    expect(names('north/2')).toEqual([]);
  });

  it.each<[unknown, RegExp]>([
    [{ fault: 'nonsense' }, /Known faults: refuse, reset/],
    [{ fault: 'loss' }, /fraction/],
    [{ fault: 'loss', fraction: 2 }, /fraction/],
    [{ fault: 'silent', color: 1 }, /color/],
    [{ fault: 'mute', cameras: [] }, /cameras/],
    [undefined, /fault/],
  ])('say what is wrong with %j', async (request, why) => {
    await expect(simulator.fault(request as FaultRequest)).rejects.toThrow(why);
  });
});

it('a simulator that is closed leaves nothing listening', async () => {
  const brief = await startSimulator({ cameras: [{ name: 'x', clip: larger }] });
  const port = brief.ports.get('127.0.0.1')!;
  const wire = await dialWire(brief.url('x'));
  await wire.play();
  await brief.fault({ fault: 'bandwidth', kbitPerSecond: 64 });
  await brief.close();
  await wire.ended;
  const refused = await new Promise((resolve) => connect(port, '127.0.0.1').once('error', resolve));
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
});
