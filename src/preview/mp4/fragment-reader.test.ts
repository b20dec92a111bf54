import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AccessUnit, VideoFormat } from '#ingest';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { tinyClip } from '../../../test/support/index.ts';
import { FragmentReader, type ReadSample } from './fragment-reader.ts';
import { createMuxer } from './muxer.ts';

let units: AccessUnit[];
let file: Buffer;
beforeAll(async () => {
  units = (await accessUnitsOf(await tinyClip('bFrames'))).slice(0, 10);
  const muxer = createMuxer();
  const parts = units.flatMap((unit) => [muxer.fragmentHead(unit, 'full'), unit.data]);
  file = Buffer.concat([muxer.initSegment(units[0]!.format), ...parts]);
});

function read(chunks: readonly Buffer[]) {
  const samples: ReadSample[] = [];
  const formats: VideoFormat[] = [];
  const reader = new FragmentReader({
    format: (format) => formats.push(format),
    sample: (sample) => samples.push({ ...sample, data: Buffer.from(sample.data) }),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { samples, formats };
}

describe('FragmentReader', () => {
  it('reads back what the muxer wrote, however it is cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 40 }), (cuts) => {
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(file.subarray(at, at + cut));
          at += cut;
        }
        const { samples, formats } = read([...chunks, file.subarray(at)]);
        expect(formats).toEqual([units[0]!.format]);
        expect(samples.map(({ data }) => data.toString('hex'))).toEqual(
          units.map(({ data }) => data.toString('hex')),
        );
        expect(samples.map((sample) => sample.keyframe)).toEqual(units.map((unit) => unit.keyframe));
        expect(samples.map((sample) => sample.compositionOffset)).toEqual(
          units.map((unit) => unit.pts90k - unit.dts90k),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('refuses broken input with a RangeError and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 }), (changes) => {
        const broken = Buffer.from(file);
        for (const [at, value] of changes) broken[at % broken.length] = value;
        try {
          read([broken]);
        } catch (failure) {
          expect(failure).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not wait for a box larger than it takes', () => {
    const huge = Buffer.from('7fffffff6d6f6f76', 'hex');
    expect(() => read([huge])).toThrow(/expected a box of 8 to \d+ bytes, got 2147483647/);
    expect(() => read([Buffer.from('000000006d6f6f76', 'hex')])).toThrow(RangeError);
  });
});
