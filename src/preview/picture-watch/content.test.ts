import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { tinyClip } from '../../../test/support/index.ts';
import { blockDifference, measureContent, type PictureContent } from '../darkroom/content.ts';
import { decodeThumbnails } from '../darkroom/thumbnails.ts';
import { PictureJudge } from './judge.ts';
import { sunElevationDegrees } from './sun.ts';

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ngatu-content-'));
  await writeFile(join(folder, 'scene.yuv'), scene());
});
afterAll(() => rm(folder, { recursive: true }));

/** Patches of all sizes, as the world has them: 640×360, YUV 4:2:0. */
function scene(): Buffer {
  const luma = new Float32Array(640 * 360).fill(120);
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  for (const size of [128, 64, 32, 16, 8, 4, 2]) {
    const levels = Array.from({ length: 400 * 400 }, () => random() * 12 * Math.sqrt(size));
    for (let i = 0; i < luma.length; i++)
      luma[i]! += levels[Math.floor(Math.floor(i / 640) / size) * 400 + Math.floor((i % 640) / size)]!;
  }
  return Buffer.concat([Buffer.from(Uint8ClampedArray.from(luma)), Buffer.alloc(640 * 180, 128)]);
}

/** Content of the scene after a filter. */
async function content(filter: string): Promise<PictureContent> {
  const source = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', '640x360', '-i', join(folder, 'scene.yuv')];
  const scaled = [
    '-vf',
    `${filter},scale=320:180:flags=area`,
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gray',
    'pipe:1',
  ];
  const { stdout } = await run('ffmpeg', ['-v', 'error', ...source, ...scaled], { encoding: 'buffer' });
  return measureContent({ width: 320, height: 180, pixels: stdout });
}

const minute = 60_000;
const notWidespread = () => false;
/** Looks at one picture again and again; the fault that is told in the end. */
function judged(judge: PictureJudge, seen: PictureContent, minutes: number, over: object = {}, from = 0) {
  for (let at = 0; at <= minutes; at++)
    judge.look({ content: seen, at: from + at * minute, night: false, widespread: notWidespread, ...over });
  return judge.fault;
}

/** The same picture with a car in it, so that it is not frozen. */
const moving = (seen: PictureContent, nth: number): PictureContent => ({
  ...seen,
  blocks: seen.blocks.map((level, i) => (i === nth % seen.blocks.length ? level + 40 : level)),
});
function judgedMoving(judge: PictureJudge, seen: PictureContent, minutes: number, over: object = {}) {
  for (let at = 0; at <= minutes; at++)
    judge.look({
      content: moving(seen, at),
      at: at * minute,
      night: false,
      widespread: notWidespread,
      ...over,
    });
  return judge.fault;
}

describe('a picture by itself', () => {
  it.each([
    ['as it is', 'null', undefined],
    ['in fog', 'lutyuv=y=val*0.35+110', undefined],
    ['at dusk', 'lutyuv=y=val*0.25', undefined],
    ['out of focus', 'gblur=sigma=9', 'blurred'],
    ['covered', 'geq=lum=110:cb=128:cr=128,noise=alls=3:allf=t', 'blinded'],
    ['overexposed', 'lutyuv=y=clip(val*3+120\\,0\\,235)', 'blinded'],
    ['black with noise', 'geq=lum=16:cb=128:cr=128,noise=alls=3:allf=t', 'black'],
  ] as const)('%s is judged rightly', async (_, filter, fault) => {
    expect(judgedMoving(new PictureJudge(), await content(filter), 30)).toBe(fault);
  });

  it('is compared with what the camera usually shows', async () => {
    const judge = new PictureJudge();
    judgedMoving(judge, await content('null'), 10);
    expect(judgedMoving(judge, await content('gblur=sigma=3'), 30)).toBe('blurred');
    expect(judgedMoving(judge, await content('null'), 3)).toBeUndefined();
  });
});

