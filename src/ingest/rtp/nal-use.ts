/** What becomes of a NAL unit: plain numbers, because they are asked for with every packet. */
export const NAL_USE = {
  /** Says nothing a decoder of this program's streams needs: delimiters, fillers, extension layers. */
  drop: 0,
  /** Goes into the format, not into the picture. */
  parameterSet: 1,
  /** Goes along with the picture: supplemental information. */
  companion: 2,
  /** A slice of a picture that others depend on or that depends on others. */
  slice: 3,
  /** A slice of a picture from which decoding can start. */
  keyframeSlice: 4,
  /** A slice that needs pictures from before the keyframe it follows (H.265 RASL). */
  skippedLeadingSlice: 5,
} as const;

export type NalUse = (typeof NAL_USE)[keyof typeof NAL_USE];
