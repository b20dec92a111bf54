import { BitReader } from './bit-reader.ts';
import { readHrd } from './hrd.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

/** Sequence parameter set, ITU-T H.264 §7.3.2.1.1 and annex E: what a gateway needs of it. */
export interface H264Sps {
  readonly id: number;
  readonly profile: number;
  /** The byte of constraint_set flags, as it stands in the RFC 6381 string. */
  readonly constraints: number;
  readonly level: number;
  /** Of the picture that is shown: after cropping. */
  readonly width: number;
  readonly height: number;
  readonly chromaFormat: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  readonly interlaced: boolean;
  readonly separateColourPlanes: boolean;
  readonly frameNumBits: number;
  readonly orderCountType: number;
  readonly orderCountLsbBits: number;
  readonly referenceFrames: number;
  /**
   * How many pictures may come before one that is shown earlier. 0 where the stream cannot reorder at all,
   * undefined where it may and does not say how far.
   */
  readonly reorderedPictures: number | undefined;
  /** From the VUI timing, for a frame (two ticks); undefined where absent. */
  readonly framesPerSecond: number | undefined;
}

/** Picture parameter set, §7.3.2.2, as far as slice headers need it. */
export interface H264Pps {
  readonly id: number;
  readonly spsId: number;
}

interface Vui {
  readonly reorderedPictures: number | undefined;
  readonly framesPerSecond: number | undefined;
}

interface Chroma {
  readonly format: number;
  readonly separatePlanes: boolean;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
}

const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const PLAIN_CHROMA: Chroma = { format: 1, separatePlanes: false, bitDepthLuma: 8, bitDepthChroma: 8 };
const EXTENDED_SAR = 255;
const MAX_SIDE = 16_384;

/** `nal` with its header byte, without start code or length. */
export function parseH264Sps(nal: Uint8Array): Parsed<H264Sps> {
  if (nal.length < 5) return malformed(`sequence parameter set of ${nal.length} bytes is too short`);
  const reader = new BitReader(nal, 4);
  const id = reader.ue();
  if (id > 31) return malformed(`sequence parameter set id ${id} is above 31`);
  const chroma = PROFILES_WITH_CHROMA.has(nal[1]!) ? readChroma(reader) : PLAIN_CHROMA;
  if (chroma.format > 3) return malformed(`chroma format ${chroma.format} is unknown`);
  const frameNumBits = reader.ue() + 4;
  const order = readOrderCount(reader);
  if (frameNumBits > 16 || order === undefined)
    return malformed('frame number or order count is out of range');
  const referenceFrames = reader.ue();
  reader.bit();
  const size = readSize(reader, chroma);
  const vui: Vui = reader.flag()
    ? readVui(reader)
    : { reorderedPictures: undefined, framesPerSecond: undefined };
  if (reader.overrun) return malformed('sequence parameter set ends too early');
  if (size.width < 1 || size.height < 1 || size.width > MAX_SIDE || size.height > MAX_SIDE)
    return malformed(`picture of ${size.width}x${size.height} is impossible`);
  const sps = {
    profile: nal[1]!,
    constraints: nal[2]!,
    level: nal[3]!,
    referenceFrames,
    orderType: order.type,
  };
  return parsed({
    id,
    profile: sps.profile,
    constraints: sps.constraints,
    level: sps.level,
    width: size.width,
    height: size.height,
    chromaFormat: chroma.format,
    bitDepthLuma: chroma.bitDepthLuma,
    bitDepthChroma: chroma.bitDepthChroma,
    interlaced: size.interlaced,
    separateColourPlanes: chroma.separatePlanes,
    frameNumBits,
    orderCountType: order.type,
    orderCountLsbBits: order.lsbBits,
    referenceFrames,
    reorderedPictures: cannotReorder(sps) ? 0 : vui.reorderedPictures,
    framesPerSecond: vui.framesPerSecond,
  });
}

/** `nal` with its header byte. */
export function parseH264Pps(nal: Uint8Array): Parsed<H264Pps> {
  const reader = new BitReader(nal, 1);
  const id = reader.ue();
  const spsId = reader.ue();
  if (reader.overrun) return malformed('picture parameter set ends too early');
  if (id > 255 || spsId > 31)
    return malformed(`picture parameter set ids ${id} and ${spsId} are out of range`);
  return parsed({ id, spsId });
}

