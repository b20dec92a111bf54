import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog, systemClock } from '#base';
import type { CameraStateChange } from '#camera';
import type { AccessUnit } from '#ingest';
import { createHub } from '#live';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { play, tinyClip } from '../../../test/support/index.ts';
import { connectWall, serveWall, type WallClient } from '../../../test/support/wall.ts';
import { createDarkroom } from '../darkroom/darkroom.ts';
import { createTranscoder } from '../transcode/transcoder.ts';
import { presentationSeconds } from '../wall-frame.ts';
import type { WallDeps, WallStream, WallTranscoder } from './port.ts';
import { createWall } from './wall.ts';

let plain: AccessUnit[];
let h265: AccessUnit[];
let larger: AccessUnit[];
beforeAll(async () => {
  plain = await accessUnitsOf(await tinyClip());
  h265 = await accessUnitsOf(await tinyClip('h265'));
  larger = await accessUnitsOf(await tinyClip('larger'), {
    firstSequence: 60,
    startAt: plain[0]!.capturedAt + 4000,
  });
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function wallWith(over: Partial<WallDeps> & { maySee?: (camera: string) => boolean } = {}) {
  const hub = over.hub ?? createHub({ log: createLog({ level: 'silent' }) });
  const wanted: string[] = [];
  const tellers = new Map<string, (change: CameraStateChange) => void>();
  const streams = new Map<string, WallStream[]>([
    ['a', [{ id: 'a', name: 'main' }]],
    [
      'b',
      [
        { id: 'b', name: 'sub' },
        { id: 'b/main', name: 'main' },
      ],
    ],
  ]);
  for (let i = 0; i < 200; i++) streams.set(`c${i}`, [{ id: `c${i}`, name: 'main' }]);
  const wall = createWall({
    hub,
    sources: {
      streams: (camera) => streams.get(camera),
      want(stream) {
        wanted.push(stream);
        return { close: () => void wanted.splice(wanted.indexOf(stream), 1) };
      },
    },
    watchState(camera, tell) {
      tellers.set(camera, tell);
      tell({ camera, state: 'live', since: 1, reason: 'pictures arrive' });
      return { close: () => void tellers.delete(camera) };
    },
    transcoder: undefined,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    ...over,
  });
  const served = await serveWall(wall, over.maySee);
  closing.push(() => served.close());
  const connect = async (): Promise<WallClient> => {
    const client = await connectWall(served.url);
    closing.push(() => client.socket.terminate());
    return client;
  };
  return { hub, wall, wanted, tellers, streams, connect };
}

const settled = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 5 });
const sequences = (client: WallClient, channel?: number) =>
  client.fragments(channel).map((frame) => frame.sequence);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('the wall', () => {
  it('starts with the cached group, then sends each picture as it comes, as a file that decodes', async () => {
    const { hub, connect } = await wallWith();
    for (const unit of plain.slice(0, 40)) hub.write('a', unit);
    const client = await connect();
    client.send({ type: 'watch', channel: 7, camera: 'a', tier: 'full' });
    await settled(() => expect(sequences(client)).toEqual(range(30, 40)));
    for (const unit of plain.slice(40)) hub.write('a', unit);
    await settled(() => expect(sequences(client)).toEqual(range(30, 60)));
    expect(client.all.map((each) => ('type' in each ? each.type : each.kind)).slice(0, 4)).toEqual([
      'state',
      'format',
      'init',
      'fragment',
    ]);
    expect(client.of('format')).toEqual([
      {
        type: 'format',
        channel: 7,
        camera: 'a',
        mime: `video/mp4; codecs="${plain[0]!.format.mimeCodec}"`,
        width: 320,
        height: 180,
        transcoded: false,
      },
    ]);
    const [first] = client.fragments(7);
    expect(first).toMatchObject({ keyframe: true, capturedAt: plain[30]!.capturedAt });
    expect(presentationSeconds(first!)).toBeCloseTo(plain[30]!.capturedAt / 1000, 3);
    const folder = await mkdtemp(join(tmpdir(), 'ngatu-wall-'));
    closing.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'wall.mp4'), client.file(7));
    expect(await play(join(folder, 'wall.mp4'), 60)).toEqual({ pictures: 30, complaints: [], exitCode: 0 });
  });

  it('sends only keyframes in their tier, each lasting until the next', async () => {
    const { hub, connect } = await wallWith();
    for (const unit of plain.slice(0, 5)) hub.write('a', unit);
    const client = await connect();
    client.send({ type: 'watch', channel: 1, camera: 'a', tier: 'keyframes' });
    await settled(() => expect(sequences(client)).toEqual([0]));
    for (const unit of plain.slice(5)) hub.write('a', unit);
    await settled(() => expect(sequences(client)).toEqual([0, 30]));
    const durations = client.fragments().map((frame) => Buffer.from(frame.mp4).readUInt32BE(88));
    expect(durations).toEqual([180_000, 180_000]);
  });

  it('changes the tier both ways without a gap and without saying anything twice', async () => {
    const { hub, connect } = await wallWith();
    for (const unit of plain.slice(0, 10)) hub.write('a', unit);
    const client = await connect();
    client.send({ type: 'watch', channel: 1, camera: 'a', tier: 'keyframes' });
    await settled(() => expect(sequences(client)).toEqual([0]));
    client.send({ type: 'watch', channel: 1, camera: 'a', tier: 'full' });
    await settled(() => expect(sequences(client)).toEqual(range(0, 10)));
    hub.write('a', plain[10]!);
    await settled(() => expect(sequences(client)).toEqual(range(0, 11)));
    client.send({ type: 'watch', channel: 1, camera: 'a', tier: 'keyframes' });
    await settled(() => expect(hub.stats().readers).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const unit of plain.slice(11)) hub.write('a', unit);
    await settled(() => expect(sequences(client)).toEqual([...range(0, 11), 30]));
    expect(client.of('format')).toHaveLength(1);
    expect(client.of('dropped')).toEqual([]);
  });

  it('keeps showing one stream until the other has a picture', async () => {
    const { hub, connect, wanted } = await wallWith();
    hub.write('b', plain[0]!);
    const client = await connect();
    client.send({ type: 'watch', channel: 1, camera: 'b', tier: 'full' });
    await settled(() => expect(sequences(client)).toEqual([0]));
    client.send({ type: 'watch', channel: 1, camera: 'b', tier: 'full', stream: 'main' });
    await settled(() => expect(wanted).toEqual(['b', 'b/main']));
    hub.write('b', plain[1]!);
    await settled(() => expect(sequences(client)).toEqual([0, 1]));
    hub.write('b/main', larger[0]!);
    hub.write('b', plain[2]!);
    await settled(() => expect(sequences(client)).toEqual([0, 1, 60]));
    expect(wanted).toEqual(['b/main']);
    expect(client.of('format').map((format) => format.width)).toEqual([320, 640]);
  });

  it('announces another format in mid-stream before its init segment', async () => {
    const { hub, connect } = await wallWith();
    const client = await connect();
    client.send({ type: 'watch', channel: 1, camera: 'a', tier: 'full' });
    await settled(() => expect(hub.stats().readers).toBe(1));
    for (const unit of plain) hub.write('a', unit);
    await settled(() => expect(client.fragments()).toHaveLength(60));
    for (const unit of larger.slice(0, 20)) hub.write('a', unit);
    await settled(() => expect(client.fragments()).toHaveLength(80));
    const kinds = client.all.map((each) => ('type' in each ? each.type : each.kind));
    expect(kinds.filter((kind) => kind !== 'fragment')).toEqual([
      'state',
      'format',
      'init',
      'format',
      'init',
    ]);
    expect(client.of('format').map(({ width, height }) => [width, height])).toEqual([
      [320, 180],
      [640, 360],
    ]);
  });

  it('tells the state at once and on each change, until it is unwatched', async () => {
    const { hub, connect, tellers, wanted } = await wallWith();
    const client = await connect();
    client.send({ type: 'watch', channel: 3, camera: 'a', tier: 'full' });
    await settled(() => expect(client.of('state')).toMatchObject([{ channel: 3, state: 'live' }]));
    tellers.get('a')!({ camera: 'a', state: 'silent', since: 2, reason: 'no packet for 10 s' });
    await settled(() => expect(client.of('state')[1]).toMatchObject({ state: 'silent', since: 2 }));
    client.send({ type: 'unwatch', channel: 3 });
    await settled(() => expect([tellers.size, wanted.length, hub.stats().readers]).toEqual([0, 0, 0]));
  });

  it('lets everything go when the viewer leaves', async () => {
    const { hub, wall, connect, tellers, wanted } = await wallWith();
    const client = await connect();
    for (const channel of range(0, 20))
      client.send({ type: 'watch', channel, camera: `c${channel}`, tier: 'full' });
    await settled(() => expect(wanted).toHaveLength(20));
    expect(wall.stats()).toMatchObject({ viewers: 1, channels: 20 });
    client.socket.close();
    await settled(() => expect([tellers.size, wanted.length, hub.stats().readers]).toEqual([0, 0, 0]));
    expect(wall.stats()).toMatchObject({ viewers: 0, channels: 0 });
  });

  it('survives what it does not understand and answers by name', async () => {
    const { connect } = await wallWith({ maySee: (camera) => camera !== 'b' });
    const client = await connect();
    client.socket.send('{');
    client.socket.send(Buffer.from([1, 2, 3]));
    client.socket.send(JSON.stringify({ type: 'watch', channel: 70_000, camera: 'a', tier: 'full' }));
    client.socket.send(JSON.stringify({ type: 'watch', channel: 4, camera: 'a', tier: 'fast' }));
    client.send({ type: 'watch', channel: 5, camera: 'nowhere', tier: 'full' });
    client.send({ type: 'watch', channel: 6, camera: 'b', tier: 'full' });
    client.send({ type: 'watch', channel: 7, camera: 'a', tier: 'full' });
    await settled(() => expect(client.of('state')).toHaveLength(1));
    expect(client.of('error').map(({ code, channel }) => [code, channel])).toEqual([
      ['BAD_MESSAGE', undefined],
      ['BAD_MESSAGE', undefined],
      ['BAD_MESSAGE', undefined],
      ['BAD_MESSAGE', 4],
      ['UNKNOWN_CAMERA', 5],
      ['NOT_ALLOWED', 6],
    ]);
  });

  it('bounds channels and the rate of requests', async () => {
    const { connect, wall } = await wallWith();
    const client = await connect();
    for (const channel of range(0, 130))
      client.send({ type: 'watch', channel, camera: `c${channel}`, tier: 'full' });
    await settled(() =>
      expect(client.of('error').map(({ code }) => code)).toEqual(['TOO_MANY_CHANNELS', 'TOO_MANY_CHANNELS']),
    );
    expect(wall.stats().channels).toBe(128);
    for (let i = 0; i < 1000; i++) client.send({ type: 'unwatch', channel: 1000 });
    await settled(() =>
      expect(client.of('error').some(({ code }) => code === 'TOO_MANY_MESSAGES')).toBe(true),
    );
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('takes a camera away from whoever may no longer see it', async () => {
    let allowed = true;
    const { connect, wall } = await wallWith({ maySee: () => allowed });
    const client = await connect();
    client.send({ type: 'watch', channel: 1, camera: 'a', tier: 'full' });
    await settled(() => expect(wall.stats().channels).toBe(1));
    allowed = false;
    await settled(() => expect(client.of('error')).toMatchObject([{ code: 'NOT_ALLOWED', channel: 1 }]));
    expect(wall.stats().channels).toBe(0);
  });
});

