import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitAnnexB, splitLengthPrefixed, toAnnexB, toLengthPrefixed } from './nal-stream.ts';

/** NAL units as they occur: no start code inside, no zero at the end. */
const nal = fc
  .array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 40 })
  .map((bytes) => Buffer.from(bytes));
const nals = fc.array(nal, { minLength: 1, maxLength: 8 });

describe('NAL unit streams', () => {
  it('come back the same by way of lengths and of start codes', () => {
    fc.assert(
      fc.property(nals, (units) => {
        const prefixed = toLengthPrefixed(units);
        expect(splitLengthPrefixed(prefixed)).toEqual(units);
        expect(splitAnnexB(toAnnexB(prefixed))).toEqual(units);
      }),
    );
  });

  it('leave the bytes they were made from alone', () => {
    const prefixed = toLengthPrefixed([Buffer.from([0x65, 1, 2, 3])]);
    const before = Buffer.from(prefixed);
    toAnnexB(prefixed, { delimiterFor: 'h264' });
    expect(prefixed).toEqual(before);
  });

  it('put delimiter and parameter sets in front', () => {
    const prefixed = toLengthPrefixed([Buffer.from([0x65, 1])]);
    const whole = toAnnexB(prefixed, {
      delimiterFor: 'h264',
      before: [Buffer.from([0x67, 9]), Buffer.from([0x68, 8])],
    });
    expect(splitAnnexB(whole).map((unit) => unit[0]! & 31)).toEqual([9, 7, 8, 5]);
    expect((splitAnnexB(toAnnexB(prefixed, { delimiterFor: 'h265' }))[0]![0]! >> 1) & 63).toBe(35);
  });

  it('take start codes of three and four bytes and zeros between', () => {
    const bytes = Buffer.from([0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 0, 0, 1, 0x65, 3, 0, 0]);
    expect(splitAnnexB(bytes).map((unit) => [...unit])).toEqual([
      [0x67, 1],
      [0x68, 2],
      [0x65, 3],
    ]);
  });

  it('survive any bytes and stay inside them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        const total = (units: readonly Buffer[]) => units.reduce((sum, unit) => sum + unit.length, 0);
        expect(total(splitAnnexB(buffer))).toBeLessThanOrEqual(buffer.length);
        expect(total(splitLengthPrefixed(buffer))).toBeLessThanOrEqual(buffer.length);
        expect(toAnnexB(buffer).length).toBe(buffer.length);
      }),
    );
  });
});