/** Baseline has no B slices; order count type 2 means output in decoding order (§8.2.1.3); the rest is all-intra or single-frame. */
function cannotReorder(sps: {
  profile: number;
  constraints: number;
  referenceFrames: number;
  orderType: number;
}): boolean {
  const intraOnly = (sps.constraints & 0x10) !== 0 && [44, 86, 100, 110, 122, 244].includes(sps.profile);
  return sps.profile === 66 || sps.orderType === 2 || sps.referenceFrames === 0 || intraOnly;
}

function readChroma(reader: BitReader): Chroma {
  const format = reader.ue();
  const separatePlanes = format === 3 && reader.flag();
  const bitDepthLuma = reader.ue() + 8;
  const bitDepthChroma = reader.ue() + 8;
  reader.bit();
  if (reader.flag())
    for (let list = 0; list < (format === 3 ? 12 : 8); list++) skipScalingList(reader, list < 6 ? 16 : 64);
  return { format, separatePlanes, bitDepthLuma, bitDepthChroma };
}

function skipScalingList(reader: BitReader, size: number): void {
  if (!reader.flag()) return;
  let last = 8;
  for (let i = 0; i < size && !reader.overrun; i++) {
    const next = (last + reader.se() + 256) & 0xff;
    if (next === 0) return;
    last = next;
  }
}

function readOrderCount(reader: BitReader): { type: number; lsbBits: number } | undefined {
  const type = reader.ue();
  if (type === 0) {
    const lsbBits = reader.ue() + 4;
    return lsbBits > 16 ? undefined : { type, lsbBits };
  }
  if (type === 1) {
    reader.bit();
    reader.se();
    reader.se();
    const cycle = reader.ue();
    if (cycle > 255) return undefined;
    for (let i = 0; i < cycle; i++) reader.se();
  }
  return type > 2 ? undefined : { type, lsbBits: 0 };
}

/** Size in macroblocks, less the cropping (equations 7-19 to 7-22). */
function readSize(reader: BitReader, chroma: Chroma): { width: number; height: number; interlaced: boolean } {
  const columns = reader.ue() + 1;
  const rows = reader.ue() + 1;
  const framesOnly = reader.flag();
  if (!framesOnly) reader.bit();
  reader.bit();
  let cropColumns = 0;
  let cropRows = 0;
  if (reader.flag()) {
    cropColumns = reader.ue() + reader.ue();
    cropRows = reader.ue() + reader.ue();
  }
  const fields = framesOnly ? 1 : 2;
  const unitX = chroma.format === 1 || chroma.format === 2 ? 2 : 1;
  const unitY = (chroma.format === 1 ? 2 : 1) * fields;
  return {
    width: columns * 16 - cropColumns * unitX,
    height: rows * 16 * fields - cropRows * unitY,
    interlaced: !framesOnly,
  };
}

/** Annex E.1.1. */
function readVui(reader: BitReader): Vui {
  if (reader.flag() && reader.bits(8) === EXTENDED_SAR) reader.skip(32);
  if (reader.flag()) reader.bit();
  if (reader.flag()) {
    reader.skip(4);
    if (reader.flag()) reader.skip(24);
  }
  if (reader.flag()) {
    reader.ue();
    reader.ue();
  }
  const framesPerSecond = reader.flag() ? readTiming(reader) : undefined;
  const nalHrd = reader.flag();
  if (nalHrd) readHrd(reader);
  const vclHrd = reader.flag();
  if (vclHrd) readHrd(reader);
  if (nalHrd || vclHrd) reader.bit();
  reader.bit();
  return { reorderedPictures: reader.flag() ? readReordering(reader) : undefined, framesPerSecond };
}

function readTiming(reader: BitReader): number | undefined {
  const unitsInTick = reader.bits(32);
  const timeScale = reader.bits(32);
  reader.bit();
  const rate = timeScale / (2 * unitsInTick);
  return rate > 0 && rate <= 1000 ? rate : undefined;
}

function readReordering(reader: BitReader): number | undefined {
  reader.bit();
  for (let i = 0; i < 4; i++) reader.ue();
  const reordered = reader.ue();
  reader.ue();
  return reordered <= 16 ? reordered : undefined;
}
