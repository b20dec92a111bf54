import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClipRecipe, probe, tinyClip } from '../../test/support/index.ts';
import { parseH264Pps, parseH264Sps } from './h264-parameter-sets.ts';
import { parseH265Pps, parseH265Sps, parseH265Vps } from './h265-parameter-sets.ts';
import { h264MimeCodec, h265MimeCodec } from './mime-codec.ts';
import { splitAnnexB } from './nal-stream.ts';
import { H264_NAL, H265_NAL, h264NalType, h265NalType } from './nal-unit.ts';

async function nalsOf(recipe: ClipRecipe): Promise<Buffer[]> {
  return splitAnnexB(await readFile(await tinyClip({ ...recipe, container: 'annexb' })));
}

describe('H.264 parameter sets', () => {
  it('tell size, rate and reordering of what x264 makes', async () => {
    const nals = await nalsOf({ width: 426, height: 242, picturesPerSecond: 30, bFrames: 2 });
    const sps = parseH264Sps(nals.find((nal) => h264NalType(nal[0]!) === H264_NAL.sps)!);
    expect(sps).toMatchObject({
      ok: true,
      value: { id: 0, width: 426, height: 242, framesPerSecond: 30, interlaced: false, orderCountType: 0 },
    });
    expect(sps.ok && sps.value.reorderedPictures).toBeGreaterThan(0);
    const pps = parseH264Pps(nals.find((nal) => h264NalType(nal[0]!) === H264_NAL.pps)!);
    expect(pps).toEqual({ ok: true, value: { id: 0, spsId: 0 } });
  });

  it('agree with ffprobe on odd sizes', async () => {
    for (const [width, height] of [
      [640, 360],
      [1920, 1080],
      [322, 182],
    ] as const) {
      const file = await tinyClip({ width, height, seconds: 1, container: 'annexb' });
      const sps = splitAnnexB(await readFile(file)).find((nal) => h264NalType(nal[0]!) === H264_NAL.sps)!;
      const [stream] = (await probe(file)).streams;
      expect(parseH264Sps(sps)).toMatchObject({
        ok: true,
        value: { width: stream!.width, height: stream!.height },
      });
    }
  });

  it('know from the profile alone that baseline does not reorder, without any VUI', () => {
    // Baseline, level 3.0, 320x240, order count type 0, no VUI.
    const sps = parseH264Sps(Buffer.from('6742001ee90283f2', 'hex'));
    expect(sps).toMatchObject({
      ok: true,
      value: { reorderedPictures: 0, framesPerSecond: undefined, width: 320, height: 240 },
    });
  });

  it('leave reordering open where a main profile stream does not tell', () => {
    const sps = parseH264Sps(Buffer.from('674d001ee90283f2', 'hex'));
    expect(sps).toMatchObject({ ok: true, value: { reorderedPictures: undefined } });
  });

  it('name themselves after RFC 6381', () => {
    expect(h264MimeCodec({ profile: 100, constraints: 0, level: 30 })).toBe('avc1.64001e');
    expect(h264MimeCodec({ profile: 66, constraints: 0xc0, level: 12 })).toBe('avc1.42c00c');
  });
});

describe('H.265 parameter sets', () => {
  it('tell size and reordering of what x265 makes', async () => {
    const nals = await nalsOf({ codec: 'h265', width: 426, height: 242, bFrames: 3 });
    const of = (type: number) => nals.find((nal) => h265NalType(nal[0]!) === type)!;
    const sps = parseH265Sps(of(H265_NAL.sps));
    expect(sps).toMatchObject({
      ok: true,
      value: { id: 0, vpsId: 0, width: 426, height: 242, bitDepthLuma: 8 },
    });
    expect(sps.ok && sps.value.reorderedPictures).toBe(2);
    expect(sps.ok && h265MimeCodec(sps.value.profile)).toMatch(/^hvc1\.1\.6\.L\d+\.90$/);
    expect(parseH265Pps(of(H265_NAL.pps))).toMatchObject({ ok: true, value: { id: 0, spsId: 0 } });
    expect(parseH265Vps(of(H265_NAL.vps))).toEqual({ ok: true, value: { id: 0 } });
  });

  it('name themselves after ISO/IEC 14496-15', () => {
    const main = { space: 0, tier: 0, profile: 1, compatibility: 0x60000000, level: 93 };
    expect(h265MimeCodec({ ...main, constraints: [0x90, 0, 0, 0, 0, 0] })).toBe('hvc1.1.6.L93.90');
    expect(h265MimeCodec({ ...main, tier: 1, constraints: [0, 0, 0, 0, 0, 0] })).toBe('hvc1.1.6.H93');
    expect(h265MimeCodec({ ...main, space: 1, constraints: [0xb0, 0x01, 0, 0, 0, 0] })).toBe(
      'hvc1.A1.6.L93.b0.1',
    );
  });
});

describe('parameter sets from a hostile camera', () => {
  const parsers = { parseH264Sps, parseH264Pps, parseH265Sps, parseH265Pps, parseH265Vps };

  it('give a value, never an exception, for any bytes', () => {
    for (const parse of Object.values(parsers))
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          const outcome = parse(bytes);
          expect(outcome.ok || outcome.problem.length > 0).toBe(true);
        }),
        { numRuns: 2000 },
      );
  });

  it('stay within bounds when bits of real ones flip', async () => {
    const nals = [...(await nalsOf({ bFrames: 2 })), ...(await nalsOf({ codec: 'h265' }))].slice(0, 40);
    fc.assert(
      fc.property(fc.constantFrom(...nals), fc.nat(), fc.nat(7), (nal, at, bit) => {
        const bytes = Buffer.from(nal.subarray(0, 200));
        bytes[at % bytes.length]! ^= 1 << bit;
        for (const parse of [parseH264Sps, parseH265Sps]) {
          const outcome = parse(bytes);
          if (!outcome.ok) continue;
          expect(outcome.value.width).toBeLessThanOrEqual(16_384);
          expect(outcome.value.height).toBeGreaterThan(0);
          expect(outcome.value.reorderedPictures ?? 0).toBeLessThanOrEqual(16);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
