import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitReader } from './bit-reader.ts';

const bytesOf = (bits: string) =>
  Uint8Array.from(bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? [], (byte) =>
    Number.parseInt(byte, 2),
  );

describe('BitReader', () => {
  it('reads the codes of H.264 table 9-2', () => {
    const reader = new BitReader(bytesOf('1 010 011 00100 00111 0001000'.replaceAll(' ', '')), 0);
    expect([reader.ue(), reader.ue(), reader.ue(), reader.ue(), reader.ue(), reader.ue()]).toEqual([
      0, 1, 2, 3, 6, 7,
    ]);
    expect(reader.overrun).toBe(false);
  });

  it('reads signed codes in the order of H.264 table 9-3', () => {
    const reader = new BitReader(bytesOf('1 010 011 00100 00101'.replaceAll(' ', '')), 0);
    const values = [reader.se(), reader.se(), reader.se(), reader.se(), reader.se()];
    expect(values.map((value) => value + 0)).toEqual([0, 1, -1, 2, -2]);
  });

  it('leaves emulation prevention bytes out', () => {
    const reader = new BitReader(Uint8Array.from([0, 0, 3, 1, 0, 0, 3, 3, 9]), 0);
    expect(Array.from({ length: 7 }, () => reader.bits(8))).toEqual([0, 0, 1, 0, 0, 3, 9]);
  });

  it('gives every number back that an Exp-Golomb code can hold', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 31 - 2 }), { maxLength: 50 }), (values) => {
        const bits = values.map((value) => {
          const binary = (value + 1).toString(2);
          return '0'.repeat(binary.length - 1) + binary;
        });
        const reader = new BitReader(escaped(bytesOf(`${bits.join('')}1`)), 0);
        for (const value of values) if (reader.ue() !== value) return false;
        return !reader.overrun;
      }),
    );
  });

  it('is overrun, and ends, whatever is asked of nothing', () => {
    const reader = new BitReader(new Uint8Array(), 0);
    expect(reader.ue()).toBe(0);
    expect(reader.bits(32)).toBe(0);
    expect(reader.overrun).toBe(true);
  });
});

/** Puts emulation prevention in as an encoder does. */
function escaped(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3);
      zeros = 0;
    }
    out.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(out);
}
