import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '#base';
import type { AccessUnit } from '#ingest';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { type ClipRecipe, tinyClip } from '../../../test/support/index.ts';
import { letterbox } from '../detect/view.ts';
import type { Picture } from '../track.ts';
import { createDecoder, type Decoder } from './decoder.ts';

const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
const open: Decoder[] = [];
afterEach(() => {
  for (const decoder of open.splice(0)) decoder.close();
});

function decoding({
  ffmpeg = 'ffmpeg',
  clock = systemClock,
  crop = false,
}: {
  ffmpeg?: string;
  clock?: Clock;
  crop?: boolean;
} = {}) {
  const pictures: Picture[] = [];
  const troubles: string[] = [];
  const size = { width: 64, height: 64 };
  const decoder = createDecoder({
    camera: 'c',
    clock,
    ffmpeg,
    layout: (format) => ({
      size,
      views: [WHOLE, ...(crop ? [{ left: 0.5, top: 0.5, right: 1, bottom: 1 }] : [])].map((part) =>
        letterbox(format, part, size),
      ),
    }),
    picture: (picture) => pictures.push(picture),
    trouble: (problem) => troubles.push(problem),
  });
  open.push(decoder);
  return { decoder, pictures, troubles };
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 2000; i++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain: ${what}`);
}

const unitsOf = async (recipe: ClipRecipe): Promise<AccessUnit[]> => accessUnitsOf(await tinyClip(recipe));

describe.each<[string, ClipRecipe]>([
  ['H.264', {}],
  ['H.265', { codec: 'h265' }],
  ['H.264 with B-frames', { bFrames: 2 }],
  ['H.265 with B-frames', { codec: 'h265', bFrames: 3 }],
])('%s', (_, recipe) => {
  it('gives the wanted pictures and no others, each with its own capture time', async () => {
    const units = await unitsOf(recipe);
    const { decoder, pictures, troubles } = decoding();
    const wanted = units.filter((_, i) => i % 3 === 1).map(({ capturedAt }) => capturedAt);
    for (const [i, unit] of units.entries()) decoder.write(unit, i % 3 === 1);
    // With B-frames the last ones leave the decoder only when more follow.
    const sure = wanted.sort((a, b) => a - b).slice(0, -3);
    await until(() => pictures.length >= sure.length, 'all pictures');
    expect(pictures.map(({ capturedAt }) => capturedAt).slice(0, sure.length)).toEqual(sure);
    expect(troubles).toEqual([]);
    expect(decoder.stats.skipped).toBe(0);
  });
});

it('lets a picture out as soon as it is in: none is held back', async () => {
  const units = await unitsOf({});
  const { decoder, pictures } = decoding();
  for (const [i, unit] of units.slice(0, 10).entries()) {
    decoder.write(unit, true);
    await until(() => pictures.length === i + 1, `picture ${i}`);
  }
});

it('decodes what the clip shows: the whole, letterboxed, and an enlarged part behind it', async () => {
  const units = await unitsOf({ picture: 'black' });
  const { decoder, pictures } = decoding({ crop: true });
  for (const unit of units.slice(0, 3)) decoder.write(unit, true);
  await until(() => pictures.length > 0, 'a picture');
  const { pixels } = pictures[0]!;
  expect(pixels.length).toBe(2 * 64 * 64 * 3);
  const at = (row: number) => pixels[row * 64 * 3 + 96]!;
  // 320×180 in 64×64 leaves grey above and below; the views stand below one another.
  expect([at(2), at(32), at(61), at(66), at(96)]).toEqual([114, 0, 114, 114, 0]);
});

it('begins with a keyframe, and after a gap goes on from the next one with true times', async () => {
  const units = await unitsOf({});
  const { decoder, pictures } = decoding();
  for (const unit of units.slice(5, 32)) decoder.write(unit, true);
  await until(() => pictures.length >= 2, 'the second group');
  expect(pictures[0]!.capturedAt).toBe(units[30]!.capturedAt);
  decoder.gap();
  for (const unit of units.slice(40, 45)) decoder.write(unit, true);
  const again = {
    ...units[0]!,
    capturedAt: units[0]!.capturedAt + 60_000,
    pts90k: 5_000_000,
    discontinuity: true,
  };
  decoder.write(again, true);
  await until(() => pictures.length >= 3, 'the keyframe behind the gap');
  expect(pictures[2]!.capturedAt).toBe(again.capturedAt);
  expect(decoder.stats).toMatchObject({ skipped: 30, restarts: 0 });
});

it('starts anew where the format changes', async () => {
  const { decoder, pictures, troubles } = decoding();
  const [small, large] = [await unitsOf({}), await unitsOf({ width: 640, height: 360 })];
  for (const unit of small.slice(0, 4)) decoder.write(unit, true);
  await until(() => pictures.length === 4, 'the small ones');
  for (const unit of large.slice(0, 4)) decoder.write(unit, true);
  await until(() => pictures.length === 8, 'the large ones');
  expect(troubles).toEqual([]);
});

it('is started again when it dies, waits before it is, and says what it died of', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ngatu-ffmpeg-'));
  const ffmpeg = join(folder, 'ffmpeg');
  await writeFile(ffmpeg, `#!/bin/sh\nhead -c 2000 >/dev/null\necho "no memory" >&2\nexit 3\n`);
  await chmod(ffmpeg, 0o755);
  let nowMs = 0;
  const { decoder, troubles } = decoding({ ffmpeg, clock: { now: () => 0, monotonicMs: () => nowMs } });
  const units = await unitsOf({});
  decoder.write(units[0]!, true);
  await until(() => troubles.length === 1, 'its death');
  expect(troubles[0]).toMatch(/no memory/);
  decoder.write(units[0]!, true);
  expect(decoder.stats.skipped).toBe(1);
  nowMs = 600;
  decoder.write(units[0]!, true);
  await until(() => troubles.length === 2, 'its second death');
});

