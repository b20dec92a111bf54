import { BitReader } from './bit-reader.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

/** profile_tier_level, ITU-T H.265 §7.3.3, of the whole stream. */
export interface H265Profile {
  readonly space: number;
  readonly tier: number;
  readonly profile: number;
  readonly compatibility: number;
  /** progressive_source_flag and what follows it, six bytes. */
  readonly constraints: readonly number[];
  readonly level: number;
}

/** Video parameter set, §7.3.2.1: only who it is. */
export interface H265Vps {
  readonly id: number;
}

/** Sequence parameter set, §7.3.2.2, as far as the reordering. */
export interface H265Sps {
  readonly id: number;
  readonly vpsId: number;
  readonly profile: H265Profile;
  /** Of the picture that is shown: after the conformance window. */
  readonly width: number;
  readonly height: number;
  readonly chromaFormat: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  readonly temporalLayers: number;
  readonly temporalNesting: boolean;
  readonly separateColourPlanes: boolean;
  readonly orderCountLsbBits: number;
  /** How many pictures may come before one that is shown earlier. */
  readonly reorderedPictures: number;
}

/** Picture parameter set, §7.3.2.3, as far as slice headers need it. */
export interface H265Pps {
  readonly id: number;
  readonly spsId: number;
  readonly dependentSlices: boolean;
  readonly outputFlagPresent: boolean;
  readonly extraSliceHeaderBits: number;
}

const MAX_SIDE = 16_384;

/** `nal` with its two header bytes, without start code or length. */
export function parseH265Vps(nal: Uint8Array): Parsed<H265Vps> {
  if (nal.length < 4) return malformed(`video parameter set of ${nal.length} bytes is too short`);
  return parsed({ id: nal[2]! >> 4 });
}

/** `nal` with its two header bytes, without start code or length. */
export function parseH265Sps(nal: Uint8Array): Parsed<H265Sps> {
  const reader = new BitReader(nal, 2);
  const vpsId = reader.bits(4);
  const temporalLayers = reader.bits(3) + 1;
  const temporalNesting = reader.flag();
  if (temporalLayers > 7) return malformed('sequence parameter set has more than 7 temporal layers');
  const profile = readProfile(reader, temporalLayers);
  const id = reader.ue();
  const chromaFormat = reader.ue();
  if (id > 15 || chromaFormat > 3)
    return malformed(`sequence parameter set id ${id} or chroma format ${chromaFormat} is out of range`);
  const separateColourPlanes = chromaFormat === 3 && reader.flag();
  const size = readSize(reader, chromaFormat);
  const bitDepthLuma = reader.ue() + 8;
  const bitDepthChroma = reader.ue() + 8;
  const orderCountLsbBits = reader.ue() + 4;
  const reorderedPictures = readReordering(reader, temporalLayers);
  if (reader.overrun) return malformed('sequence parameter set ends too early');
  if (orderCountLsbBits > 16 || reorderedPictures > 16)
    return malformed('order count or reordering is out of range');
  if (size.width < 1 || size.height < 1 || size.width > MAX_SIDE || size.height > MAX_SIDE)
    return malformed(`picture of ${size.width}x${size.height} is impossible`);
  return parsed({
    id,
    vpsId,
    profile,
    width: size.width,
    height: size.height,
    chromaFormat,
    bitDepthLuma,
    bitDepthChroma,
    temporalLayers,
    temporalNesting,
    separateColourPlanes,
    orderCountLsbBits,
    reorderedPictures,
  });
}

/** `nal` with its two header bytes. */
export function parseH265Pps(nal: Uint8Array): Parsed<H265Pps> {
  const reader = new BitReader(nal, 2);
  const id = reader.ue();
  const spsId = reader.ue();
  const dependentSlices = reader.flag();
  const outputFlagPresent = reader.flag();
  const extraSliceHeaderBits = reader.bits(3);
  if (reader.overrun) return malformed('picture parameter set ends too early');
  if (id > 63 || spsId > 15)
    return malformed(`picture parameter set ids ${id} and ${spsId} are out of range`);
  return parsed({ id, spsId, dependentSlices, outputFlagPresent, extraSliceHeaderBits });
}

function readProfile(reader: BitReader, temporalLayers: number): H265Profile {
  const space = reader.bits(2);
  const tier = reader.bit();
  const profile = reader.bits(5);
  const compatibility = reader.bits(32);
  const constraints = Array.from({ length: 6 }, () => reader.bits(8));
  const level = reader.bits(8);
  skipSubLayers(reader, temporalLayers - 1);
  return { space, tier, profile, compatibility, constraints, level };
}

function skipSubLayers(reader: BitReader, count: number): void {
  const present = Array.from({ length: count }, () => ({ profile: reader.flag(), level: reader.flag() }));
  if (count > 0) reader.skip(2 * (8 - count));
  for (const layer of present) {
    if (layer.profile) reader.skip(88);
    if (layer.level) reader.skip(8);
  }
}

function readSize(reader: BitReader, chromaFormat: number): { width: number; height: number } {
  const width = reader.ue();
  const height = reader.ue();
  if (!reader.flag()) return { width, height };
  const unitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const unitY = chromaFormat === 1 ? 2 : 1;
  return {
    width: width - (reader.ue() + reader.ue()) * unitX,
    height: height - (reader.ue() + reader.ue()) * unitY,
  };
}

/** sps_max_num_reorder_pics of the highest temporal layer. */
function readReordering(reader: BitReader, temporalLayers: number): number {
  const each = reader.flag();
  let reordered = 0;
  for (let layer = each ? 0 : temporalLayers - 1; layer < temporalLayers; layer++) {
    reader.ue();
    reordered = reader.ue();
    reader.ue();
  }
  return reordered;
}
