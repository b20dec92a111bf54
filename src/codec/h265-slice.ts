import { BitReader } from './bit-reader.ts';
import type { H265Pps, H265Sps } from './h265-parameter-sets.ts';
import { H265_NAL, h265NalType, isH265RandomAccess } from './nal-unit.ts';

/** first_slice_segment_in_pic_flag of the NAL unit whose header is at `nalStart`. */
export function h265StartsPicture(bytes: Uint8Array, nalStart: number): boolean {
  return (bytes[nalStart + 2]! & 0x80) !== 0;
}

/** Id of the picture parameter set a slice segment uses, ITU-T H.265 §7.3.6.1; undefined where the header is cut short. */
export function h265SlicePpsId(nal: Uint8Array): number | undefined {
  const reader = new BitReader(nal, 2);
  reader.bit();
  if (isH265RandomAccess(h265NalType(nal[0]!))) reader.bit();
  const id = reader.ue();
  return reader.overrun || id > 63 ? undefined : id;
}

/** slice_pic_order_cnt_lsb of a picture's first slice segment: 0 for IDR pictures, undefined where the header is cut short. */
export function h265OrderCountLsb(nal: Uint8Array, sps: H265Sps, pps: H265Pps): number | undefined {
  const type = h265NalType(nal[0]!);
  if (type === H265_NAL.idrWRadl || type === H265_NAL.idrNLp) return 0;
  const reader = new BitReader(nal, 2);
  if (!reader.flag()) return undefined;
  if (isH265RandomAccess(type)) reader.bit();
  reader.ue();
  reader.skip(pps.extraSliceHeaderBits);
  reader.ue();
  if (pps.outputFlagPresent) reader.bit();
  if (sps.separateColourPlanes) reader.skip(2);
  const lsb = reader.bits(sps.orderCountLsbBits);
  return reader.overrun ? undefined : lsb;
}
