import { NgatuError } from '#base';

/** The first H.264 or H.265 track of an MP4 file, as its sample tables describe it (ISO/IEC 14496-12). */
export interface Mp4Track {
  readonly codec: 'h264' | 'h265';
  readonly width: number;
  readonly height: number;
  /** Bytes of the length before each NAL unit of a sample. */
  readonly nalLengthSize: number;
  /** In the order a decoder wants them. */
  readonly parameterSets: readonly Buffer[];
  /** Ticks a second of the times below. */
  readonly timescale: number;
  readonly durationTicks: number;
  readonly samples: readonly Mp4Sample[];
}

interface Mp4Sample {
  readonly data: Buffer;
  readonly decodingTicks: number;
  /** Presentation minus decoding time; may be negative in version 1 tables. */
  readonly compositionTicks: number;
  readonly keyframe: boolean;
}

/** Reads a whole, non-fragmented file; the samples share its memory. Throws `CLIP_INVALID`. */
export function readMp4(file: Buffer): Mp4Track {
  const movie = child(boxes(file), 'moov');
  if (movie === undefined) throw invalid('it has no moov box: not an MP4 file, or cut off');
  const media = boxes(movie)
    .filter((box) => box.type === 'trak')
    .map((track) => child(boxes(track.data), 'mdia'))
    .find((data) => data !== undefined && handler(data) === 'vide');
  if (media === undefined) throw invalid('it has no video track');
  const header = required(media, 'mdhd');
  const timescale = header.readUInt32BE(header[0] === 1 ? 20 : 12);
  if (timescale === 0) throw invalid('its video track has a timescale of 0');
  const tables = required(required(media, 'minf'), 'stbl');
  return { ...sampleEntry(required(tables, 'stsd')), timescale, ...samplesOf(file, tables) };
}

interface Box {
  readonly type: string;
  readonly data: Buffer;
}

function boxes(data: Buffer): Box[] {
  const found: Box[] = [];
  for (let at = 0; at + 8 <= data.length; ) {
    const short = data.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    if (at + head > data.length) throw invalid('a box header is cut off');
    const size = short === 0 ? data.length - at : short === 1 ? Number(data.readBigUInt64BE(at + 8)) : short;
    const type = data.toString('latin1', at + 4, at + 8);
    if (size < head || at + size > data.length) throw invalid(`its ${type} box reaches beyond its end`);
    found.push({ type, data: data.subarray(at + head, at + size) });
    at += size;
  }
  return found;
}

function child(list: readonly Box[], type: string): Buffer | undefined {
  return list.find((box) => box.type === type)?.data;
}

function required(parent: Buffer, type: string): Buffer {
  const data = child(boxes(parent), type);
  if (data === undefined) throw invalid(`its video track has no ${type} box`);
  return data;
}

function handler(media: Buffer): string {
  return required(media, 'hdlr').toString('latin1', 8, 12);
}

type Entry = Pick<Mp4Track, 'codec' | 'width' | 'height' | 'nalLengthSize' | 'parameterSets'>;

/** ISO/IEC 14496-15: avc1/avc3 with avcC, hvc1/hev1 with hvcC, behind the 78 bytes of a VisualSampleEntry. */
function sampleEntry(descriptions: Buffer): Entry {
  const entry = boxes(descriptions.subarray(8))[0];
  const type = entry?.type ?? 'none';
  const codec = /^avc[13]$/.test(type) ? 'h264' : /^h(vc|ev)1$/.test(type) ? 'h265' : undefined;
  if (entry === undefined || codec === undefined)
    throw invalid(`its video is ${JSON.stringify(type)}: H.264 (avc1) or H.265 (hvc1) expected`);
  const config = child(boxes(entry.data.subarray(78)), codec === 'h264' ? 'avcC' : 'hvcC');
  if (config === undefined) throw invalid(`its ${type} entry has no decoder configuration`);
  const size = { width: entry.data.readUInt16BE(24), height: entry.data.readUInt16BE(26) };
  return { codec, ...size, ...(codec === 'h264' ? avcConfig(config) : hevcConfig(config)) };
}

function avcConfig(config: Buffer): Pick<Entry, 'nalLengthSize' | 'parameterSets'> {
  const parameterSets: Buffer[] = [];
  let at = nalUnits(config, 6, config.readUInt8(5) & 0x1f, parameterSets);
  at = nalUnits(config, at + 1, config.readUInt8(at), parameterSets);
  return { nalLengthSize: (config.readUInt8(4) & 3) + 1, parameterSets };
}

function hevcConfig(config: Buffer): Pick<Entry, 'nalLengthSize' | 'parameterSets'> {
  const parameterSets: Buffer[] = [];
  let at = 23;
  for (let arrays = config.readUInt8(22); arrays > 0; arrays--) {
    // VPS, SPS and PPS are 32 to 34; SEI arrays stay out.
    const wanted = (config.readUInt8(at) & 0x3f) <= 34;
    at = nalUnits(config, at + 3, config.readUInt16BE(at + 1), wanted ? parameterSets : []);
  }
  return { nalLengthSize: (config.readUInt8(21) & 3) + 1, parameterSets };
}

