/** What Chromium makes of the wall's messages: pictures must move on the screen, whatever the camera does. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, systemClock } from '#base';
import type { AccessUnit } from '#ingest';
import { createHub, type Hub } from '#live';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { type ClipRecipe, type recipes, tinyClip } from '../../../test/support/index.ts';
import { type ServedWall, serveWall } from '../../../test/support/wall.ts';
import { createClip } from '../mp4/clip.ts';
import { createWall } from './wall.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** A browser on a busy machine paints as many pictures as it can: that they move and end with the newest is what counts. */
const SOME = 5;
const log = createLog({ level: 'silent' });

/** A tile as simple as can be: appends what comes, and jumps to the newest stretch when it stands before a gap. */
const TILE = `
async function show(url, channel, camera, tier) {
  const video = document.body.appendChild(document.createElement('video'));
  video.muted = true;
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true }));
  const tile = { video, errors: [], formats: [], captured: new Map(), frames: 0 };
  const queue = [];
  let buffer;
  const next = () => {
    if (!buffer || buffer.updating || queue.length === 0) return;
    const item = queue.shift();
    if (item.mime) { buffer.changeType(item.mime); next(); } else buffer.appendBuffer(item);
  };
  const follow = () => {
    const { buffered } = video;
    if (buffered.length === 0) return;
    const last = buffered.length - 1;
    const behind = video.currentTime < buffered.start(last) || video.currentTime > buffered.end(last);
    if (behind) video.currentTime = Math.max(buffered.start(last), buffered.end(last) - 1);
    if (video.paused) video.play();
  };
  video.addEventListener('error', () => tile.errors.push(video.error.message));
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    socket.send(JSON.stringify({ type: 'accepts', codecs: ['h264', 'h265'] }));
    socket.send(JSON.stringify({ type: 'watch', channel, camera, tier }));
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') {
      const message = JSON.parse(data);
      if (message.type === 'error') tile.errors.push(message.code);
      if (message.type !== 'format') return;
      tile.formats.push(message);
      if (buffer) queue.push({ mime: message.mime });
      else {
        buffer = source.addSourceBuffer(message.mime);
        buffer.addEventListener('updateend', () => { follow(); next(); });
        buffer.addEventListener('error', () => tile.errors.push('append'));
      }
    } else {
      const frame = readWallFrame(data);
      if (frame.kind === 'fragment') {
        tile.newest = presentationSeconds(frame);
        tile.captured.set(Math.round(tile.newest * 1000), frame.capturedAt);
      }
      queue.push(frame.mp4);
    }
    next();
  };
  const painted = (now, { mediaTime }) => {
    tile.frames++;
    tile.mediaTime = mediaTime;
    tile.ageKnown = tile.captured.has(Math.round(mediaTime * 1000));
    video.requestVideoFrameCallback(painted);
  };
  video.requestVideoFrameCallback(painted);
  window.tiles = { ...window.tiles, [camera]: tile };
}`;

let browser: Browser;
let page: Page;
let hub: Hub;
let served: ServedWall;

