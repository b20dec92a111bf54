import type { EpochMs } from '#base';
import type { AccessUnit } from '#ingest';
import { box, fullBox, words } from './box.ts';
import { movieHeader, videoTrack } from './init-segment.ts';
import { tags } from './tags.ts';

/** A picture and its place on the clip's own timeline, which begins at 0, in ticks of 90 kHz. */
export interface PlacedPicture {
  readonly unit: AccessUnit;
  readonly decodeTime: number;
  readonly duration: number;
}

export interface MovieFacts {
  readonly duration: number;
  readonly startsAt: EpochMs;
  readonly title: string | undefined;
}

/** Seconds from 1904-01-01 to 1970-01-01. */
const EPOCH_1904 = 2_082_844_800;
const LARGEST_MDAT = 2 ** 32 - 1;

/** Everything of a regular MP4 before the pictures' bytes: `ftyp`, `moov` with its sample tables and the header of `mdat`. */
export function movie(pictures: readonly PlacedPicture[], facts: MovieFacts): Buffer {
  const mdatBytes = 8 + pictures.reduce((sum, { unit }) => sum + unit.data.length, 0);
  if (mdatBytes > LARGEST_MDAT) throw new RangeError(`expected a clip below 4 GiB, got ${mdatBytes} bytes`);
  const type = box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1'));
  // The tables hold where the pictures begin, which depends on how long the tables are, but not on the number itself.
  const offset = type.length + moov(pictures, facts, 0).length + 8;
  const mdat = Buffer.concat([words([mdatBytes]), Buffer.from('mdat')]);
  return Buffer.concat([type, moov(pictures, facts, offset), mdat]);
}

function moov(pictures: readonly PlacedPicture[], facts: MovieFacts, offset: number): Buffer {
  const createdAt = Math.floor(facts.startsAt / 1000) + EPOCH_1904;
  // With reordered pictures the first one shown is not at 0: the edit list begins the movie there (§8.6.6).
  const shownFrom = Math.min(
    ...pictures.slice(0, 32).map((each) => each.decodeTime + compositionOffset(each)),
  );
  const edits = box('edts', fullBox('elst', 0, 0, [1, facts.duration, shownFrom, 0x10000]));
  const track = videoTrack({
    format: pictures[0]!.unit.format,
    duration: facts.duration,
    edits,
    createdAt,
    tables: sampleTables(pictures, offset),
  });
  const header = movieHeader({ duration: facts.duration, createdAt });
  const date = new Date(facts.startsAt).toISOString();
  return box('moov', header, track, tags({ title: facts.title, date }));
}

/** ISO/IEC 14496-12 §8.6 and §8.7: all pictures in one chunk. */
function sampleTables(pictures: readonly PlacedPicture[], offset: number): Buffer[] {
  const durations = runLengths(pictures.map((each) => each.duration));
  const offsets = pictures.map(compositionOffset);
  const keyframes = pictures.flatMap(({ unit }, i) => (unit.keyframe ? [i + 1] : []));
  const sizes = pictures.map(({ unit }) => unit.data.length);
  return [
    fullBox('stts', 0, 0, [durations.length, ...durations.flat()]),
    ...(offsets.some((each) => each !== 0) ? [compositionTable(offsets)] : []),
    fullBox('stss', 0, 0, [keyframes.length, ...keyframes]),
    fullBox('stsc', 0, 0, [1, 1, pictures.length, 1]),
    fullBox('stsz', 0, 0, [0, sizes.length, ...sizes]),
    fullBox('stco', 0, 0, [1, offset]),
  ];
}

/** Version 1, with signed offsets, only where it must be: older players know only version 0. */
function compositionTable(offsets: readonly number[]): Buffer {
  const runs = runLengths(offsets);
  const version = offsets.some((each) => each < 0) ? 1 : 0;
  return fullBox('ctts', version, 0, [runs.length, ...runs.flat()]);
}

function compositionOffset({ unit }: PlacedPicture): number {
  return unit.pts90k - unit.dts90k;
}

/** Pairs of how often a value comes in a row, and the value. */
function runLengths(values: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last?.[1] === value) last[0]++;
    else runs.push([1, value]);
  }
  return runs;
}
