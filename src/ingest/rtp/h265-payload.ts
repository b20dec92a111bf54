import type { PictureAssembly } from './picture-assembly.ts';

const AGGREGATION = 48;
const FRAGMENTATION = 49;

/**
 * One RTP payload of H.265 without decoding order numbers (RFC 7798 §4.4, sprop-max-don-diff 0), into the picture being
 * put together. False: the payload is malformed, or a fragment came without its beginning.
 */
export function unpackH265(picture: PictureAssembly, buffer: Buffer, start: number, end: number): boolean {
  if (start >= end) return true;
  if (end - start < 3) return false;
  const type = (buffer[start]! >> 1) & 0x3f;
  if (type === FRAGMENTATION) return unpackFragment(picture, buffer, start, end);
  if (picture.hasOpenUnit) return false;
  if (type < AGGREGATION) return picture.whole(buffer, start, end);
  return type === AGGREGATION && unpackAggregate(picture, buffer, start, end);
}

/** §4.4.2: two units or more, each behind a 2-byte size. */
function unpackAggregate(picture: PictureAssembly, buffer: Buffer, start: number, end: number): boolean {
  for (let at = start + 2; at < end; ) {
    if (at + 2 > end) return false;
    const size = (buffer[at]! << 8) | buffer[at + 1]!;
    at += 2;
    if (size < 3 || at + size > end) return false;
    if (!picture.whole(buffer, at, at + size)) return false;
    at += size;
  }
  return true;
}

/** §4.4.3: the unit's header is the payload header with the fragment header's type in it. */
function unpackFragment(picture: PictureAssembly, buffer: Buffer, start: number, end: number): boolean {
  if (end - start < 4) return false;
  const header = buffer[start + 2]!;
  const first = (buffer[start]! & 0x81) | ((header & 0x3f) << 1);
  if ((header & 0x80) !== 0 && !picture.open((first << 8) | buffer[start + 1]!, 2)) return false;
  if (!picture.extend(buffer, start + 3, end)) return false;
  if ((header & 0x40) !== 0) picture.close();
  return true;
}
