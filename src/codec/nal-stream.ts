const START_CODE = Buffer.from([0, 0, 0, 1]);
const SHORT_START_CODE = START_CODE.subarray(1);
const H264_DELIMITER = Buffer.from([0, 0, 0, 1, 0x09, 0xf0]);
const H265_DELIMITER = Buffer.from([0, 0, 0, 1, 0x46, 0x01, 0x50]);

export interface AnnexBOptions {
  /** Puts an access unit delimiter of this codec in front, so that a decoder need not wait for the next picture. */
  readonly delimiterFor?: 'h264' | 'h265';
  /** NAL units to put before the others: parameter sets, at a keyframe. */
  readonly before?: readonly Buffer[];
}

/** Views of the NAL units of a byte stream with start codes (H.264 and H.265, annex B). Empty units are left out. */
export function splitAnnexB(bytes: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let start = afterStartCode(bytes, 0);
  while (start < bytes.length) {
    const next = bytes.indexOf(SHORT_START_CODE, start);
    let end = next === -1 ? bytes.length : next;
    while (end > start && bytes[end - 1] === 0) end--;
    if (end > start) units.push(bytes.subarray(start, end));
    start = next === -1 ? bytes.length : next + 3;
  }
  return units;
}

function afterStartCode(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(SHORT_START_CODE, from);
  return at === -1 ? bytes.length : at + 3;
}

/** Views of the NAL units that stand behind 4-byte lengths. Stops at a length that does not fit. */
export function splitLengthPrefixed(bytes: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (length === 0 || length > bytes.length - at - 4) break;
    units.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return units;
}

/** NAL units, each behind a 4-byte big-endian length (ISO/IEC 14496-15 §5.3.3.1). */
export function toLengthPrefixed(units: readonly Buffer[]): Buffer {
  const whole = Buffer.allocUnsafe(units.reduce((sum, unit) => sum + 4 + unit.length, 0));
  let at = 0;
  for (const unit of units) {
    at = whole.writeUInt32BE(unit.length, at);
    at += unit.copy(whole, at);
  }
  return whole;
}

/** A new buffer with start codes where `lengthPrefixed` has 4-byte lengths, which are as long: one copy, no search. */
export function toAnnexB(lengthPrefixed: Buffer, options: AnnexBOptions = {}): Buffer {
  const head: Buffer[] = [];
  if (options.delimiterFor !== undefined)
    head.push(options.delimiterFor === 'h264' ? H264_DELIMITER : H265_DELIMITER);
  for (const unit of options.before ?? []) head.push(START_CODE, unit);
  const whole = Buffer.concat([...head, lengthPrefixed]);
  for (let at = whole.length - lengthPrefixed.length; at + 4 <= whole.length; ) {
    const length = whole.readUInt32BE(at);
    START_CODE.copy(whole, at);
    at += 4 + length;
  }
  return whole;
}
