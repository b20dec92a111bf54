import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dialWire,
  probe,
  type SimulatedCameras,
  sequenceSteps,
  simulatedCameras,
  tinyClip,
} from '../../../test/support/index.ts';
import { type FaultRequest, startSimulator } from '../index.ts';
import { faultRequest } from './fault.ts';

const elsewhere = '127.0.0.2';
const away = '127.0.0.3';
let ground: SimulatedCameras;
let clip: string;

beforeAll(async () => {
  clip = await tinyClip({ keyframeSeconds: 1 });
  const names = ['453/1', '453/2', '453/3', 'reset/1', 'reset/2', 'reset/3', 'north/1', 'north/2'];
  ground = await simulatedCameras(clip, {
    hosts: ['127.0.0.1', elsewhere, away],
    cameras: [
      ...names.map((name) => ({ name, clip, group: name.startsWith('north') ? 'north' : undefined })),
      { name: 'there', clip, host: elsewhere },
      { name: 'cut-off', clip, host: away },
    ],
  });
});

afterAll(() => ground.close());

const fault = (request: FaultRequest) => ground.simulator.fault(request);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.concurrent('faults of the connection', () => {
  it('refuse: one camera is reset when it is named, others answer', async () => {
    const cameras = ground.fresh();
    await fault({ fault: 'refuse', cameras });
    await expect((await ground.dial(cameras)).request('OPTIONS')).rejects.toThrow('reset');
    expect((await (await ground.dial(ground.fresh())).request('OPTIONS')).status).toBe(200);
    expect(ground.simulator.stats().connections.refused).toBeGreaterThan(0);
  });

  it('refuse: a host closes its port and opens it again, connections live on', async () => {
    const before = await ground.playing('there');
    const closed = await fault({ fault: 'refuse', host: elsewhere });
    await expect(ground.dial('there')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await (await ground.dial(ground.fresh())).request('OPTIONS')).status).toBe(200);
    const seen = before.rtp().length;
    await before.until(() => before.rtp().length > seen);
    await closed.close();
    await ground.playing('there');
  });

  it('unreachable: dialling hears nothing, connections stand still; then both go on', async () => {
    const before = await ground.playing('cut-off');
    const cut = await fault({ fault: 'unreachable', host: away });
    await sleep(50);
    const seen = before.bytes;
    before.request('GET_PARAMETER').catch(() => undefined);
    const dialled = connect(Number(new URL(ground.simulator.url('cut-off')).port), away);
    await sleep(400);
    expect(dialled.connecting).toBe(true);
    expect(before.bytes).toBe(seen);
    await cut.close();
    // The kernel repeats its SYN after a second.
    await new Promise((resolve) => dialled.once('connect', resolve));
    dialled.destroy();
    await before.until(() => before.bytes > seen);
    expect(before.socket.readyState).toBe('open');
    expect(before.framingErrors).toBe(0);
  });

  it('reset: at once, after some playing, and as an orderly end', async () => {
    const [first, second, third] = [ground.fresh(), ground.fresh(), ground.fresh()];
    const wires = [await ground.playing(first), await ground.playing(second)];
    await fault({ fault: 'reset', cameras: first });
    expect(await wires[0]!.ended).toBe('reset');
    await fault({ fault: 'reset', cameras: [second], how: 'fin' });
    expect(await wires[1]!.ended).toBe('fin');
    await fault({ fault: 'reset', cameras: third, afterPlayingSeconds: 0.3 });
    expect(await (await ground.playing(third, 1)).ended).toBe('reset');
  });

  it('mute: accepts, answers nothing, goes on playing where it plays', async () => {
    const cameras = ground.fresh();
    const before = await ground.playing(cameras);
    const muted = await fault({ fault: 'mute', cameras });
    const wire = await ground.dial(cameras);
    const unheard = wire.request('OPTIONS').catch(() => 'ended');
    const seen = before.rtp().length;
    await before.until(() => before.rtp().length > seen + 10);
    expect(await Promise.race([unheard, 'nothing yet'])).toBe('nothing yet');
    expect(wire.socket.readyState).toBe('open');
    await muted.close();
    expect((await wire.request('OPTIONS')).status).toBe(200);
  });

  it('half-open: nothing comes, nothing is answered, the socket stays; the camera that returns resets it', async () => {
    const cameras = ground.fresh();
    const wire = await ground.playing(cameras);
    const gone = await fault({ fault: 'half-open', cameras });
    await sleep(50);
    const seen = wire.bytes;
    wire.request('GET_PARAMETER').catch(() => undefined);
    await sleep(300);
    expect(wire.bytes).toBe(seen);
    expect(ground.simulator.camera(cameras).picturesDropped).toBeGreaterThan(0);
    expect(wire.socket.readyState).toBe('open');
    await gone.close();
    expect(await wire.ended).toBe('reset');
  });

  it('answer, redirect, slow-answer', async () => {
    const [first, second, third] = [ground.fresh(), ground.fresh(), ground.fresh()];
    await fault({ fault: 'answer', status: 503, cameras: first, methods: ['SETUP'] });
    await expect((await ground.dial(first)).play()).rejects.toThrow('503');
    await fault({ fault: 'redirect', to: 'rtsp://10.1.1.1/{name}', cameras: second });
    const redirected = await (await ground.dial(second)).request('DESCRIBE');
    expect(redirected).toMatchObject({ status: 302, headers: { location: `rtsp://10.1.1.1/${second}` } });
    await fault({ fault: 'slow-answer', delayMs: 300, cameras: third });
    const slow = await ground.dial(third);
    const began = performance.now();
    const order: string[] = [];
    const ask = (method: string) => slow.request(method).then(() => order.push(method));
    await Promise.all([ask('DESCRIBE'), ask('OPTIONS')]);
    expect(performance.now() - began).toBeGreaterThan(290);
    expect(order).toEqual(['DESCRIBE', 'OPTIONS']);
  });

  it('wrong-password: 401 for ever, counted when credentials came', async () => {
    const cameras = ground.fresh();
    await fault({ fault: 'wrong-password', cameras });
    const url = ground.simulator.url(cameras).replace('://', '://admin:right@');
    expect((await probe(url, { seconds: 0.1 })).exitCode).not.toBe(0);
    expect(ground.simulator.camera(cameras).authenticationFailures).toBeGreaterThan(0);
  });

  it.each(['453', 'reset'] as const)('limit-sessions: an NVR of two, by %s', async (how) => {
    await fault({ fault: 'limit-sessions', sessions: 2, cameras: `${how}/*`, how });
    const first = await ground.playing(`${how}/1`);
    await ground.playing(`${how}/2`);
    await expect((await ground.dial(`${how}/3`)).play()).rejects.toThrow(how);
    await first.request('TEARDOWN');
    await ground.playing(`${how}/3`);
  });
});

