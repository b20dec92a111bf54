import type { Clock, EpochMs } from '#base';
import type { CameraId, StreamId } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Hub } from '#live';
import type { Darkroom } from '../darkroom/darkroom.ts';
import type { Drawing } from '../darkroom/drawing.ts';
import type { StillFormat } from '../darkroom/pack.ts';
import { StillCache } from './still-cache.ts';

export interface StillRequest {
  /** In pixels; the picture's own where it is not told or larger. The height follows. */
  readonly width?: number | undefined;
  readonly format?: StillFormat;
  /**
   * `keyframe`, the default: the newest keyframe, quick to decode. `newest`: the newest picture of all.
   * A time: the last picture taken until then, if it is still kept.
   */
  readonly moment?: 'keyframe' | 'newest' | EpochMs;
  readonly stream?: 'sub' | 'main';
}

export interface Still {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly width: number;
  readonly height: number;
  readonly capturedAt: EpochMs;
  /** By the server's clock, when the still was asked for. */
  readonly ageMs: number;
}

/** What an operator would see of a camera. */
export interface Stills {
  /**
   * Undefined when there is no picture yet, none kept of that moment, or, without a moment, none that is current.
   * Rejects with a transient `DECODERS_BUSY`, `DECODER_TIMEOUT` or `PICTURE_UNDECODABLE`.
   */
  still(camera: CameraId, request?: StillRequest): Promise<Still | undefined>;
  /** The same with something drawn on it; what is drawn may say when the picture was taken. Not kept for others. */
  annotated(
    camera: CameraId,
    request: StillRequest,
    draw: (capturedAt: EpochMs) => Drawing,
  ): Promise<Still | undefined>;
}

export interface StillsDeps {
  readonly hub: Pick<Hub, 'kept'>;
  /** Undefined: no such camera or no such stream of it. The one that is always pulled, unless told. */
  readonly streamOf: (camera: CameraId, stream: 'sub' | 'main' | undefined) => StreamId | undefined;
  readonly darkroom: Pick<Darkroom, 'develop'>;
  readonly clock: Clock;
  /** An older picture is not current and not served as such; 30 s unless told. */
  readonly oldestMs?: number;
  /** For stills that were made already; 32 MiB unless told. */
  readonly cacheBytes?: number;
}

export function createStills(deps: StillsDeps): Stills {
  const { oldestMs = 30_000, cacheBytes = 32 * 1024 * 1024 } = deps;
  const made = new StillCache(cacheBytes);

  const find = (camera: CameraId, request: StillRequest): Found | undefined => {
    const stream = deps.streamOf(camera, request.stream);
    if (stream === undefined) return undefined;
    const units = unitsUpTo(deps.hub, stream, request.moment ?? 'keyframe');
    const unit = units?.at(-1);
    if (units === undefined || unit === undefined) return undefined;
    const ageMs = Math.max(0, deps.clock.now() - unit.capturedAt);
    if (typeof request.moment !== 'number' && ageMs > oldestMs) return undefined;
    return { stream, units, unit, ageMs };
  };

  return {
    async still(camera, { width, format = 'jpeg', ...request } = {}) {
      const found = find(camera, request);
      if (found === undefined) return undefined;
      const { stream, units, unit, ageMs } = found;
      const key = `${stream} ${unit.sequence} ${unit.capturedAt} ${width ?? ''} ${format}`;
      const packed = await made.get(key, () =>
        deps.darkroom.develop({ units, width, format, drawing: undefined }),
      );
      return { ...packed, mediaType: `image/${format}`, capturedAt: unit.capturedAt, ageMs };
    },
    async annotated(camera, { width, format = 'jpeg', ...request }, draw) {
      const found = find(camera, request);
      if (found === undefined) return undefined;
      const { units, unit, ageMs } = found;
      const drawing = draw(unit.capturedAt);
      const packed = await deps.darkroom.develop({ units, width, format, drawing });
      return { ...packed, mediaType: `image/${format}`, capturedAt: unit.capturedAt, ageMs };
    },
  };
}

interface Found {
  readonly stream: StreamId;
  /** The last of them is the wanted one. */
  readonly units: readonly AccessUnit[];
  readonly unit: AccessUnit;
  readonly ageMs: number;
}

/** From the keyframe that a decoder must begin with to the picture that is wanted; undefined where that is not kept. */
function unitsUpTo(
  hub: Pick<Hub, 'kept'>,
  stream: StreamId,
  moment: 'keyframe' | 'newest' | EpochMs,
): readonly AccessUnit[] | undefined {
  const kept = hub.kept(stream, typeof moment === 'number' ? moment : undefined);
  const wanted =
    moment === 'keyframe'
      ? kept.findLastIndex((unit) => unit.keyframe)
      : moment === 'newest'
        ? kept.length - 1
        : kept.findLastIndex((unit) => unit.capturedAt <= moment);
  const first = kept.slice(0, wanted + 1).findLastIndex((unit) => unit.keyframe);
  return first === -1 ? undefined : kept.slice(first, wanted + 1);
}
