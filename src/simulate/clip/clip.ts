import { readFile, stat } from 'node:fs/promises';
import { NgatuError } from '#base';
import { type Mp4Track, readMp4 } from './mp4.ts';

/** A clip as its coded pictures, in decoding order, with times in 90 kHz from its start. */
export interface Clip {
  readonly path: string;
  readonly codec: 'h264' | 'h265';
  readonly width: number;
  readonly height: number;
  /** H.264: SPS, PPS; H.265: VPS, SPS, PPS. */
  readonly parameterSets: readonly Buffer[];
  readonly pictures: readonly CodedPicture[];
  readonly duration90k: number;
}

export interface CodedPicture {
  /** Without start codes, lengths and access unit delimiters. */
  readonly nalUnits: readonly Buffer[];
  readonly dts90k: number;
  readonly pts90k: number;
  readonly keyframe: boolean;
}

const LARGEST_FILE = 512 * 1024 * 1024;

/** Throws `CLIP_UNREADABLE` or `CLIP_INVALID`, both naming the file. */
export async function readClip(path: string): Promise<Clip> {
  const file = await contents(path);
  try {
    return clipOf(path, readMp4(file));
  } catch (cause) {
    // A table that ends early shows as a read beyond the buffer.
    const why = cause instanceof NgatuError || cause instanceof RangeError ? cause.message : undefined;
    if (why === undefined) throw cause;
    throw new NgatuError('CLIP_INVALID', `${path}: ${why}`, { kind: 'config', context: { path }, cause });
  }
}

async function contents(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) throw new Error(`${size} bytes, ${LARGEST_FILE} at the most`);
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The clip ${path} cannot be read: ${why}`;
    throw new NgatuError('CLIP_UNREADABLE', message, { kind: 'config', context: { path }, cause });
  }
}

function clipOf(path: string, track: Mp4Track): Clip {
  const to90k = (ticks: number) => Math.round((ticks * 90_000) / track.timescale);
  const earliest = track.samples.reduce((least, sample) => Math.min(least, sample.compositionTicks), 0);
  const pictures = track.samples.map((sample): CodedPicture => {
    const nalUnits = split(sample.data, track.nalLengthSize).filter((nal) => !isDelimiter(nal, track.codec));
    if (nalUnits.length === 0) throw new RangeError('a picture of it holds no NAL unit');
    const dts90k = to90k(sample.decodingTicks);
    // Shifted so that no picture is due for presentation before it is decoded.
    const pts90k = to90k(sample.decodingTicks + sample.compositionTicks - earliest);
    return { nalUnits, dts90k, pts90k, keyframe: sample.keyframe };
  });
  if (pictures[0]?.keyframe !== true) throw new RangeError('its first picture is not a keyframe');
  const { codec, width, height, parameterSets } = track;
  const duration90k = Math.max(to90k(track.durationTicks), pictures.at(-1)!.dts90k + 1);
  return { path, codec, width, height, parameterSets, pictures, duration90k };
}

function split(sample: Buffer, lengthSize: number): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + lengthSize <= sample.length; ) {
    const start = at + lengthSize;
    at = start + sample.readUIntBE(at, lengthSize);
    if (at > sample.length) throw new RangeError('a NAL unit of it reaches beyond its picture');
    if (at > start + 1) found.push(sample.subarray(start, at));
  }
  return found;
}

function isDelimiter(nal: Buffer, codec: Clip['codec']): boolean {
  return codec === 'h264' ? (nal[0]! & 0x1f) === 9 : ((nal[0]! >> 1) & 0x3f) === 35;
}
