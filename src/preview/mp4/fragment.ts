import { box, fullBox } from './box.ts';
import { TRACK_ID } from './init-segment.ts';

export interface Sample {
  /** Counts fragments; only its growing matters (ISO/IEC 14496-12 §8.8.5). */
  readonly sequence: number;
  readonly decodeTime: number;
  readonly duration: number;
  /** Presentation time minus decode time; may be negative. */
  readonly compositionOffset: number;
  readonly keyframe: boolean;
  /** Bytes of the coded picture. */
  readonly size: number;
}

/** Of `moof` and the header of `mdat` together; the coded picture follows at once. */
export const FRAGMENT_HEAD_BYTES = 112;

const MOOF_BYTES = FRAGMENT_HEAD_BYTES - 8;
const DEFAULT_BASE_IS_MOOF = 0x020000;
/** data-offset, then duration, size, flags and composition offset of each sample (§8.8.8). */
const TRUN_FIELDS = 0x000001 | 0x000100 | 0x000200 | 0x000400 | 0x000800;
/** §8.8.3.1: depends on no other picture; or depends on others and is no sync sample. */
const SYNC_SAMPLE = 0x02000000;
const OTHER_SAMPLE = 0x01010000;

const TEMPLATE = Buffer.concat([
  box(
    'moof',
    fullBox('mfhd', 0, 0, [0]),
    box(
      'traf',
      fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, [TRACK_ID]),
      fullBox('tfdt', 1, 0, [0, 0]),
      fullBox('trun', 1, TRUN_FIELDS, [1, FRAGMENT_HEAD_BYTES, 0, 0, 0, 0]),
    ),
  ),
  box('mdat'),
]);

/** Where the fields that differ stand in the template. */
const AT = {
  sequence: 20,
  decodeTime: 60,
  duration: 88,
  size: 92,
  flags: 96,
  compositionOffset: 100,
  mdatSize: MOOF_BYTES,
} as const;

/** One fragment of one picture, up to where its bytes go: a template with seven numbers filled in. */
export function fragmentHead(sample: Sample): Buffer {
  const head = Buffer.allocUnsafe(FRAGMENT_HEAD_BYTES);
  TEMPLATE.copy(head);
  head.writeUInt32BE(sample.sequence >>> 0, AT.sequence);
  head.writeUInt32BE(Math.floor(sample.decodeTime / 2 ** 32), AT.decodeTime);
  head.writeUInt32BE(sample.decodeTime % 2 ** 32, AT.decodeTime + 4);
  head.writeUInt32BE(sample.duration, AT.duration);
  head.writeUInt32BE(sample.size, AT.size);
  head.writeUInt32BE(sample.keyframe ? SYNC_SAMPLE : OTHER_SAMPLE, AT.flags);
  head.writeInt32BE(sample.compositionOffset, AT.compositionOffset);
  head.writeUInt32BE(8 + sample.size, AT.mdatSize);
  return head;
}
