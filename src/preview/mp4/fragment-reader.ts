import { h264MimeCodec, h265MimeCodec, parseH264Sps, parseH265Sps } from '#codec';
import type { VideoFormat } from '#ingest';
import { BoxSplitter, findBox, type ReadBox, readBoxes } from './read-boxes.ts';

/** One sample of a fragmented MP4, times in ticks of the track's own `timescale`. */
export interface ReadSample {
  readonly data: Buffer;
  readonly keyframe: boolean;
  readonly decodeTime: number;
  readonly compositionOffset: number;
}

export interface FragmentSink {
  format(format: VideoFormat, timescale: number): void;
  sample(sample: ReadSample): void;
}

interface Defaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

interface Listed {
  readonly size: number;
  readonly flags: number;
  readonly decodeTime: number;
  readonly compositionOffset: number;
}

const NOT_A_SYNC_SAMPLE = 0x00010000;
const MAX_BOX_BYTES = 64 * 1024 * 1024;
/** VisualSampleEntry up to its boxes. */
const SAMPLE_ENTRY_BYTES = 78;

/**
 * Reads fragmented MP4 with one video track, as FFmpeg's muxer writes it to a pipe (`moof` right before its `mdat`).
 * `push` throws RangeError at what it cannot read.
 */
export class FragmentReader {
  readonly #sink: FragmentSink;
  readonly #boxes = new BoxSplitter(MAX_BOX_BYTES);
  #defaults: Defaults = { duration: 0, size: 0, flags: 0 };
  #listed: Listed[] = [];

  constructor(sink: FragmentSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    for (const box of this.#boxes.push(chunk)) this.#take(box);
  }

  #take({ type, payload }: ReadBox): void {
    if (type === 'moov') this.#readMovie(payload);
    else if (type === 'moof') this.#listed = listSamples(payload, this.#defaults);
    else if (type === 'mdat') this.#handOut(payload);
  }

  #readMovie(moov: Buffer): void {
    const trex = findBox(moov, 'mvex/trex');
    const mdhd = findBox(moov, 'trak/mdia/mdhd');
    const stsd = findBox(moov, 'trak/mdia/minf/stbl/stsd');
    if (trex === undefined || mdhd === undefined || stsd === undefined)
      throw new RangeError('expected moov with one fragmented video track');
    this.#defaults = {
      duration: trex.readUInt32BE(12),
      size: trex.readUInt32BE(16),
      flags: trex.readUInt32BE(20),
    };
    this.#sink.format(readFormat(stsd.subarray(8)), mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12));
  }

  #handOut(mdat: Buffer): void {
    let at = 0;
    for (const { size, flags, decodeTime, compositionOffset } of this.#listed) {
      if (size > mdat.length - at)
        throw new RangeError(`expected ${size} bytes of a sample, got ${mdat.length - at}`);
      const keyframe = (flags & NOT_A_SYNC_SAMPLE) === 0;
      this.#sink.sample({ data: mdat.subarray(at, at + size), keyframe, decodeTime, compositionOffset });
      at += size;
    }
    this.#listed = [];
  }
}

/** ISO/IEC 14496-12 §8.8.7, §8.8.8 and §8.8.12: which samples the following `mdat` holds. */
function listSamples(moof: Buffer, movie: Defaults): Listed[] {
  const traf = findBox(moof, 'traf');
  const tfhd = traf && findBox(traf, 'tfhd');
  const tfdt = traf && findBox(traf, 'tfdt');
  if (traf === undefined || tfhd === undefined || tfdt === undefined)
    throw new RangeError('expected traf with tfhd and tfdt in moof');
  const defaults = fragmentDefaults(tfhd, movie);
  let decodeTime = tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
  const listed: Listed[] = [];
  for (const { type, payload } of readBoxes(traf))
    if (type === 'trun') decodeTime = listRun(payload, defaults, decodeTime, listed);
  return listed;
}