it('says so when there is no ffmpeg', async () => {
  const { decoder, troubles } = decoding({ ffmpeg: '/nowhere/ffmpeg' });
  decoder.write((await unitsOf({}))[0]!, true);
  await until(() => troubles.length === 1, 'the trouble');
  expect(troubles[0]).toMatch(/ENOENT/);
});

it('ends one that hangs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ngatu-ffmpeg-'));
  const ffmpeg = join(folder, 'ffmpeg');
  await writeFile(ffmpeg, '#!/bin/sh\nexec sleep 60\n');
  await chmod(ffmpeg, 0o755);
  let nowMs = 0;
  const { decoder, troubles } = decoding({ ffmpeg, clock: { now: () => 0, monotonicMs: () => nowMs } });
  const units = await unitsOf({});
  decoder.write(units[0]!, true);
  nowMs = 15_000;
  decoder.check();
  expect(troubles).toEqual([]);
  nowMs = 21_000;
  decoder.check();
  expect(troubles).toEqual([expect.stringMatching(/hangs/)]);
});

it('skips rather than fall behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ngatu-ffmpeg-'));
  const ffmpeg = join(folder, 'ffmpeg');
  await writeFile(ffmpeg, '#!/bin/sh\nexec sleep 60\n');
  await chmod(ffmpeg, 0o755);
  let nowMs = 0;
  const { decoder } = decoding({ ffmpeg, clock: { now: () => 0, monotonicMs: () => nowMs } });
  const units = await unitsOf({});
  for (const unit of units.slice(0, 10)) decoder.write(unit, true);
  expect(decoder.stats.skipped).toBe(0);
  nowMs = 3000;
  for (const unit of units.slice(10, 40)) decoder.write(unit, true);
  // The keyframe among them is a new try.
  expect(decoder.stats.skipped).toBe(20);
});

it('keeps its memory bounded in front of a child that takes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ngatu-ffmpeg-'));
  const ffmpeg = join(folder, 'ffmpeg');
  await writeFile(ffmpeg, '#!/bin/sh\nexec sleep 60\n');
  await chmod(ffmpeg, 0o755);
  const { decoder } = decoding({ ffmpeg });
  const [key] = await unitsOf({});
  const large = { ...key!, keyframe: false, data: Buffer.alloc(1 << 20) };
  decoder.write(key!, true);
  for (let i = 0; i < 50; i++) decoder.write(large, false);
  expect(decoder.stats.skipped).toBeGreaterThan(40);
});

it('survives a stream of garbage and decodes what comes after it', async () => {
  const units = await unitsOf({});
  const { decoder, pictures } = decoding();
  for (const unit of units.slice(0, 30)) {
    const data = Buffer.from(unit.data);
    for (let i = 8; i < data.length; i += 7) data[i] = (data[i]! * 31 + i) & 255;
    decoder.write({ ...unit, data }, true);
  }
  for (const unit of units.slice(30, 40)) decoder.write(unit, true);
  await until(
    () => pictures.some(({ capturedAt }) => capturedAt === units[35]!.capturedAt),
    'pictures after it',
  );
});