describe.concurrent('faults of the road', () => {
  it('trickle: a few bytes a second', async () => {
    const cameras = ground.fresh();
    const wire = await ground.playing(cameras);
    await fault({ fault: 'trickle', cameras, bytesPerSecond: 20 });
    await sleep(100);
    const seen = wire.bytes;
    await sleep(1500);
    expect(wire.bytes - seen).toBeGreaterThan(10);
    expect(wire.bytes - seen).toBeLessThan(60);
  });

  it('bandwidth: no more than so much, whole pictures are left out, framing stays whole', async () => {
    const cameras = ground.fresh();
    await fault({ fault: 'bandwidth', cameras, kbitPerSecond: 64 });
    const wire = await ground.playing(cameras, 1);
    const [from, seen] = [performance.now(), wire.bytes];
    await sleep(2000);
    const kbit = ((wire.bytes - seen) * 8) / (performance.now() - from);
    expect(kbit).toBeGreaterThan(40);
    expect(kbit).toBeLessThan(80);
    expect(wire.framingErrors).toBe(0);
    expect(new Set(sequenceSteps(wire))).toEqual(new Set([1]));
  });

  it('jitter and bursts: late, in order, nothing lost', async () => {
    const [first, second] = [ground.fresh(), ground.fresh()];
    await fault({ fault: 'jitter', cameras: first, maxMs: 300 });
    await fault({ fault: 'bursts', cameras: second, periodMs: 500 });
    const [jittered, wire] = await Promise.all([ground.playing(first, 30), ground.playing(second)]);
    const pauses = () => {
      const arrivals = wire.packets.map(({ at }) => at);
      return arrivals.slice(1).filter((at, nth) => at - arrivals[nth]! > 250);
    };
    await wire.until(() => pauses().length > 2);
    expect(new Set([...sequenceSteps(jittered), ...sequenceSteps(wire)])).toEqual(new Set([1]));
  });
});

describe('faults as such', () => {
  it('hold for groups, patterns and hosts, and end by themselves or on command', async () => {
    const faultsOf = (camera: string) => ground.simulator.camera(camera).faults;
    await fault({ fault: 'no-marker', group: 'north', forSeconds: 0.3 });
    const silent = await fault({ fault: 'silent', cameras: ['?orth/2', 'none'] });
    expect([faultsOf('north/1'), faultsOf('north/2'), faultsOf('there')]).toEqual([
      ['no-marker'],
      ['no-marker', 'silent'],
      [],
    ]);
    expect(silent).toMatchObject({ cameras: 1, fault: { afterPlayingSeconds: 0 } });
    await sleep(500);
    expect([faultsOf('north/1'), faultsOf('north/2')]).toEqual([[], ['silent']]);
    await ground.simulator.endFault(silent.id);
    expect(faultsOf('north/2')).toEqual([]);
    await ground.simulator.endFault();
    expect(ground.simulator.faults()).toEqual([]);
  });

  it.each<[unknown, RegExp]>([
    [{ fault: 'nonsense' }, /'refuse' \| 'unreachable'/],
    [{ fault: 'loss' }, /fraction/],
    [{ fault: 'loss', fraction: 2 }, /fraction/],
    [{ fault: 'silent', color: 1 }, /color/],
    [{ fault: 'mute', cameras: [] }, /cameras/],
    [undefined, /fault/],
  ])('say what is wrong with %j', async (request, why) => {
    await expect(fault(request as FaultRequest)).rejects.toThrow(why);
  });

  it('are described one by one in docs/ref/simulate.md', async () => {
    const page = await readFile(new URL('../../../docs/ref/simulate.md', import.meta.url), 'utf8');
    const undocumented = faultRequest.options
      .map((option) => option.shape.fault.value)
      .filter((name) => !page.includes(`| \`${name}\` |`));
    expect(undocumented).toEqual([]);
  });

  it('may hold from the start, and a closed simulator leaves nothing behind', async () => {
    const faults = [{ fault: 'bandwidth', kbitPerSecond: 64 }] as const;
    const brief = await startSimulator({ cameras: [{ name: 'x', clip }], faults: [...faults] });
    const wire = await dialWire(brief.url('x'));
    await wire.play();
    expect(brief.camera('x').faults).toEqual(['bandwidth']);
    await brief.close();
    await wire.ended;
    const port = Number(new URL(brief.url('x')).port);
    const refused = await new Promise((resolve) => connect(port, '127.0.0.1').once('error', resolve));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
