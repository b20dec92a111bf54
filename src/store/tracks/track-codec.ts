import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import type { Observation, PictureQuality, RoadUser, Track } from '#perception';
import { ByteReader, ByteWriter } from './bytes.ts';

/**
 * Observations of one camera, a block at a time. Times are kept to the millisecond, boxes to 1/4096 of the picture,
 * confidence to 1/100: far below what the detector itself wavers by. What is written is how a track differs from where
 * it was expected after its last step, each figure in a column of its own, so that the compressor finds like beside like.
 * A block needs no other block to be read.
 */
const STEPS = 4096;
const CONFIDENCE_STEPS = 100;

const KINDS: readonly RoadUser[] = ['car', 'motorbike', 'bus', 'truck', 'bicycle', 'person'];
const QUALITIES: readonly PictureQuality[] = [
  'good',
  'black',
  'blinded',
  'blurred',
  'frozen',
  'moved',
  'poor',
];

/** In the order in which they stand in a block. Boxes as sum and difference of their sides: position and size. */
const COLUMNS = [
  'times',
  'counts',
  'ids',
  'flags',
  'xs',
  'ys',
  'widths',
  'heights',
  'confidences',
  'rest',
] as const;
type Column = (typeof COLUMNS)[number];

/** Not seen in this picture: it coasts. */
const COASTING = 1;
/** Kind, hits or first sight are not what they would be by themselves, so they stand in `rest`. */
const TOLD = 2;

interface Known {
  kind: number;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Of the position, a step. */
  dx: number;
  dy: number;
  confidence: number;
  firstSeenAt: number;
  lastSeenAt: number;
  hits: number;
}

const UNKNOWN: Readonly<Known> = {
  ...{ kind: 0, x: 0, y: 0, width: 0, height: 0, dx: 0, dy: 0 },
  ...{ confidence: 0, firstSeenAt: 0, lastSeenAt: 0, hits: 0 },
};

/** Takes observations in their order and gives the block when asked, ready for the next. */
export class TrackEncoder {
  readonly #columns = Object.fromEntries(COLUMNS.map((name) => [name, new ByteWriter()])) as Record<
    Column,
    ByteWriter
  >;
  readonly #known = new Map<number, Known>();
  #observations = 0;
  #firstAt = 0;
  #lastAt = 0;

  get observations(): number {
    return this.#observations;
  }

  get firstAt(): EpochMs {
    return this.#firstAt;
  }

  get lastAt(): EpochMs {
    return this.#lastAt;
  }

  /** Bytes so far, before compression. */
  get length(): number {
    let length = 0;
    for (const name of COLUMNS) length += this.#columns[name].length;
    return length;
  }

