import { BitReader } from './bit-reader.ts';
import type { H264Sps } from './h264-parameter-sets.ts';
import { H264_NAL, h264NalType } from './nal-unit.ts';

/** The start of a slice header, ITU-T H.264 §7.3.3. */
export interface H264Slice {
  readonly firstMacroblock: number;
  readonly ppsId: number;
  readonly fieldPicture: boolean;
  /** Least significant bits of the picture's order count; undefined with order count types 1 and 2. */
  readonly orderCountLsb: number | undefined;
}

/** Reads `first_mb_in_slice` alone: 0 begins a picture. `nal` starts at the NAL unit's header. */
export function h264StartsPicture(bytes: Uint8Array, nalStart: number): boolean {
  return (bytes[nalStart + 1]! & 0x80) !== 0;
}

/** Id of the picture parameter set a slice uses; undefined where the header is cut short. */
export function h264SlicePpsId(nal: Uint8Array): number | undefined {
  const reader = new BitReader(nal, 1);
  reader.ue();
  reader.ue();
  const id = reader.ue();
  return reader.overrun || id > 255 ? undefined : id;
}

/** Needs the sequence parameter set that the slice's picture parameter set names. Undefined where the header is cut short. */
export function parseH264Slice(nal: Uint8Array, sps: H264Sps): H264Slice | undefined {
  const reader = new BitReader(nal, 1);
  const firstMacroblock = reader.ue();
  reader.ue();
  const ppsId = reader.ue();
  if (sps.separateColourPlanes) reader.skip(2);
  reader.skip(sps.frameNumBits);
  const fieldPicture = sps.interlaced && reader.flag();
  if (fieldPicture) reader.bit();
  if (h264NalType(nal[0]!) === H264_NAL.idrSlice) reader.ue();
  const orderCountLsb = sps.orderCountType === 0 ? reader.bits(sps.orderCountLsbBits) : undefined;
  return reader.overrun ? undefined : { firstMacroblock, ppsId, fieldPicture, orderCountLsb };
}
