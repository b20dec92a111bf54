import type { EpochMs, Lifetime } from '#base';
import type { StreamId } from '#camera';
import type { AccessUnit } from '#ingest';

/** Takes access units of one stream. Called synchronously, on the writer's stack: it must be quick and must not throw. */
export interface Reader {
  /**
   * `false`: has not taken this one and cannot take more now. The hub then skips to the next keyframe that the reader
   * takes, counts this picture and those between, and tells `dropped`. A reader that throws is cut off.
   */
  write(unit: AccessUnit): boolean;
  /** Told once per gap, before the keyframe that ends it. */
  dropped?(pictures: number): void;
}

export interface ReadOptions {
  /** `cached`: begin with the last group of pictures that is kept; `live`: with the next keyframe. */
  readonly from: 'cached' | 'live';
  /** Only keyframes: does not need the stream to be read at once. */
  readonly keyframesOnly?: boolean;
  /** `watched` unless told; see `Demand` of ingest. Ignored with `keyframesOnly`. */
  readonly demand?: 'watched' | 'prompt';
  /**
   * The reader keeps neither unit nor `data` beyond `write`, or holds `unit.memory` for as long as it needs them.
   * Then both are used again without the collector: worth it for whoever reads many streams.
   */
  readonly borrows?: boolean;
}

/** One writer, many readers, the newest pictures kept. A stream exists from its first mention to `forget`. */
export interface Hub {
  /** The writer's side, one per stream at a time. */
  write(stream: StreamId, unit: AccessUnit): void;
  /** Raises the demand before anything is sent: what waited in the socket follows the cached pictures within a millisecond or so. */
  read(stream: StreamId, reader: Reader, options: ReadOptions): Lifetime;
  /** The newest picture that is kept, for a look at once: whoever keeps it asks `kept`. */
  newest(stream: StreamId): AccessUnit | undefined;
  /** Kept access units from the last keyframe at or before `since` (default: the newest group) to now. */
  kept(stream: StreamId, since?: EpochMs): readonly AccessUnit[];
  /** Keep at least this much of a stream, for evidence; bounded in bytes all the same. */
  keep(stream: StreamId, seconds: number): Lifetime;
  /** Told at once and whenever it changes how promptly this stream must be read. */
  onDemand(stream: StreamId, tell: (demand: 'kept' | 'watched' | 'prompt') => void): Lifetime;
  /** Drops what is kept; readers stay and get what is written next. */
  forget(stream: StreamId): void;
  stats(): HubStats;
}

export interface HubStats {
  readonly streams: number;
  readonly readers: number;
  readonly keptBytes: number;
  readonly picturesWritten: number;
  /** Pictures that a reader missed because it was too slow, counted for each reader. */
  readonly picturesDropped: number;
  /** Readers that threw and were cut off. */
  readonly readersCutOff: number;
}
