/** One part of a box's payload: bytes as they are, or a list of 32-bit numbers. */
export type BoxPart = Buffer | readonly number[];

/** ISO/IEC 14496-12 §4.2: 32-bit size, four letters, payload. */
export function box(type: string, ...parts: readonly BoxPart[]): Buffer {
  const payload = parts.map((part) => (Buffer.isBuffer(part) ? part : words(part)));
  const size = payload.reduce((sum, part) => sum + part.length, 8);
  const header = Buffer.allocUnsafe(8);
  header.writeUInt32BE(size, 0);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...payload], size);
}

/** §4.2: a box whose payload begins with a version and 24 bits of flags. */
export function fullBox(type: string, version: number, flags: number, ...parts: readonly BoxPart[]): Buffer {
  return box(type, [version * 0x1000000 + flags], ...parts);
}

/** 32-bit big-endian; negative numbers as two's complement. */
export function words(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value >>> 0, i * 4);
  });
  return bytes;
}

/** 16-bit big-endian. */
export function halves(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 2);
  values.forEach((value, i) => {
    bytes.writeUInt16BE(value & 0xffff, i * 2);
  });
  return bytes;
}
