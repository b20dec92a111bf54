import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, createLog, type Lifetime, systemClock } from '#base';
import type { AccessUnit } from '#ingest';
import { createHub } from '#live';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { type recipes, tinyClip } from '../../../test/support/index.ts';
import { createDarkroom, type Darkroom, type DarkroomOptions } from '../darkroom/darkroom.ts';
import { createStills, type StillsDeps } from './stills.ts';

const run = promisify(execFile);
const log = createLog({ level: 'silent' });
let shared: Darkroom;
beforeAll(() => {
  shared = createDarkroom({ clock: systemClock, log });
});
afterAll(() => shared.close());
const closing: Lifetime[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});

/** Grey levels that differ on average between a still and pictures of a clip, by their number in shown order. */
async function differencesTo(clip: string, numbers: readonly number[], bytes: Buffer): Promise<number[]> {
  const pixels = await sharp(bytes).removeAlpha().raw().toBuffer();
  const differences: number[] = [];
  for (const n of numbers) {
    const args = ['-v', 'error', '-i', clip, '-vf', `select=eq(n\\,${n})`, '-frames:v', '1'];
    const { stdout } = await run('ffmpeg', [...args, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'], {
      encoding: 'buffer',
      maxBuffer: 1e8,
    });
    differences.push(pixels.reduce((sum, pixel, i) => sum + Math.abs(pixel - stdout[i]!), 0) / pixels.length);
  }
  return differences;
}

/** A still is lossy: it must look like its picture, and more so than like the pictures around it. */
async function expectShows(clip: string, n: number, bytes: Buffer): Promise<void> {
  const [it, before, after] = await differencesTo(clip, [n, n - 1, n + 1], bytes);
  expect(it).toBeLessThan(8);
  expect(it).toBeLessThan(Math.min(before!, after!));
}

async function stillsOf(
  recipe: keyof typeof recipes,
  pictures: number,
  over: Partial<StillsDeps> & { options?: Partial<DarkroomOptions> } = {},
) {
  const clip = await tinyClip(recipe);
  const units = await accessUnitsOf(clip);
  const hub = createHub({ log });
  for (const unit of units.slice(0, pictures)) hub.write('a', unit);
  const clock: Clock = {
    now: () => units[pictures - 1]!.capturedAt + 100,
    monotonicMs: systemClock.monotonicMs,
  };
  const darkroom = over.options ? createDarkroom({ clock: systemClock, log, options: over.options }) : shared;
  if (darkroom !== shared) closing.push(darkroom);
  const stills = createStills({
    hub,
    streamOf: (camera) => (camera === 'nowhere' ? undefined : camera),
    darkroom,
    clock,
    ...over,
  });
  return { clip, units, hub, stills, darkroom };
}

const shownAs = (units: readonly AccessUnit[], unit: AccessUnit) =>
  units.filter((other) => other.pts90k < unit.pts90k).length;

