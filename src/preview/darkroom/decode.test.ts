import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AccessUnit } from '#ingest';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { tinyClip } from '../../../test/support/index.ts';
import { decodeLast } from './decode.ts';

const run = promisify(execFile);
const options = { ffmpeg: 'ffmpeg', timeoutMs: 20_000 };

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

const shownAs = (units: readonly AccessUnit[], unit: AccessUnit) =>
  units.filter((other) => other.pts90k < unit.pts90k).length;

describe('decodeLast', () => {
  it.each(['plain', 'h265', 'bFrames', 'h265BFrames', 'larger'] as const)(
    'gives the keyframe, and any picture after it, of %s exactly',
    async (recipe) => {
      const clip = await tinyClip(recipe);
      const units = await accessUnitsOf(clip);
      const begin = units.findLastIndex((unit) => unit.keyframe);
      const last = begin + 19 < units.length ? begin + 19 : units.length - 1;
      for (const wanted of [begin, last]) {
        const { pixels, width, height } = await decodeLast(units.slice(begin, wanted + 1), options);
        expect({ width, height }).toMatchObject({
          width: units[0]!.format.width,
          height: units[0]!.format.height,
        });
        expect(await differenceTo(clip, shownAs(units, units[wanted]!), pixels)).toBeLessThan(0.1);
      }
    },
  );

  it('says what is wrong by name', async () => {
    const units = await accessUnitsOf(await tinyClip('fourK'));
    await expect(decodeLast(units, { ...options, timeoutMs: 30 })).rejects.toMatchObject({
      code: 'DECODER_TIMEOUT',
    });
    await expect(decodeLast(units, { ...options, ffmpeg: '/nowhere' })).rejects.toMatchObject({
      code: 'FFMPEG_MISSING',
      kind: 'config',
    });
    const broken = {
      ...units[0]!,
      data: Buffer.concat([Buffer.from([0, 0, 3, 232]), Buffer.alloc(1000, 0x65)]),
    };
    await expect(decodeLast([broken], options)).rejects.toMatchObject({ code: 'PICTURE_UNDECODABLE' });
  });
});
