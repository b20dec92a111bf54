import type { PictureAssembly } from './picture-assembly.ts';

const STAP_A = 24;
const FU_A = 28;

/**
 * One RTP payload of H.264 in packetization mode 0 or 1 (RFC 6184 §5.4), into the picture being put together.
 * False: the payload is malformed, or a fragment came without its beginning.
 */
export function unpackH264(picture: PictureAssembly, buffer: Buffer, start: number, end: number): boolean {
  if (start >= end) return true;
  const type = buffer[start]! & 0x1f;
  if (type === FU_A) return unpackFragment(picture, buffer, start, end);
  if (picture.hasOpenUnit) return false;
  if (type >= 1 && type < STAP_A) return picture.whole(buffer, start, end);
  return type === STAP_A && unpackAggregate(picture, buffer, start, end);
}

/** §5.7.1: any number of units, each behind a 2-byte size. */
function unpackAggregate(picture: PictureAssembly, buffer: Buffer, start: number, end: number): boolean {
  for (let at = start + 1; at < end; ) {
    if (at + 2 > end) return false;
    const size = (buffer[at]! << 8) | buffer[at + 1]!;
    at += 2;
    if (size === 0 || at + size > end) return false;
    if (!picture.whole(buffer, at, at + size)) return false;
    at += size;
  }
  return true;
}

/** §5.8: the unit's header is the indicator's importance and the fragment header's type. */
function unpackFragment(picture: PictureAssembly, buffer: Buffer, start: number, end: number): boolean {
  if (end - start < 3) return false;
  const header = buffer[start + 1]!;
  const begins = (header & 0x80) !== 0;
  if (begins && !picture.open((buffer[start]! & 0xe0) | (header & 0x1f), 1)) return false;
  if (!picture.extend(buffer, start + 2, end)) return false;
  if ((header & 0x40) !== 0) picture.close();
  return true;
}