describe('a stream the browser may not play', () => {
  it('is sent once the browser has said that it does', async () => {
    const { hub, connect } = await wallWith();
    for (const unit of h265.slice(0, 3)) hub.write('a', unit);
    const client = await connect();
    client.send({ type: 'accepts', codecs: ['avc1.640028', 'hvc1.1.6.L93.90'] });
    client.send({ type: 'watch', channel: 1, camera: 'a', tier: 'full' });
    await settled(() => expect(sequences(client)).toEqual([0, 1, 2]));
    expect(client.of('format')[0]!.mime).toMatch(/codecs="hvc1\./);
  });

  it('is sent as it is to a program that says nothing', async () => {
    const { hub, connect } = await wallWith();
    hub.write('a', h265[0]!);
    const client = await connect();
    client.send({ type: 'watch', channel: 1, camera: 'a', tier: 'full' });
    await settled(() => expect(client.of('format')[0]!.mime).toMatch(/codecs="hvc1\./));
  });

  it('gives way to the camera’s other stream', async () => {
    const { hub, connect, wanted } = await wallWith();
    hub.write('b', h265[0]!);
    const client = await connect();
    client.send({ type: 'accepts', codecs: ['h264'] });
    client.send({ type: 'watch', channel: 1, camera: 'b', tier: 'full' });
    await settled(() => expect(wanted).toEqual(['b/main']));
    hub.write('b/main', larger[0]!);
    await settled(() => expect(client.of('format')).toMatchObject([{ width: 640 }]));
  });

  it('also when that only shows with its first picture', async () => {
    const { hub, connect, wanted } = await wallWith();
    const client = await connect();
    client.send({ type: 'accepts', codecs: ['h264'] });
    client.send({ type: 'watch', channel: 1, camera: 'b', tier: 'full' });
    await settled(() => expect(wanted).toEqual(['b']));
    hub.write('b', h265[0]!);
    hub.write('b', h265[1]!);
    await settled(() => expect(wanted).toEqual(['b/main']));
  });

  it('is refused by name where nothing is encoded anew', async () => {
    const { hub, connect, wanted } = await wallWith();
    hub.write('a', h265[0]!);
    const client = await connect();
    client.send({ type: 'accepts', codecs: ['h264'] });
    client.send({ type: 'watch', channel: 9, camera: 'a', tier: 'full' });
    await settled(() => expect(client.of('error')).toMatchObject([{ code: 'CODEC_REFUSED', channel: 9 }]));
    expect(wanted).toEqual([]);
  });

  it('is encoded anew when no other stream shows a picture in time, and refused when too many are', async () => {
    let open = 0;
    const transcoder: WallTranscoder = {
      open: (source) =>
        open > 0 ? 'full' : { stream: `${source}/h264`, close: () => void open--, opened: open++ },
    };
    const { hub, connect } = await wallWith({ transcoder, limits: { streamWaitMs: 100 } });
    hub.write('b', h265[0]!);
    hub.write('a', h265[0]!);
    const client = await connect();
    client.send({ type: 'accepts', codecs: ['h264'] });
    client.send({ type: 'watch', channel: 1, camera: 'b', tier: 'full' });
    await settled(() => expect(hub.stats().readers).toBe(1));
    hub.write('b/h264', plain[0]!);
    await settled(() => expect(client.of('format')).toMatchObject([{ transcoded: true }]));
    client.send({ type: 'watch', channel: 2, camera: 'a', tier: 'full' });
    await settled(() => expect(client.of('error')).toMatchObject([{ code: 'TRANSCODES_FULL', channel: 2 }]));
    client.send({ type: 'unwatch', channel: 1 });
    await settled(() => expect(open).toBe(0));
  });

  it('comes as H.264 that decodes, encoded anew by ffmpeg, when the camera has nothing else', async () => {
    const hub = createHub({ log: createLog({ level: 'silent' }) });
    const log = createLog({ level: 'silent' });
    const darkroom = createDarkroom({ clock: systemClock, log });
    closing.push(() => darkroom.close());
    const transcoder = createTranscoder({ hub, darkroom, clock: systemClock, log });
    closing.push(() => transcoder.close());
    const { connect } = await wallWith({ transcoder, hub });
    for (const unit of h265.slice(0, 10)) hub.write('a', unit);
    const client = await connect();
    client.send({ type: 'accepts', codecs: ['h264'] });
    client.send({ type: 'watch', channel: 1, camera: 'a', tier: 'full' });
    await settled(() => expect(transcoder.stats.running).toBe(1));
    for (const unit of h265.slice(10)) hub.write('a', unit);
    await settled(() => expect(client.fragments(1).length).toBeGreaterThan(40));
    expect(client.of('format')).toMatchObject([{ transcoded: true, width: 320 }]);
    expect(client.of('format')[0]!.mime).toMatch(/codecs="avc1\./);
    const [first] = client.fragments(1);
    expect(first).toMatchObject({ keyframe: true, capturedAt: h265[0]!.capturedAt });
    const folder = await mkdtemp(join(tmpdir(), 'ngatu-wall-'));
    closing.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'anew.mp4'), client.file(1));
    expect((await play(join(folder, 'anew.mp4'), 60)).complaints).toEqual([]);
    client.send({ type: 'unwatch', channel: 1 });
    await settled(() => expect(transcoder.stats.running).toBe(0));
  });
});
