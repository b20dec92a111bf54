import type { EpochMs } from '#base';

export type VideoCodec = 'h264' | 'h265';

/** What a decoder must know before the first picture. The object stays the same while the parameter sets do; a new one begins with a keyframe. */
export interface VideoFormat {
  readonly codec: VideoCodec;
  /** RFC 6381, e.g. `avc1.64001e`, `hvc1.1.6.L93.90`. */
  readonly mimeCodec: string;
  readonly width: number;
  readonly height: number;
  /** NAL units without start codes or lengths. H.264 has no `vps`. */
  readonly parameterSets: {
    readonly vps: readonly Buffer[];
    readonly sps: readonly Buffer[];
    readonly pps: readonly Buffer[];
  };
}

/** Memory that several units lie in. Unit and `data` are used again when nobody holds it any more. */
export interface UnitMemory {
  /** For a reader that borrows and needs the unit beyond `write`: once before `write` returns, and `release` once afterwards. */
  hold(): void;
  release(): void;
}

/** One coded picture (ITU-T H.264 §7.4.1.2.3, H.265 §7.4.2.4.4). Immutable and shared: nobody may write into `data`. */
export interface AccessUnit {
  /**
   * NAL units, each behind a 4-byte big-endian length (ISO/IEC 14496-15), as an fMP4 `mdat` holds them.
   * Parameter sets and access unit delimiters are taken out: they are in `format`.
   */
  readonly data: Buffer;
  /** Length of `data`, where it is known; tells it without making `data`, which may be a getter (so copy units by name, not by `...`). */
  readonly bytes?: number;
  readonly format: VideoFormat;
  readonly keyframe: boolean;
  /** Refers to pictures before the keyframe it follows (H.265 RASL): of no use to whoever began at that keyframe. */
  readonly needsPreviousGroup?: boolean;
  /** Presentation and decoding time, 90 kHz, unwrapped; `dts90k` grows strictly within one connection. */
  readonly pts90k: number;
  readonly dts90k: number;
  /** When the camera took the picture: from RTCP sender reports where they come, else the time of arrival. */
  readonly capturedAt: EpochMs;
  /** When its last byte was read. */
  readonly receivedAt: EpochMs;
  /** Counts pictures of this camera since the program started; a hole is a picture lost before the hub. */
  readonly sequence: number;
  /**
   * First unit after a new connection, a loss (both: a keyframe) or a jump of timestamps (any picture).
   * Within a connection times go on from before as if one picture had passed; a new connection has times of its own.
   */
  readonly discontinuity: boolean;
  /** Where absent, the memory is its own and the collector's business. */
  readonly memory?: UnitMemory;
}
