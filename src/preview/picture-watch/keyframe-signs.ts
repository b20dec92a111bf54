import { H264_NAL, H265_NAL, h264NalType, h265NalType } from '#codec';
import type { AccessUnit } from '#ingest';

export interface KeyframeSigns {
  /** The very same coded picture has been coming for so long; 0 while it changes. */
  readonly sameForMs: number;
  /** How many times it came. */
  readonly sameCount: number;
  /** Keyframes have become much smaller or larger than they used to be: something covers the lens, or took it off. */
  readonly sizeJumped: boolean;
}

/** So much of a slice's end tells it apart: with arithmetic coding it depends on everything before it. */
const TAIL_BYTES = 64;
/** Encoders that number their keyframes may give the same picture a few forms. */
const FORMS_KEPT = 4;
const SETTLED_AFTER = 8;
const JUMPS_NEEDED = 3;
const LEARNING = 1 / 32;

/** What can be told of a stream's keyframes without decoding them: costs less than a microsecond each. */
export class KeyframeWatch {
  readonly #forms: number[] = [];
  #sameSince: number | undefined;
  #sameCount = 0;
  #meanBytes = 0;
  #seen = 0;
  #jumps = 0;

  take(unit: AccessUnit): KeyframeSigns {
    this.#compare(unit);
    const bytes = unit.data.length;
    const jumped =
      this.#seen >= SETTLED_AFTER && (bytes < this.#meanBytes * 0.4 || bytes > this.#meanBytes * 2.5);
    this.#jumps = jumped ? this.#jumps + 1 : 0;
    this.#seen++;
    this.#meanBytes += (bytes - this.#meanBytes) * Math.max(LEARNING, 1 / this.#seen);
    const sameForMs = this.#sameSince === undefined ? 0 : unit.receivedAt - this.#sameSince;
    return { sameForMs, sameCount: this.#sameCount, sizeJumped: this.#jumps === JUMPS_NEEDED };
  }

  #compare(unit: AccessUnit): void {
    const form = sliceTails(unit);
    if (this.#forms.includes(form)) {
      this.#sameSince ??= unit.receivedAt;
      this.#sameCount++;
      return;
    }
    this.#forms.push(form);
    if (this.#forms.length > FORMS_KEPT) this.#forms.shift();
    this.#sameSince = undefined;
    this.#sameCount = 0;
  }
}

/** FNV-1a over the end of every slice; headers at their beginning count pictures and differ anyway. */
function sliceTails({ data, format }: AccessUnit): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at + 5 <= data.length; ) {
    const end = Math.min(data.length, at + 4 + data.readUInt32BE(at));
    if (isSlice(format.codec, data[at + 4]!))
      for (let i = Math.max(at + 4, end - TAIL_BYTES); i < end; i++)
        hash = Math.imul(hash ^ data[i]!, 0x01000193);
    at = end;
  }
  return hash;
}

function isSlice(codec: AccessUnit['format']['codec'], firstByte: number): boolean {
  if (codec === 'h265') return h265NalType(firstByte) <= H265_NAL.lastSlice;
  const type = h264NalType(firstByte);
  return type === H264_NAL.idrSlice || type === H264_NAL.slice;
}