function nalUnits(config: Buffer, start: number, count: number, into: Buffer[]): number {
  let at = start;
  for (let left = count; left > 0; left--) {
    const end = at + 2 + config.readUInt16BE(at);
    if (end > config.length) throw invalid('a parameter set is cut off');
    into.push(config.subarray(at + 2, end));
    at = end;
  }
  return at;
}

function samplesOf(file: Buffer, tables: Buffer): Pick<Mp4Track, 'samples' | 'durationTicks'> {
  const list = boxes(tables);
  const sizes = sampleSizes(required(tables, 'stsz'), file.length);
  if (sizes.length === 0) throw invalid('its video track has no samples: fragmented MP4 is not read');
  const offsets = sampleOffsets(list, tables, sizes);
  const { times, end: durationTicks } = runLengths(required(tables, 'stts'), sizes.length);
  const composition = child(list, 'ctts');
  const shifts = composition === undefined ? undefined : values(composition, sizes.length);
  const sync = child(list, 'stss');
  const keyframes = sync === undefined ? undefined : new Set(numbers(sync));
  const samples = sizes.map((size, index): Mp4Sample => {
    const offset = offsets[index]!;
    if (offset + size > file.length) throw invalid(`its sample ${index + 1} lies beyond its end`);
    const keyframe = keyframes?.has(index + 1) ?? true;
    const data = file.subarray(offset, offset + size);
    return { data, decodingTicks: times[index]!, compositionTicks: shifts?.[index] ?? 0, keyframe };
  });
  return { samples, durationTicks };
}

function sampleSizes(box: Buffer, fileLength: number): number[] {
  const same = box.readUInt32BE(4);
  const count = box.readUInt32BE(8);
  if (same !== 0 && same * count > fileLength) throw invalid('its sample sizes add up to more than the file');
  if (same !== 0) return new Array<number>(count).fill(same);
  return numbers(box.subarray(4));
}

/** A count and as many 32-bit numbers, behind 4 bytes of version and flags. */
function numbers(box: Buffer): number[] {
  const count = box.readUInt32BE(4);
  if (8 + count * 4 > box.length) throw invalid('a sample table is shorter than it says');
  return Array.from({ length: count }, (_, index) => box.readUInt32BE(8 + index * 4));
}

function sampleOffsets(list: readonly Box[], tables: Buffer, sizes: readonly number[]): number[] {
  const chunks = chunkOffsets(list, tables);
  const map = required(tables, 'stsc');
  const offsets: number[] = [];
  for (let run = 0, runs = map.readUInt32BE(4); run < runs; run++) {
    const at = 8 + run * 12;
    const next = run + 1 < runs ? map.readUInt32BE(at + 12) - 1 : chunks.length;
    const last = Math.min(next, chunks.length);
    const perChunk = map.readUInt32BE(at + 4);
    for (let chunk = map.readUInt32BE(at); chunk <= last && offsets.length < sizes.length; chunk++) {
      let offset = chunks[chunk - 1] ?? Number.POSITIVE_INFINITY;
      for (let left = perChunk; left > 0 && offsets.length < sizes.length; left--) {
        offsets.push(offset);
        offset += sizes[offsets.length - 1]!;
      }
    }
  }
  if (offsets.length < sizes.length) throw invalid('its sample tables contradict each other');
  return offsets;
}

function chunkOffsets(list: readonly Box[], tables: Buffer): number[] {
  const long = child(list, 'co64');
  if (long === undefined) return numbers(required(tables, 'stco'));
  const count = long.readUInt32BE(4);
  if (8 + count * 8 > long.length) throw invalid('its co64 table is shorter than it says');
  return Array.from({ length: count }, (_, index) => Number(long.readBigUInt64BE(8 + index * 8)));
}

/** Decoding times from the run-length coded durations of `stts`. */
function runLengths(box: Buffer, count: number): { readonly times: number[]; readonly end: number } {
  const times: number[] = [];
  let end = 0;
  for (const duration of values(box, count)) {
    times.push(end);
    end += duration;
  }
  if (times.length < count) throw invalid('its stts table is shorter than its samples');
  return { times, end };
}

/** The run-length coded numbers of `stts` and `ctts`, `count` of them at the most. */
function values(box: Buffer, count: number): number[] {
  const signed = box[0] === 1;
  const found: number[] = [];
  for (let run = 0, runs = box.readUInt32BE(4); run < runs && found.length < count; run++) {
    const at = 8 + run * 8;
    const value = signed ? box.readInt32BE(at + 4) : box.readUInt32BE(at + 4);
    for (let left = box.readUInt32BE(at); left > 0 && found.length < count; left--) found.push(value);
  }
  return found;
}

function invalid(what: string): NgatuError {
  return new NgatuError('CLIP_INVALID', `This clip cannot be played: ${what}.`, { kind: 'config' });
}
