/**
 * codec: H.264 and H.265 bitstreams — NAL units, parameter sets, slice headers, stream formats. Pure.
 * Bytes in, facts out; hostile bytes give a value that says what is wrong. Never decodes a picture, never throws.
 */
export {
  type H264Pps,
  type H264Sps,
  parseH264Pps,
  parseH264Sps,
} from './h264-parameter-sets.ts';
export { type H264Slice, h264SlicePpsId, h264StartsPicture, parseH264Slice } from './h264-slice.ts';
export {
  type H265Pps,
  type H265Profile,
  type H265Sps,
  type H265Vps,
  parseH265Pps,
  parseH265Sps,
  parseH265Vps,
} from './h265-parameter-sets.ts';
export { h265OrderCountLsb, h265SlicePpsId, h265StartsPicture } from './h265-slice.ts';
export { h264MimeCodec, h265MimeCodec } from './mime-codec.ts';
export {
  type AnnexBOptions,
  splitAnnexB,
  splitLengthPrefixed,
  toAnnexB,
  toLengthPrefixed,
} from './nal-stream.ts';
export {
  H264_NAL,
  H265_NAL,
  h264NalType,
  h265NalType,
  isH265RandomAccess,
  isH265SkippedLeading,
} from './nal-unit.ts';
export { OrderCounter } from './order-count.ts';
export type { Parsed } from './parsed.ts';