describe.skipIf(!existsSync(executablePath)).concurrent('Chromium', () => {
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    });
    hub = createHub({ log });
    const wall = createWall({
      hub,
      sources: { streams: (id) => [{ id, name: 'main' }], want: () => ({ close() {} }) },
      watchState: () => ({ close() {} }),
      transcoder: undefined,
      clock: systemClock,
      log,
    });
    served = await serveWall(wall);
    page = await browser.newPage();
    const frames = stripTypeScriptTypes(await readFile(new URL('../wall-frame.ts', import.meta.url), 'utf8'));
    await page.addScriptTag({ content: frames.replaceAll(/^export /gm, '') + TILE });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  /** A camera that the browser already watches. */
  async function camera(name: string, tier: 'full' | 'keyframes' = 'full') {
    const args = [served.url, 1, name, tier].map((each) => JSON.stringify(each));
    await page.evaluate(`show(${args})`);
    const tile = (expression: string) => page.evaluate(`tiles[${JSON.stringify(name)}].${expression}`);
    /** Writes pictures into the hub at their own pace, as they would come from a camera; how many were painted meanwhile. */
    const feed = async (units: readonly AccessUnit[]): Promise<number> => {
      const before = (await tile('frames')) as number;
      const began = performance.now();
      for (const unit of units) {
        const wait = began + (unit.receivedAt - units[0]!.receivedAt) - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        hub.write(name, unit);
      }
      return ((await tile('frames')) as number) - before;
    };
    /** Whatever happened on the way, the newest picture must come to be seen. */
    const showsNewest = () =>
      page.waitForFunction(
        `tiles[${JSON.stringify(name)}].mediaTime > tiles[${JSON.stringify(name)}].newest - 0.1`,
        {
          timeout: 10_000,
        },
      );
    return { tile, feed, showsNewest };
  }

  const unitsOf = async (recipe: ClipRecipe | keyof typeof recipes, after?: AccessUnit) =>
    accessUnitsOf(
      await tinyClip(recipe),
      after && { startAt: after.capturedAt + 1000 / 15, firstSequence: after.sequence + 1 },
    );

  it.each(['plain', 'bFrames', 'fps5', 'fps30'] as const)(
    'plays %s, and knows the age of what it shows',
    async (recipe) => {
      const { tile, feed, showsNewest } = await camera(recipe);
      const units = await unitsOf(recipe);
      expect(await feed(units)).toBeGreaterThan(SOME);
      await showsNewest();
      expect(await tile('errors')).toEqual([]);
      expect(await tile('ageKnown')).toBe(true);
      expect(await tile('video.buffered.length')).toBe(1);
    },
  );

  it('plays H.265 where it can', async () => {
    const { feed } = await camera('h265');
    const units = await unitsOf('h265');
    const mime = `video/mp4; codecs="${units[0]!.format.mimeCodec}"`;
    const supported = await page.evaluate(`MediaSource.isTypeSupported(${JSON.stringify(mime)})`);
    process.stderr.write(`Chromium ${browser.version()} ${supported ? 'plays' : 'does not play'} ${mime}\n`);
    if (supported) expect(await feed(units)).toBeGreaterThan(SOME);
  });

  it('goes on over a change of size in mid-stream', async () => {
    const { tile, feed, showsNewest } = await camera('resized');
    const small = await unitsOf('plain');
    await feed(small);
    expect(await feed(await unitsOf('larger', small.at(-1)))).toBeGreaterThan(SOME);
    await showsNewest();
    expect(await tile('errors')).toEqual([]);
    expect([await tile('video.videoWidth'), await tile('video.videoHeight')]).toEqual([640, 360]);
  });

  it('goes on after a reconnection, timestamps beginning anew', async () => {
    const { tile, feed, showsNewest } = await camera('reconnected');
    const first = await unitsOf('plain');
    await feed(first.slice(0, 40));
    expect(await feed(await unitsOf('plain', first[45]))).toBeGreaterThan(SOME);
    await showsNewest();
    expect(await tile('errors')).toEqual([]);
  });

  it('does not wait for the next keyframe when the camera becomes slower', async () => {
    const { tile, feed, showsNewest } = await camera('slower');
    const units = await unitsOf({ keyframeSeconds: 100, seconds: 6 });
    await feed(units.slice(0, 30));
    // From 15 pictures a second to 5, within one group of pictures.
    const slower = units.slice(30, 42).map((unit, i) => {
      const ms = units[29]!.receivedAt + (i + 1) * 200;
      const ticks = units[29]!.dts90k + (i + 1) * 18_000;
      return { ...unit, receivedAt: ms, capturedAt: ms, dts90k: ticks, pts90k: ticks };
    });
    await feed(slower);
    await showsNewest();
    expect(await tile('errors')).toEqual([]);
  });

  it('shows keyframes alone, one after the other', async () => {
    const { tile, feed } = await camera('keyframes', 'keyframes');
    expect(await feed(await unitsOf({ keyframeSeconds: 1, seconds: 6 }))).toBeGreaterThanOrEqual(3);
    expect(await tile('errors')).toEqual([]);
  });

  it.each(['plain', 'bFrames'] as const)('plays a clip of evidence of %s and seeks in it', async (recipe) => {
    const clip = createClip(await unitsOf(recipe))!;
    const url = `data:video/mp4;base64,${Buffer.concat(clip.parts).toString('base64')}`;
    const seen = await page.evaluate(`(async () => {
      const video = document.createElement('video');
      const once = (event) => new Promise((resolve, reject) => {
        video.addEventListener(event, resolve, { once: true });
        video.addEventListener('error', () => reject(new Error(video.error.message)), { once: true });
      });
      video.src = ${JSON.stringify(url)};
      await once('loadeddata');
      video.currentTime = 3;
      await once('seeked');
      return { duration: video.duration, width: video.videoWidth, at: video.currentTime };
    })()`);
    expect(seen).toEqual({ duration: expect.closeTo(clip.durationSeconds, 2), width: 320, at: 3 });
  });
});
