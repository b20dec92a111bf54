/** NAL unit types this program tells apart, ITU-T H.264 table 7-1. */
export const H264_NAL = {
  slice: 1,
  idrSlice: 5,
  supplementalInformation: 6,
  sps: 7,
  pps: 8,
  accessUnitDelimiter: 9,
} as const;

/** NAL unit types this program tells apart, ITU-T H.265 table 7-1. */
export const H265_NAL = {
  raslN: 8,
  raslR: 9,
  blaWLp: 16,
  idrWRadl: 19,
  idrNLp: 20,
  cra: 21,
  lastIrap: 23,
  lastSlice: 31,
  vps: 32,
  sps: 33,
  pps: 34,
  accessUnitDelimiter: 35,
  prefixSei: 39,
  suffixSei: 40,
} as const;

/** nal_unit_type of a unit's first byte. */
export function h264NalType(firstByte: number): number {
  return firstByte & 0x1f;
}

/** nal_unit_type of a unit's first byte. */
export function h265NalType(firstByte: number): number {
  return (firstByte >> 1) & 0x3f;
}

/** Intra random access point: a picture from which decoding can start (H.265 §3.69; IDR, BLA and CRA). */
export function isH265RandomAccess(nalType: number): boolean {
  return nalType >= H265_NAL.blaWLp && nalType <= H265_NAL.lastIrap;
}

/** Random access skipped leading picture: refers to pictures before the random access point it follows. */
export function isH265SkippedLeading(nalType: number): boolean {
  return nalType === H265_NAL.raslN || nalType === H265_NAL.raslR;
}