describe('a picture over time', () => {
  it('that stands still is frozen by day, and by night only after an hour', async () => {
    const seen = await content('null');
    expect(judged(new PictureJudge(), seen, 2)).toBeUndefined();
    expect(judged(new PictureJudge(), seen, 10)).toBe('frozen');
    expect(judged(new PictureJudge(), seen, 50, { night: true })).toBeUndefined();
    expect(judged(new PictureJudge(), seen, 70, { night: true })).toBe('frozen');
    expect(judged(new PictureJudge(), seen, 50, { night: undefined })).toBeUndefined();
  });

  it('is not frozen while a single car passes', async () => {
    expect(judgedMoving(new PictureJudge(), await content('null'), 30)).toBeUndefined();
  });

  it('needs more than a moment to be blamed, and more than one good look to be cleared', async () => {
    const judge = new PictureJudge();
    const black = await content('geq=lum=16:cb=128:cr=128');
    const good = await content('null');
    const look = (seen: PictureContent, at: number) =>
      judge.look({ content: seen, at, night: false, widespread: notWidespread });
    expect(look(black, 0)).toMatchObject({ fault: undefined, lookAgainMs: 20_000 });
    expect(look(good, 20_000).fault).toBeUndefined();
    for (const at of [40_000, 60_000]) expect(look(black, at).fault).toBeUndefined();
    expect(look(black, 80_000).fault).toBe('black');
    expect(look(good, 100_000)).toMatchObject({ fault: 'black', lookAgainMs: 20_000 });
    expect(look(moving(good, 1), 120_000).fault).toBeUndefined();
  });

  it('that is black by night is no fault where it never was lit by night', async () => {
    const black = await content('geq=lum=16:cb=128:cr=128,noise=alls=2:allf=t');
    const night = { night: true };
    expect(judgedMoving(new PictureJudge(), black, 30, night)).toBeUndefined();
    const judge = new PictureJudge();
    judgedMoving(judge, await content('lutyuv=y=val*0.6'), 3, night);
    expect(judgedMoving(judge, black, 30, night)).toBe('black');
  });

  it('is not blamed for what many cameras show', async () => {
    const fogged = await content('gblur=sigma=9');
    const widespread = (fault: string) => fault === 'blurred';
    expect(judgedMoving(new PictureJudge(), fogged, 60, { widespread })).toBeUndefined();
  });
});

describe('decodeThumbnails', () => {
  it('decodes keyframes of many sizes in one go and knows which of them are broken', async () => {
    const recipes = ['plain', 'larger', 'bFrames'] as const;
    const all = await Promise.all(
      recipes.map(async (recipe) => (await accessUnitsOf(await tinyClip(recipe)))[0]!),
    );
    const broken = { ...all[0]!, data: Buffer.concat([Buffer.from([0, 0, 4, 0]), Buffer.alloc(1024, 0x65)]) };
    const mixed = [all[0]!, broken, all[1]!, all[2]!, broken, all[0]!];
    const thumbnails = await decodeThumbnails(mixed, { ffmpeg: 'ffmpeg', timeoutMs: 20_000 });
    expect(thumbnails.map((each) => each !== undefined)).toEqual([true, false, true, true, false, true]);
    const contents = thumbnails.map((each) => each && measureContent(each));
    expect(blockDifference(contents[0]!, contents[5]!)).toEqual({ largest: 0, mean: 0 });
    expect(blockDifference(contents[0]!, contents[2]!).largest).toBeGreaterThan(0);
  });

  it('rejects where there is no ffmpeg', async () => {
    const [unit] = await accessUnitsOf(await tinyClip());
    await expect(decodeThumbnails([unit!], { ffmpeg: '/nowhere', timeoutMs: 1000 })).rejects.toThrow(
      /ENOENT/,
    );
  });
});

describe('sunElevationDegrees', () => {
  // Ha Long at 20.95° N, 107.07° E: local noon is about 04:52 UTC; heights from 90° minus latitude plus declination.
  it.each([
    ['noon in June', '2025-06-21T04:54:00Z', 87.5],
    ['noon in December', '2025-12-21T04:50:00Z', 45.6],
    ['midnight in March', '2025-03-20T17:00:00Z', -69],
    ['six in the morning in March', '2025-03-20T23:00:00Z', 0.5],
  ])('is right at %s', (_, time, degrees) => {
    expect(Math.abs(sunElevationDegrees(Date.parse(time), 20.95, 107.07) - degrees)).toBeLessThan(2);
  });
});
