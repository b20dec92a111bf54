import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessUnit } from '#ingest';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { play, probe, tinyClip } from '../../../test/support/index.ts';
import { type ClipOptions, createClip } from './clip.ts';

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ngatu-clip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function cut(name: string, units: readonly AccessUnit[], options: ClipOptions = {}) {
  const clip = createClip(units, options)!;
  const file = join(folder, `${name}.mp4`);
  await writeFile(file, Buffer.concat(clip.parts));
  return { clip, file };
}

const formatOf = async (file: string) => {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_format', '-of', 'json', file]);
  return (JSON.parse(stdout) as { format: { duration: string; tags: Record<string, string> } }).format;
};

describe('createClip', () => {
  it.each(['plain', 'h265', 'bFrames', 'h265BFrames', 'fps5'] as const)(
    'cuts %s so that every picture decodes at its time',
    async (recipe) => {
      const units = await accessUnitsOf(await tinyClip(recipe));
      const { clip, file } = await cut(recipe, units);
      expect(clip.bytes).toBe(Buffer.concat(clip.parts).length);
      expect(await play(file, 60)).toEqual({ pictures: units.length, complaints: [], exitCode: 0 });
      const probed = await probe(file);
      const first = Math.min(...units.map((unit) => unit.pts90k));
      expect(probed.complaints).toEqual([]);
      expect(probed.packets.map((packet) => packet.pts)).toEqual(units.map((unit) => unit.pts90k - first));
      expect(Number((await formatOf(file)).duration)).toBeCloseTo(clip.durationSeconds, 2);
    },
  );

  it('tells its wall-clock start and title, in any script', async () => {
    const startAt = Date.UTC(2025, 2, 9, 7, 30, 15, 250);
    const units = await accessUnitsOf(await tinyClip(), { startAt });
    const { file, clip } = await cut('tags', units, { title: 'Ngã tư Loong Toòng' });
    const { tags } = await formatOf(file);
    expect(clip.startsAt).toBe(startAt);
    expect(tags).toMatchObject({
      title: 'Ngã tư Loong Toòng',
      date: '2025-03-09T07:30:15.250Z',
      creation_time: '2025-03-09T07:30:15.000000Z',
    });
  });

  it('can be entered in the middle', async () => {
    const { file } = await cut('seek', await accessUnitsOf(await tinyClip()));
    expect(await play(file, 60, ['-ss', '3'])).toEqual({ pictures: 15, complaints: [], exitCode: 0 });
  });

  it('begins with a keyframe and says what it left out', async () => {
    const units = await accessUnitsOf(await tinyClip());
    const { clip, file } = await cut('tail', units.slice(7));
    expect(clip).toMatchObject({ pictures: 30, picturesLeftOut: 23 });
    expect((await play(file, 60)).pictures).toBe(30);
    expect(createClip(units.slice(7, 20))).toBeUndefined();
    expect(createClip([])).toBeUndefined();
  });

  it('keeps the newest part, or the one asked for, where the size changes', async () => {
    const small = await accessUnitsOf(await tinyClip());
    const startAt = small[0]!.capturedAt + 4000;
    const large = await accessUnitsOf(await tinyClip('larger'), { startAt, firstSequence: small.length });
    const newest = await cut('newest', [...small, ...large]);
    expect(newest.clip).toMatchObject({ format: { width: 640 }, picturesLeftOut: 60, startsAt: startAt });
    const older = await cut('older', [...small, ...large], { around: startAt - 100 });
    expect(older.clip).toMatchObject({ format: { width: 320 }, picturesLeftOut: 60 });
    expect((await play(older.file, 60)).complaints).toEqual([]);
  });

  it('goes on smoothly over a reconnection with the same format and timestamps that jump', async () => {
    const before = await accessUnitsOf(await tinyClip());
    const again = await accessUnitsOf(await tinyClip(), {
      startAt: before[0]!.capturedAt + 4000,
      firstSequence: before.length,
    });
    const jumped = again.map((unit) => ({ ...unit, dts90k: unit.dts90k + 9e9, pts90k: unit.pts90k + 9e9 }));
    const { clip, file } = await cut('jump', [...before, ...jumped]);
    expect(clip.picturesLeftOut).toBe(0);
    expect(clip.durationSeconds).toBeCloseTo(8, 2);
    expect((await play(file, 60)).pictures).toBe(120);
  });

  it('does not stand still for long where nothing was recorded for an hour', async () => {
    const before = await accessUnitsOf(await tinyClip());
    const later = await accessUnitsOf(await tinyClip(), {
      startAt: before[0]!.capturedAt + 3_600_000,
      firstSequence: before.length,
    });
    expect((await cut('gap', [...before, ...later])).clip.durationSeconds).toBeLessThan(11);
  });
});
