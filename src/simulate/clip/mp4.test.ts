import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probe, recipes, tinyClip } from '../../../test/support/index.ts';
import { readClip } from './clip.ts';
import { readMp4 } from './mp4.ts';

const names = ['plain', 'h265', 'bFrames', 'h265BFrames', 'fps5', 'fps30', 'slices', 'withAudio'] as const;

describe('readMp4', () => {
  it.each(names)('sees what ffprobe sees: %s', async (name) => {
    const path = await tinyClip(name);
    const track = readMp4(await readFile(path));
    const { streams, packets } = await probe(path);
    const video = packets.filter((packet) => streams[packet.stream_index]?.codec_type === 'video');
    const first = video[0]!;
    expect(track.samples.map(({ data }) => data.length)).toEqual(video.map(({ size }) => Number(size)));
    expect(track.samples.map(({ keyframe }) => keyframe)).toEqual(video.map(({ flags }) => flags[0] === 'K'));
    expect(track.samples.map(({ decodingTicks }) => decodingTicks)).toEqual(
      video.map(({ dts }) => dts - first.dts),
    );
    expect(
      track.samples.map((sample) => sample.compositionTicks - track.samples[0]!.compositionTicks),
    ).toEqual(video.map(({ pts, dts }) => pts - dts - (first.pts - first.dts)));
    expect(track).toMatchObject({ width: streams[0]!.width, height: streams[0]!.height });
  });

  it('has the picture sizes of the recipes and their codecs', async () => {
    const track = readMp4(await readFile(await tinyClip('likeACamera')));
    expect(track).toMatchObject({ codec: 'h264', ...pick(recipes.likeACamera) });
    expect(readMp4(await readFile(await tinyClip('h265')))).toMatchObject({ codec: 'h265' });
  });

  it('refuses what is no MP4, has no video or is fragmented, by name', async () => {
    expect(() => readMp4(Buffer.from('not a film at all'))).toThrow(/no moov box|beyond its end/);
    await expect(readClip('/nowhere/at/all.mp4')).rejects.toMatchObject({ code: 'CLIP_UNREADABLE' });
  });

  it('answers a broken file with CLIP_INVALID, never with a crash or a hang', async () => {
    const file = await readFile(await tinyClip('bFrames'));
    const moov = file.indexOf('moov');
    const change = fc.record({ at: fc.nat(file.length - moov - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(200), (changes, cut) => {
        const broken = Buffer.from(file.subarray(0, file.length - cut));
        for (const { at, value } of changes) if (moov + at < broken.length) broken[moov + at] = value;
        try {
          expect(readMp4(broken).samples.length).toBeLessThanOrEqual(file.length);
        } catch (thrown) {
          const expected =
            thrown instanceof RangeError || (thrown as { code?: string }).code === 'CLIP_INVALID';
          if (!expected) throw thrown;
        }
      }),
      { numRuns: 500 },
    );
  });
});

function pick({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height };
}
