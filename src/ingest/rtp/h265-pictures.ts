import {
  H265_NAL,
  type H265Pps,
  type H265Sps,
  h265MimeCodec,
  h265NalType,
  h265OrderCountLsb,
  h265SlicePpsId,
  h265StartsPicture,
  isH265RandomAccess,
  isH265SkippedLeading,
  OrderCounter,
  parseH265Pps,
  parseH265Sps,
  parseH265Vps,
} from '#codec';
import type { VideoFormat } from '../access-unit.ts';
import { NAL_USE, type NalUse } from './nal-use.ts';
import { ParameterSets, sameNals } from './parameter-sets.ts';
import type { PictureRules } from './picture-rules.ts';

/** H.265: which NAL units make a picture, what format it has, where it stands in presentation order. */
export class H265Pictures implements PictureRules {
  readonly #vps = new ParameterSets(parseH265Vps);
  readonly #sps = new ParameterSets(parseH265Sps);
  readonly #pps = new ParameterSets(parseH265Pps);
  #activeSps: H265Sps | undefined;
  #activePps: H265Pps | undefined;
  #format: VideoFormat | undefined;
  #order = new OrderCounter(16);
  changed = false;
  readonly refusal = undefined;

  use(firstByte: number): NalUse {
    const type = h265NalType(firstByte);
    if ((firstByte & 1) !== 0) return NAL_USE.drop;
    if (type <= H265_NAL.lastSlice) {
      if (isH265RandomAccess(type)) return NAL_USE.keyframeSlice;
      return isH265SkippedLeading(type) ? NAL_USE.skippedLeadingSlice : NAL_USE.slice;
    }
    if (type <= H265_NAL.pps) return NAL_USE.parameterSet;
    return type === H265_NAL.prefixSei || type === H265_NAL.suffixSei ? NAL_USE.companion : NAL_USE.drop;
  }

  startsPicture(bytes: Buffer, start: number): boolean {
    return h265StartsPicture(bytes, start);
  }

  parameterSet(nal: Buffer): void {
    const type = h265NalType(nal[0]!);
    const sets = type === H265_NAL.vps ? this.#vps : type === H265_NAL.sps ? this.#sps : this.#pps;
    if (sets.add(nal)) this.changed = true;
  }

  formatFor(firstSlice: Buffer): VideoFormat | undefined {
    const pps = this.#pps.get(h265SlicePpsId(firstSlice) ?? -1)?.facts;
    if (!this.changed && pps === this.#activePps) return this.#format;
    const sps = this.#sps.get(pps?.spsId ?? -1)?.facts;
    if (pps === undefined || sps === undefined || this.#vps.get(sps.vpsId) === undefined) return undefined;
    this.changed = false;
    if (this.#activeSps !== sps) this.#order = new OrderCounter(sps.orderCountLsbBits);
    this.#activePps = pps;
    this.#activeSps = sps;
    this.#format = this.#keepOrReplace(this.#describe(sps));
    return this.#format;
  }

  get reorderedPictures(): number | undefined {
    return this.#activeSps?.reorderedPictures;
  }

  get needsOrder(): boolean {
    return this.#activeSps !== undefined && this.#activeSps.reorderedPictures !== 0;
  }

  readonly leadingPictures = true;

  /** Told in the VUI behind structures that nothing else needs; pictures tell it as well. */
  readonly framesPerSecond = undefined;

  get problem(): string | undefined {
    return this.#sps.problem ?? this.#pps.problem ?? this.#vps.problem;
  }

  orderCount(firstSlice: Buffer): number | undefined {
    if (this.#activeSps === undefined || this.#activePps === undefined) return undefined;
    const lsb = h265OrderCountLsb(firstSlice, this.#activeSps, this.#activePps);
    if (lsb === undefined) return undefined;
    const type = h265NalType(firstSlice[0]!);
    if (type === H265_NAL.idrWRadl || type === H265_NAL.idrNLp) this.#order.restart();
    const baseLayer = (firstSlice[1]! & 7) === 1;
    const reference = type >= H265_NAL.blaWLp || (type % 2 === 1 && type < 6);
    return this.#order.next(lsb, baseLayer && reference);
  }

  #describe(sps: H265Sps): VideoFormat {
    return {
      codec: 'h265',
      mimeCodec: h265MimeCodec(sps.profile),
      width: sps.width,
      height: sps.height,
      parameterSets: {
        vps: this.#vps.nals((set) => set.id === sps.vpsId),
        sps: this.#sps.nals((set) => set.id === sps.id),
        pps: this.#pps.nals((set) => set.spsId === sps.id),
      },
    };
  }

  #keepOrReplace(next: VideoFormat): VideoFormat {
    const now = this.#format?.parameterSets;
    const { vps, sps, pps } = next.parameterSets;
    const same =
      now !== undefined && sameNals(now.vps, vps) && sameNals(now.sps, sps) && sameNals(now.pps, pps);
    return same ? this.#format! : next;
  }
}
