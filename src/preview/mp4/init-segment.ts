import type { VideoFormat } from '#ingest';
import { box, fullBox, words } from './box.ts';
import { sampleEntry } from './sample-entry.ts';

/** Ticks a second of every timeline here. */
const TIMESCALE = 90_000;
export const TRACK_ID = 1;

const UNITY_MATRIX = words([0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000]);
const LANGUAGE_UNDETERMINED = 0x55c40000;

/** What a SourceBuffer needs before the first fragment: `ftyp` and a `moov` without samples (ISO BMFF byte stream format §3). Throws RangeError, see `sampleEntry`. */
export function initSegment(format: VideoFormat): Buffer {
  const noSamples = [
    fullBox('stts', 0, 0, [0]),
    fullBox('stsc', 0, 0, [0]),
    fullBox('stsz', 0, 0, [0, 0]),
    fullBox('stco', 0, 0, [0]),
  ];
  const extends_ = box('mvex', fullBox('trex', 0, 0, [TRACK_ID, 1, 0, 0, 0]));
  return Buffer.concat([
    box('ftyp', Buffer.from('iso6\0\0\x02\0iso6mp41', 'latin1')),
    box('moov', movieHeader(), videoTrack({ format, duration: 0, tables: noSamples }), extends_),
  ]);
}

export interface MovieTimes {
  /** In ticks of TIMESCALE; 0 in a fragmented file. */
  readonly duration: number;
  /** Seconds since 1904-01-01T00:00Z, as ISO/IEC 14496-12 §8.2.2 counts; 0 for unknown. */
  readonly createdAt: number;
}

/** `mvhd`, version 0: durations up to 13 hours. */
export function movieHeader(times: MovieTimes = { duration: 0, createdAt: 0 }): Buffer {
  return fullBox(
    'mvhd',
    0,
    0,
    [times.createdAt, times.createdAt, TIMESCALE, times.duration, 0x10000, 0x1000000, 0, 0],
    UNITY_MATRIX,
    [0, 0, 0, 0, 0, 0, TRACK_ID + 1],
  );
}

export interface VideoTrack {
  readonly format: VideoFormat;
  /** As shown, in ticks of TIMESCALE. */
  readonly duration: number;
  /** Where its samples last longer than they are shown (an edit list cuts them). */
  readonly mediaDuration?: number;
  readonly edits?: Buffer;
  readonly createdAt?: number;
  /** `stts` and what follows it. */
  readonly tables: readonly Buffer[];
}

export function videoTrack(track: VideoTrack): Buffer {
  const { width, height } = track.format;
  const created = track.createdAt ?? 0;
  const enabledInMovie = 3;
  const header = fullBox(
    'tkhd',
    0,
    enabledInMovie,
    [created, created, TRACK_ID, 0, track.duration, 0, 0, 0, 0],
    UNITY_MATRIX,
    [width * 0x10000, height * 0x10000],
  );
  return box('trak', header, track.edits ?? Buffer.alloc(0), media(track, created));
}

function media(track: VideoTrack, created: number): Buffer {
  const duration = track.mediaDuration ?? track.duration;
  const here = box('dinf', fullBox('dref', 0, 0, [1], fullBox('url ', 0, 1)));
  const table = box('stbl', fullBox('stsd', 0, 0, [1], sampleEntry(track.format)), ...track.tables);
  return box(
    'mdia',
    fullBox('mdhd', 0, 0, [created, created, TIMESCALE, duration, LANGUAGE_UNDETERMINED]),
    fullBox('hdlr', 0, 0, [0], Buffer.from('vide'), [0, 0, 0], Buffer.from('Ngatu\0')),
    box('minf', fullBox('vmhd', 0, 1, [0, 0]), here, table),
  );
}
