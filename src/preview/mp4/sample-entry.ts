import { type H265Sps, parseH264Sps, parseH265Sps } from '#codec';
import type { VideoFormat } from '#ingest';
import { box, halves, words } from './box.ts';

/** Profiles whose configuration record says chroma format and bit depth (ISO/IEC 14496-15 §5.3.3.1.2). */
const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 144]);
const LENGTH_SIZE_4 = 3;
const H265_ARRAYS = { vps: 32, sps: 33, pps: 34 } as const;

/** `avc1` or `hvc1` with its configuration record. Throws RangeError where its parameter sets cannot be read. */
export function sampleEntry(format: VideoFormat): Buffer {
  return format.codec === 'h264'
    ? visualEntry('avc1', format, avcC(format))
    : visualEntry('hvc1', format, hvcC(format));
}

/** VisualSampleEntry, ISO/IEC 14496-12 §12.1.3: 72 dpi, one picture a sample, 24 bits deep. */
function visualEntry(type: string, format: VideoFormat, configuration: Buffer): Buffer {
  return box(
    type,
    halves([0, 0, 0, 1]),
    Buffer.alloc(16),
    halves([format.width, format.height]),
    words([0x480000, 0x480000, 0]),
    halves([1]),
    Buffer.alloc(32),
    halves([24, 0xffff]),
    configuration,
  );
}

/** AVCDecoderConfigurationRecord, ISO/IEC 14496-15 §5.3.3.1.2. */
function avcC(format: VideoFormat): Buffer {
  const { sps, pps } = format.parameterSets;
  const first = sps[0];
  const read = first === undefined ? undefined : parseH264Sps(first);
  if (first === undefined || read === undefined || !read.ok || pps.length === 0)
    throw unusable(format, read?.ok === false ? read.problem : `${sps.length} SPS and ${pps.length} PPS`);
  const { profile, constraints, level, chromaFormat, bitDepthLuma, bitDepthChroma } = read.value;
  const head = Buffer.from([1, profile, constraints, level, 0xfc | LENGTH_SIZE_4]);
  const chroma = Buffer.from([
    0xfc | chromaFormat,
    0xf8 | (bitDepthLuma - 8),
    0xf8 | (bitDepthChroma - 8),
    0,
  ]);
  return box(
    'avcC',
    head,
    Buffer.from([0xe0 | sps.length]),
    ...sps.flatMap(withLength),
    Buffer.from([pps.length]),
    ...pps.flatMap(withLength),
    PROFILES_WITH_CHROMA.has(profile) ? chroma : Buffer.alloc(0),
  );
}

/** HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 §8.3.3.1.2. */
function hvcC(format: VideoFormat): Buffer {
  const { vps, sps, pps } = format.parameterSets;
  const read = sps[0] === undefined ? undefined : parseH265Sps(sps[0]);
  if (read === undefined || !read.ok || vps.length === 0 || pps.length === 0)
    throw unusable(
      format,
      read?.ok === false ? read.problem : `${vps.length} VPS, ${sps.length} SPS and ${pps.length} PPS`,
    );
  return box(
    'hvcC',
    hvcHead(read.value),
    ...parameterArray(H265_ARRAYS.vps, vps),
    ...parameterArray(H265_ARRAYS.sps, sps),
    ...parameterArray(H265_ARRAYS.pps, pps),
  );
}

/** Everything before the parameter sets; segmentation, parallelism and frame rate are left unknown, as the record allows. */
function hvcHead(sps: H265Sps): Buffer {
  const { space, tier, profile, compatibility, constraints, level } = sps.profile;
  return Buffer.concat([
    Buffer.from([1, (space << 6) | (tier << 5) | profile]),
    words([compatibility]),
    Buffer.from([...constraints, level, 0xf0, 0, 0xfc, 0xfc | sps.chromaFormat]),
    Buffer.from([0xf8 | (sps.bitDepthLuma - 8), 0xf8 | (sps.bitDepthChroma - 8), 0, 0]),
    Buffer.from([(sps.temporalLayers << 3) | (sps.temporalNesting ? 4 : 0) | LENGTH_SIZE_4, 3]),
  ]);
}

/** `array_completeness` is set: none of these parameter sets comes with the pictures. */
function parameterArray(nalType: number, sets: readonly Buffer[]): Buffer[] {
  return [Buffer.from([0x80 | nalType]), halves([sets.length]), ...sets.flatMap(withLength)];
}

function withLength(nal: Buffer): Buffer[] {
  return [halves([nal.length]), nal];
}

function unusable({ codec }: VideoFormat, came: string): RangeError {
  return new RangeError(
    `Expected the parameter sets of an ${codec} stream that a decoder can be set up with, got: ${came}.`,
  );
}
