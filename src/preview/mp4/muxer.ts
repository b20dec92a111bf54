import type { AccessUnit, VideoFormat } from '#ingest';
import { fragmentHead } from './fragment.ts';
import { initSegment } from './init-segment.ts';
import { Timeline } from './timeline.ts';

/** `full`: every picture; `keyframes`: only those, each lasting until the next. */
export type Tier = 'full' | 'keyframes';

/** Wraps one stream's access units into fragmented MP4, a fragment a picture, for any number of viewers. */
export interface Muxer {
  /** The same buffer for the same format. Throws `PARAMETER_SETS_UNUSABLE`. */
  initSegment(format: VideoFormat): Buffer;
  /**
   * `moof` and the header of `mdat`: followed by `unit.data` it is a fragment, so that the picture's bytes are never copied.
   * Asked again for the same unit it is the same buffer.
   */
  fragmentHead(unit: AccessUnit, tier: Tier): Buffer;
}

export function createMuxer(): Muxer {
  const timeline = new Timeline();
  const inits = new WeakMap<VideoFormat, Buffer>();
  const newest: Record<Tier, { unit: AccessUnit | undefined; head: Buffer }> = {
    full: { unit: undefined, head: Buffer.alloc(0) },
    keyframes: { unit: undefined, head: Buffer.alloc(0) },
  };
  return {
    initSegment(format) {
      const made = inits.get(format) ?? initSegment(format);
      inits.set(format, made);
      return made;
    },
    fragmentHead(unit, tier) {
      const memory = newest[tier];
      if (memory.unit === unit) return memory.head;
      memory.head = head(timeline, unit, tier);
      memory.unit = unit;
      return memory.head;
    },
  };
}

function head(timeline: Timeline, unit: AccessUnit, tier: Tier): Buffer {
  const decodeTime = timeline.place(unit);
  return fragmentHead({
    sequence: unit.sequence,
    decodeTime,
    duration: tier === 'full' ? timeline.step : timeline.keyframeStep,
    compositionOffset: unit.pts90k - unit.dts90k,
    keyframe: unit.keyframe,
    size: unit.data.length,
  });
}