  add({ capturedAt, quality, tracks }: Observation): void {
    const at = Math.round(capturedAt);
    if (this.#observations++ === 0) {
      this.#firstAt = at;
      this.#lastAt = at;
    }
    const { times, counts } = this.#columns;
    times.signed(at - this.#lastAt);
    counts.unsigned(tracks.length * QUALITIES.length + Math.max(0, QUALITIES.indexOf(quality)));
    this.#lastAt = at;
    let before = 0;
    for (const track of tracks) {
      this.#track(track, at, track.id - before);
      before = track.id;
    }
  }

  /** All columns, each behind its length. */
  take(): Buffer {
    const parts: Uint8Array[] = [];
    for (const name of COLUMNS) {
      const length = new ByteWriter();
      length.unsigned(this.#columns[name].length);
      parts.push(length.view(), this.#columns[name].view());
    }
    const block = Buffer.concat(parts);
    for (const name of COLUMNS) this.#columns[name].clear();
    this.#known.clear();
    this.#observations = 0;
    return block;
  }

  #track(track: Track, at: number, idStep: number): void {
    const { ids, flags, xs, ys, widths, heights, confidences } = this.#columns;
    const known = this.#known.get(track.id);
    const now = this.#entry(track.id, known);
    const { left, top, right, bottom } = track.box;
    const [l, t, r, b] = [steps(left), steps(top), steps(right), steps(bottom)];
    const confidence = Math.round(track.confidence * CONFIDENCE_STEPS);
    const lastSeenAt = Math.round(track.lastSeenAt);
    const coasting = lastSeenAt !== at;
    ids.signed(idStep);
    xs.signed(l + r - now.x - now.dx);
    ys.signed(t + b - now.y - now.dy);
    widths.signed(r - l - now.width);
    heights.signed(b - t - now.height);
    confidences.signed(confidence - now.confidence);
    flags.unsigned((coasting ? COASTING : 0) + (this.#rest(track, now, known, at, coasting) ? TOLD : 0));
    // A smoothed step: boxes waver, so the last difference alone would double the noise.
    now.dx = known === undefined ? 0 : smoothed(now.dx, l + r - now.x);
    now.dy = known === undefined ? 0 : smoothed(now.dy, t + b - now.y);
    now.x = l + r;
    now.y = t + b;
    now.width = r - l;
    now.height = b - t;
    now.confidence = confidence;
    now.lastSeenAt = lastSeenAt;
  }

  #entry(id: number, known: Known | undefined): Known {
    if (known !== undefined) return known;
    const entry = { ...UNKNOWN };
    this.#known.set(id, entry);
    return entry;
  }

  /** Kind, hits and times, where they are not what the reader would expect. */
  #rest(track: Track, now: Known, known: Known | undefined, at: number, coasting: boolean): boolean {
    const kind = Math.max(0, KINDS.indexOf(track.kind));
    const firstSeenAt = Math.round(track.firstSeenAt);
    const lastSeenAt = coasting ? Math.round(track.lastSeenAt) : at;
    const expected =
      known !== undefined &&
      kind === now.kind &&
      firstSeenAt === now.firstSeenAt &&
      track.hits === now.hits + (coasting ? 0 : 1) &&
      (!coasting || lastSeenAt === now.lastSeenAt);
    now.kind = kind;
    now.firstSeenAt = firstSeenAt;
    now.hits = track.hits;
    if (expected) return false;
    const { rest } = this.#columns;
    rest.unsigned(kind);
    rest.unsigned(Math.max(0, track.hits));
    rest.signed(at - firstSeenAt);
    rest.signed(at - lastSeenAt);
    return true;
  }
}

/** The observations of a block. Throws a RangeError when it is damaged. */
export function decodeTracks(camera: CameraId, firstAt: EpochMs, block: Uint8Array): Observation[] {
  const whole = new ByteReader(block);
  const columns = Object.fromEntries(
    COLUMNS.map((name) => [name, new ByteReader(whole.take(whole.unsigned()))]),
  ) as Record<Column, ByteReader>;
  const known = new Map<number, Known>();
  const found: Observation[] = [];
  let at = firstAt;
  while (!columns.times.done) {
    at += columns.times.signed();
    const counted = columns.counts.unsigned();
    const quality = QUALITIES[counted % QUALITIES.length] ?? 'poor';
    const tracks: Track[] = [];
    let id = 0;
    for (let left = Math.floor(counted / QUALITIES.length); left > 0; left--) {
      id += columns.ids.signed();
      tracks.push(nextTrack(columns, known, id, at));
    }
    found.push({ camera, capturedAt: at, tracks, quality });
  }
  return found;
}

function nextTrack(
  columns: Record<Column, ByteReader>,
  all: Map<number, Known>,
  id: number,
  at: number,
): Track {
  const known = all.get(id);
  const now = known ?? { ...UNKNOWN };
  all.set(id, now);
  const flags = columns.flags.unsigned();
  const x = now.x + now.dx + columns.xs.signed();
  const y = now.y + now.dy + columns.ys.signed();
  now.dx = known === undefined ? 0 : smoothed(now.dx, x - now.x);
  now.dy = known === undefined ? 0 : smoothed(now.dy, y - now.y);
  now.x = x;
  now.y = y;
  now.width += columns.widths.signed();
  now.height += columns.heights.signed();
  now.confidence += columns.confidences.signed();
  const coasting = (flags & COASTING) !== 0;
  if ((flags & TOLD) !== 0) readRest(columns.rest, now, at);
  else if (!coasting) now.hits++;
  if (!coasting) now.lastSeenAt = at;
  return trackOf(id, now);
}

function readRest(rest: ByteReader, now: Known, at: number): void {
  now.kind = rest.unsigned();
  now.hits = rest.unsigned();
  now.firstSeenAt = at - rest.signed();
  now.lastSeenAt = at - rest.signed();
}

function trackOf(id: number, now: Known): Track {
  return {
    id,
    kind: KINDS[now.kind] ?? 'car',
    box: {
      left: (now.x - now.width) / 2 / STEPS,
      top: (now.y - now.height) / 2 / STEPS,
      right: (now.x + now.width) / 2 / STEPS,
      bottom: (now.y + now.height) / 2 / STEPS,
    },
    confidence: now.confidence / CONFIDENCE_STEPS,
    firstSeenAt: now.firstSeenAt,
    lastSeenAt: now.lastSeenAt,
    hits: now.hits,
  };
}

function steps(fraction: number): number {
  return Math.round(fraction * STEPS);
}

function smoothed(before: number, now: number): number {
  return before + Math.trunc((now - before) / 4);
}
