import type { AccessUnit, VideoFormat } from '#ingest';
import { fragmentHead } from './fragment.ts';
import { initSegment } from './init-segment.ts';
import { withParameterSets } from './parameter-sets-unusable.ts';
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

/** The head that was made last, by what it was made of: the picture itself would hold on to memory. */
interface Made {
  sequence: number;
  receivedAt: number;
  dts90k: number;
  head: Buffer;
}

const nothing = (): Made => ({ sequence: -1, receivedAt: -1, dts90k: -1, head: Buffer.alloc(0) });

export function createMuxer(): Muxer {
  const timeline = new Timeline();
  const inits = new WeakMap<VideoFormat, Buffer>();
  const made: Record<Tier, Made> = { full: nothing(), keyframes: nothing() };
  return {
    initSegment(format) {
      const init = inits.get(format) ?? withParameterSets(format, () => initSegment(format));
      inits.set(format, init);
      return init;
    },
    fragmentHead(unit, tier) {
      const last = made[tier];
      const { sequence, receivedAt, dts90k } = unit;
      if (last.sequence === sequence && last.receivedAt === receivedAt && last.dts90k === dts90k)
        return last.head;
      last.sequence = sequence;
      last.receivedAt = receivedAt;
      last.dts90k = dts90k;
      last.head = head(timeline, unit, tier);
      return last.head;
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