function fragmentDefaults(tfhd: Buffer, movie: Defaults): Defaults {
  const present = tfhd.readUIntBE(1, 3);
  let at = 8 + (present & 0x1 ? 8 : 0) + (present & 0x2 ? 4 : 0);
  const next = (flag: number, otherwise: number): number => {
    if ((present & flag) === 0) return otherwise;
    at += 4;
    return tfhd.readUInt32BE(at - 4);
  };
  return {
    duration: next(0x8, movie.duration),
    size: next(0x10, movie.size),
    flags: next(0x20, movie.flags),
  };
}

function listRun(trun: Buffer, defaults: Defaults, decodeTime: number, listed: Listed[]): number {
  const present = trun.readUIntBE(1, 3);
  const count = trun.readUInt32BE(4);
  let at = 8 + (present & 0x1 ? 4 : 0);
  const next = (flag: number, otherwise: number): number => {
    if ((present & flag) === 0) return otherwise;
    at += 4;
    return trun.readUInt32BE(at - 4);
  };
  const firstFlags = next(0x4, defaults.flags);
  for (let i = 0; i < count && at <= trun.length; i++) {
    const duration = next(0x100, defaults.duration);
    const size = next(0x200, defaults.size);
    const flags = next(0x400, i === 0 ? firstFlags : defaults.flags);
    const compositionOffset = next(0x800, 0) | 0;
    listed.push({ size, flags, decodeTime, compositionOffset });
    decodeTime += duration;
  }
  return decodeTime;
}

/** The first sample entry, which must be `avc1` or `hvc1` with 4-byte lengths. */
function readFormat(entries: Buffer): VideoFormat {
  const entry = readBoxes(entries)[0];
  const inside = entry?.payload.subarray(SAMPLE_ENTRY_BYTES) ?? Buffer.alloc(0);
  const avcC = findBox(inside, 'avcC');
  const hvcC = findBox(inside, 'hvcC');
  const format = avcC ? h264Format(avcC) : hvcC ? h265Format(hvcC) : undefined;
  if (format === undefined) throw new RangeError(`expected avc1 or hvc1, got ${entry?.type ?? 'nothing'}`);
  return format;
}

function h264Format(avcC: Buffer): VideoFormat | undefined {
  const sets = { vps: [] as Buffer[], sps: [] as Buffer[], pps: [] as Buffer[] };
  let at = takeSets(avcC, 6, avcC[5]! & 0x1f, sets.sps);
  at = takeSets(avcC, at + 1, avcC[at]!, sets.pps);
  const sps = sets.sps[0] === undefined ? undefined : parseH264Sps(sets.sps[0]);
  if (sps?.ok !== true) return undefined;
  const { width, height } = sps.value;
  return { codec: 'h264', mimeCodec: h264MimeCodec(sps.value), width, height, parameterSets: sets };
}

function h265Format(hvcC: Buffer): VideoFormat | undefined {
  const sets = { vps: [] as Buffer[], sps: [] as Buffer[], pps: [] as Buffer[] };
  let at = 23;
  for (let left = hvcC[22]!; left > 0; left--) {
    const into = { 32: sets.vps, 33: sets.sps, 34: sets.pps }[hvcC[at]! & 0x3f] ?? [];
    at = takeSets(hvcC, at + 3, hvcC.readUInt16BE(at + 1), into);
  }
  const sps = sets.sps[0] === undefined ? undefined : parseH265Sps(sets.sps[0]);
  if (sps?.ok !== true) return undefined;
  const { width, height, profile } = sps.value;
  return { codec: 'h265', mimeCodec: h265MimeCodec(profile), width, height, parameterSets: sets };
}

function takeSets(record: Buffer, from: number, count: number, into: Buffer[]): number {
  let at = from;
  for (; count > 0; count--) {
    const length = record.readUInt16BE(at);
    into.push(Buffer.from(record.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return at;
}