describe('a still', () => {
  it.each(['plain', 'h265', 'bFrames'] as const)('shows the newest keyframe of %s', async (recipe) => {
    const { clip, units, stills } = await stillsOf(recipe, 35);
    const still = (await stills.still('a'))!;
    const newest = units.slice(0, 35).findLast((unit) => unit.keyframe)!;
    const { width, height } = newest.format;
    expect(still).toMatchObject({ mediaType: 'image/jpeg', width, height, capturedAt: newest.capturedAt });
    expect(still.ageMs).toBeCloseTo(units[34]!.capturedAt + 100 - newest.capturedAt, 3);
    await expectShows(clip, shownAs(units, newest), still.bytes);
  });

  it.each(['plain', 'h265BFrames'] as const)(
    'shows the newest picture or any kept moment of %s',
    async (recipe) => {
      const { clip, units, stills } = await stillsOf(recipe, 50);
      const newest = units[49]!;
      const still = (await stills.still('a', { moment: 'newest' }))!;
      expect(still.capturedAt).toBe(newest.capturedAt);
      await expectShows(clip, shownAs(units, newest), still.bytes);
      const moment = units[40]!;
      const then = (await stills.still('a', { moment: moment.capturedAt }))!;
      expect(then.capturedAt).toBeLessThanOrEqual(moment.capturedAt);
      const shown = units.find((unit) => unit.capturedAt === then.capturedAt)!;
      await expectShows(clip, shownAs(units, shown), then.bytes);
    },
  );

  it('can be drawn on', async () => {
    const { stills, units } = await stillsOf('plain', 35);
    const box = { left: 0.1, top: 0.1, right: 0.5, bottom: 0.5 };
    const told: number[] = [];
    const drawn = (await stills.annotated('a', {}, (capturedAt) => {
      told.push(capturedAt);
      return { boxes: [{ box, colour: '#f0f' }] };
    }))!;
    expect(told).toEqual([units[30]!.capturedAt]);
    const plain = (await stills.still('a'))!;
    expect(drawn).toMatchObject({ width: 320, height: 180, capturedAt: plain.capturedAt });
    const corner = { left: 30, top: 16, width: 4, height: 40 };
    const pixel = async (bytes: Buffer) =>
      (await sharp(bytes).extract(corner).stats()).channels.map(({ mean }) => mean);
    expect(await pixel(drawn.bytes)).not.toEqual(await pixel(plain.bytes));
    expect(await stills.annotated('nowhere', {}, () => ({}))).toBeUndefined();
  });

  it('comes in the size and format asked for, and never larger than the picture', async () => {
    const { stills } = await stillsOf('plain', 5);
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const still = (await stills.still('a', { width: 160, format }))!;
      expect(still).toMatchObject({ width: 160, height: 90, mediaType: `image/${format}` });
      expect(await sharp(still.bytes).metadata()).toMatchObject({
        format: format === 'avif' ? 'heif' : format,
        width: 160,
      });
    }
    expect(await stills.still('a', { width: 5000 })).toMatchObject({ width: 320, height: 180 });
  });

  it('is not there before the first picture, for no camera, for a moment that is gone, or when it is old', async () => {
    const { stills, units } = await stillsOf('plain', 40);
    expect(await stills.still('b')).toBeUndefined();
    expect(await stills.still('nowhere')).toBeUndefined();
    expect(await stills.still('a', { moment: units[3]!.capturedAt })).toBeUndefined();
    const late: Clock = { now: () => units[39]!.capturedAt + 31_000, monotonicMs: systemClock.monotonicMs };
    const { stills: later } = await stillsOf('plain', 40, { clock: late });
    expect(await later.still('a')).toBeUndefined();
    expect((await later.still('a', { moment: units[35]!.capturedAt }))?.ageMs).toBeGreaterThan(31_000);
  });

  it('is made once for all who ask, and not again while it is the newest', async () => {
    const { stills, darkroom, hub, units } = await stillsOf('plain', 5);
    const before = darkroom.stats.decoded;
    const asked = await Promise.all([stills.still('a'), stills.still('a'), stills.still('a', { width: 80 })]);
    expect(asked.map((still) => still?.width)).toEqual([320, 320, 80]);
    await stills.still('a');
    expect(darkroom.stats).toMatchObject({ decoded: before + 2, running: 0, waiting: 0 });
    hub.write('a', units[30]!);
    await stills.still('a');
    expect(darkroom.stats.decoded).toBe(before + 3);
  });

  it('says that it cannot be decoded', async () => {
    const { stills, hub, units, darkroom } = await stillsOf('plain', 1);
    const before = darkroom.stats.failed;
    const broken = Buffer.concat([Buffer.from([0, 0, 3, 232]), Buffer.alloc(1000, 0x65)]);
    hub.write('b', { ...units[0]!, data: broken });
    await expect(stills.still('b')).rejects.toMatchObject({ code: 'PICTURE_UNDECODABLE', kind: 'transient' });
    expect(darkroom.stats.failed).toBe(before + 1);
    expect(await stills.still('a')).toBeDefined();
  });

  it('is refused at once when too many wait already', async () => {
    const options = { developing: 1, waiting: 1 };
    const { stills, hub, units, darkroom } = await stillsOf('plain', 1, { options });
    for (const camera of ['b', 'c']) hub.write(camera, units[0]!);
    const asked = await Promise.allSettled(['a', 'b', 'c'].map((camera) => stills.still(camera)));
    expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(asked[2]).toMatchObject({ reason: { code: 'DECODERS_BUSY', kind: 'transient' } });
    expect(darkroom.stats).toMatchObject({ decoded: 2, refused: 1 });
  });

  it('says that ffmpeg is missing', async () => {
    const { stills } = await stillsOf('plain', 1, { options: { ffmpeg: '/nowhere/ffmpeg' } });
    await expect(stills.still('a')).rejects.toMatchObject({ code: 'FFMPEG_MISSING', kind: 'config' });
  });
});
