import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Clock, createLog, systemClock } from '#base';
import type { AccessUnit } from '#ingest';
import { createHub } from '#live';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { type recipes, tinyClip } from '../../../test/support/index.ts';
import { createDecoderPool, type DecoderPoolOptions } from './decoder-pool.ts';
import { createStills, type StillsDeps } from './stills.ts';

const run = promisify(execFile);

/** Grey levels that differ on average between pixels and picture number `n`, in shown order, of a clip. */
async function differenceTo(clip: string, n: number, pixels: Buffer): Promise<number> {
  const args = ['-v', 'error', '-i', clip, '-vf', `select=eq(n\\,${n})`, '-frames:v', '1'];
  const { stdout } = await run('ffmpeg', [...args, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'], {
    encoding: 'buffer',
    maxBuffer: 1e8,
  });
  expect(pixels.length).toBe(stdout.length);
  return pixels.reduce((sum, pixel, i) => sum + Math.abs(pixel - stdout[i]!), 0) / pixels.length;
}

async function differenceToPixels(bytes: Buffer, pixels: Buffer): Promise<number> {
  const packed = await sharp(bytes).removeAlpha().raw().toBuffer();
  return packed.reduce((sum, pixel, i) => sum + Math.abs(pixel - pixels[i]!), 0) / pixels.length;
}

async function stillsOf(
  recipe: keyof typeof recipes,
  pictures: number,
  over: Partial<StillsDeps> & { pool?: DecoderPoolOptions } = {},
) {
  const clip = await tinyClip(recipe);
  const units = await accessUnitsOf(clip);
  const hub = createHub({ log: createLog({ level: 'silent' }) });
  for (const unit of units.slice(0, pictures)) hub.write('a', unit);
  const clock: Clock = {
    now: () => units[pictures - 1]!.capturedAt + 100,
    monotonicMs: systemClock.monotonicMs,
  };
  const decoders = createDecoderPool(over.pool);
  const stills = createStills({
    hub,
    streamOf: (camera) => (camera === 'nowhere' ? undefined : camera),
    decoders,
    clock,
    ...over,
  });
  return { clip, units, hub, stills, decoders };
}

const shownAs = (units: readonly AccessUnit[], unit: AccessUnit) =>
  units.filter((other) => other.pts90k < unit.pts90k).length;

describe('a still', () => {
  it.each(['plain', 'h265', 'bFrames', 'h265BFrames', 'larger'] as const)(
    'shows the newest keyframe of %s',
    async (recipe) => {
      const { clip, units, stills } = await stillsOf(recipe, 35);
      const still = (await stills.still('a'))!;
      const newest = units.slice(0, 35).findLast((unit) => unit.keyframe)!;
      const { width, height } = newest.format;
      expect(still).toMatchObject({ mediaType: 'image/jpeg', width, height, capturedAt: newest.capturedAt });
      expect(still.ageMs).toBeCloseTo(units[34]!.capturedAt + 100 - newest.capturedAt, 3);
      const { pixels } = (await stills.picture('a'))!;
      expect(await differenceTo(clip, shownAs(units, newest), pixels)).toBeLessThan(0.1);
      expect(await differenceToPixels(still.bytes, pixels)).toBeLessThan(8);
    },
  );

  it.each(['plain', 'bFrames', 'h265BFrames'] as const)(
    'shows the newest picture or any kept moment of %s',
    async (recipe) => {
      const { clip, units, stills } = await stillsOf(recipe, 50);
      const newest = units[49]!;
      const still = (await stills.picture('a', { moment: 'newest' }))!;
      expect(still.capturedAt).toBe(newest.capturedAt);
      expect(await differenceTo(clip, shownAs(units, newest), still.pixels)).toBeLessThan(0.1);
      const moment = units[40]!;
      const then = (await stills.picture('a', { moment: moment.capturedAt }))!;
      expect(then.capturedAt).toBeLessThanOrEqual(moment.capturedAt);
      const shown = units.find((unit) => unit.capturedAt === then.capturedAt)!;
      expect(await differenceTo(clip, shownAs(units, shown), then.pixels)).toBeLessThan(0.1);
    },
  );

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

  it('is decoded once for all who ask, and not again while it is the newest', async () => {
    const { stills, decoders, hub, units } = await stillsOf('plain', 5);
    const asked = await Promise.all([stills.still('a'), stills.still('a'), stills.still('a', { width: 80 })]);
    expect(asked.map((still) => still?.width)).toEqual([320, 320, 80]);
    await stills.still('a');
    expect(decoders.stats).toMatchObject({ decoded: 1, running: 0, waiting: 0 });
    hub.write('a', units[30]!);
    await stills.still('a');
    expect(decoders.stats.decoded).toBe(2);
  });

  it('says that it cannot be decoded', async () => {
    const { stills, hub, units, decoders } = await stillsOf('plain', 1);
    hub.write('b', {
      ...units[0]!,
      data: Buffer.concat([Buffer.from([0, 0, 3, 232]), Buffer.alloc(1000, 0x65)]),
    });
    await expect(stills.still('b')).rejects.toMatchObject({ code: 'PICTURE_UNDECODABLE', kind: 'transient' });
    expect(decoders.stats.failed).toBe(1);
    expect(await stills.still('a')).toBeDefined();
  });

  it('is refused at once when too many wait already', async () => {
    const { stills, hub, units, decoders } = await stillsOf('plain', 1, { pool: { decoders: 1, queue: 1 } });
    for (const camera of ['b', 'c']) hub.write(camera, units[0]!);
    const asked = await Promise.allSettled(['a', 'b', 'c'].map((camera) => stills.still(camera)));
    expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(asked[2]).toMatchObject({ reason: { code: 'DECODERS_BUSY', kind: 'transient' } });
    expect(decoders.stats).toMatchObject({ decoded: 2, refused: 1 });
  });

  it('says that ffmpeg is missing, or does not answer', async () => {
    const { stills } = await stillsOf('plain', 1, { pool: { ffmpeg: '/nowhere/ffmpeg' } });
    await expect(stills.still('a')).rejects.toMatchObject({ code: 'FFMPEG_MISSING', kind: 'config' });
    const { stills: slow } = await stillsOf('fourK', 30, { pool: { timeoutMs: 30 } });
    await expect(slow.still('a')).rejects.toMatchObject({ code: 'DECODER_TIMEOUT' });
  });
});
