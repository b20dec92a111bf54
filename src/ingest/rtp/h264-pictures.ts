import {
  H264_NAL,
  type H264Sps,
  h264MimeCodec,
  h264NalType,
  h264SlicePpsId,
  h264StartsPicture,
  OrderCounter,
  parseH264Pps,
  parseH264Slice,
  parseH264Sps,
} from '#codec';
import type { VideoFormat } from '../access-unit.ts';
import { NAL_USE, type NalUse } from './nal-use.ts';
import { ParameterSets, sameNals } from './parameter-sets.ts';
import type { PictureRules } from './picture-rules.ts';

/** H.264: which NAL units make a picture, what format it has, where it stands in presentation order. */
export class H264Pictures implements PictureRules {
  readonly #sps = new ParameterSets(parseH264Sps);
  readonly #pps = new ParameterSets(parseH264Pps);
  #active: H264Sps | undefined;
  #activePps = -1;
  #format: VideoFormat | undefined;
  #order = new OrderCounter(16);
  changed = false;
  refusal: string | undefined;

  use(firstByte: number): NalUse {
    switch (h264NalType(firstByte)) {
      case H264_NAL.slice:
        return NAL_USE.slice;
      case H264_NAL.idrSlice:
        return NAL_USE.keyframeSlice;
      case H264_NAL.supplementalInformation:
        return NAL_USE.companion;
      case H264_NAL.sps:
      case H264_NAL.pps:
        return NAL_USE.parameterSet;
      default:
        return NAL_USE.drop;
    }
  }

  startsPicture(bytes: Buffer, start: number): boolean {
    return h264StartsPicture(bytes, start);
  }

  parameterSet(nal: Buffer): void {
    const sets = h264NalType(nal[0]!) === H264_NAL.sps ? this.#sps : this.#pps;
    if (sets.add(nal)) this.changed = true;
  }

  formatFor(firstSlice: Buffer): VideoFormat | undefined {
    const ppsId = h264SlicePpsId(firstSlice);
    if (ppsId === undefined) return undefined;
    if (!this.changed && ppsId === this.#activePps) return this.#format;
    const sps = this.#sps.get(this.#pps.get(ppsId)?.facts.spsId ?? -1)?.facts;
    if (sps === undefined) return undefined;
    this.#activePps = ppsId;
    this.changed = false;
    if (this.#active !== sps) this.#order = new OrderCounter(sps.orderCountLsbBits);
    this.#active = sps;
    this.#format = this.#keepOrReplace(this.#describe(sps));
    return this.#format;
  }

  get reorderedPictures(): number | undefined {
    return this.#active?.reorderedPictures;
  }

  get needsOrder(): boolean {
    return this.#active !== undefined && (this.#active.reorderedPictures !== 0 || this.#active.interlaced);
  }

  readonly leadingPictures = false;

  get framesPerSecond(): number | undefined {
    return this.#active?.framesPerSecond;
  }

  get problem(): string | undefined {
    return this.#sps.problem ?? this.#pps.problem;
  }

  orderCount(firstSlice: Buffer): number | undefined {
    const sps = this.#active;
    if (sps === undefined) return undefined;
    const slice = parseH264Slice(firstSlice, sps);
    if (slice?.fieldPicture === true) this.refusal = 'interlaced H.264 with a picture per field';
    if (slice?.orderCountLsb === undefined) return undefined;
    if (h264NalType(firstSlice[0]!) === H264_NAL.idrSlice) this.#order.restart();
    return this.#order.next(slice.orderCountLsb, (firstSlice[0]! & 0x60) !== 0);
  }

  #describe(sps: H264Sps): VideoFormat {
    return {
      codec: 'h264',
      mimeCodec: h264MimeCodec(sps),
      width: sps.width,
      height: sps.height,
      parameterSets: {
        vps: [],
        sps: this.#sps.nals((set) => set.id === sps.id),
        pps: this.#pps.nals((set) => set.spsId === sps.id),
      },
    };
  }

  #keepOrReplace(next: VideoFormat): VideoFormat {
    const now = this.#format?.parameterSets;
    const { sps, pps } = next.parameterSets;
    return now !== undefined && sameNals(now.sps, sps) && sameNals(now.pps, pps) ? this.#format! : next;
  }
}
