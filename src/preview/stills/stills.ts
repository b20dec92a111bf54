import type { Clock, EpochMs } from '#base';
import type { CameraId, StreamId } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Hub } from '#live';
import type { RawPicture } from './decode.ts';
import type { DecoderPool } from './decoder-pool.ts';
import { keepSharpSmall, packPicture, type StillFormat } from './pack.ts';
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
  /** The same before it is scaled and packed: for whoever draws on it. */
  picture(
    camera: CameraId,
    request?: StillRequest,
  ): Promise<(RawPicture & Pick<Still, 'capturedAt' | 'ageMs'>) | undefined>;
}

export interface StillsDeps {
  readonly hub: Pick<Hub, 'kept'>;
  /** Undefined: no such camera or no such stream of it. The one that is always pulled, unless told. */
  readonly streamOf: (camera: CameraId, stream: 'sub' | 'main' | undefined) => StreamId | undefined;
  readonly decoders: DecoderPool;
  readonly clock: Clock;
  /** An older picture is not current and not served as such; 30 s unless told. */
  readonly oldestMs?: number;
  /** For stills that were made already; 32 MiB unless told. */
  readonly cacheBytes?: number;
}

export function createStills(deps: StillsDeps): Stills {
  const { oldestMs = 30_000, cacheBytes = 32 * 1024 * 1024 } = deps;
  keepSharpSmall();
  const made = new StillCache(cacheBytes);
  const decoding = new Map<string, Promise<RawPicture>>();

  const find = (camera: CameraId, request: StillRequest): readonly AccessUnit[] | undefined => {
    const stream = deps.streamOf(camera, request.stream);
    return stream === undefined ? undefined : unitsUpTo(deps.hub, stream, request.moment ?? 'keyframe');
  };
  const ageOf = (unit: AccessUnit): number => Math.max(0, deps.clock.now() - unit.capturedAt);
  const isTooOld = (unit: AccessUnit, request: StillRequest): boolean =>
    typeof request.moment !== 'number' && ageOf(unit) > oldestMs;

  /** Everyone who wants the same picture waits for the same decoder. */
  const decode = (key: string, units: readonly AccessUnit[]): Promise<RawPicture> => {
    const running = decoding.get(key);
    if (running !== undefined) return running;
    const decoded = deps.decoders.decode(units).finally(() => decoding.delete(key));
    decoding.set(key, decoded);
    return decoded;
  };

  return {
    async still(camera, request = {}) {
      const units = find(camera, request);
      const unit = units?.at(-1);
      if (units === undefined || unit === undefined || isTooOld(unit, request)) return undefined;
      const { format = 'jpeg', width } = request;
      const ageMs = ageOf(unit);
      const picture = pictureKey(camera, request, unit);
      const packed = await made.get(`${picture} ${width ?? ''} ${format}`, async () =>
        packPicture(await decode(picture, units), width, format),
      );
      return { ...packed, mediaType: `image/${format}`, capturedAt: unit.capturedAt, ageMs };
    },
    async picture(camera, request = {}) {
      const units = find(camera, request);
      const unit = units?.at(-1);
      if (units === undefined || unit === undefined || isTooOld(unit, request)) return undefined;
      const ageMs = ageOf(unit);
      const raw = await decode(pictureKey(camera, request, unit), units);
      return { ...raw, capturedAt: unit.capturedAt, ageMs };
    },
  };
}

function pictureKey(camera: CameraId, request: StillRequest, unit: AccessUnit): string {
  return `${camera} ${request.stream ?? ''} ${unit.sequence} ${unit.capturedAt}`;
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
