import type { EpochMs, Lifetime } from '#base';
import type { CameraId } from '#camera';
import type { AccessUnit } from '#ingest';

/** Takes access units of one camera. Called synchronously, on the writer's stack: it must be quick and must not throw. */
export interface Reader {
  /**
   * `false`: cannot take more now. The hub then skips to the next keyframe that the reader takes,
   * counts the pictures between and tells `dropped`.
   */
  write(unit: AccessUnit): boolean;
  /** Told once per gap, before the keyframe that ends it. */
  dropped?(pictures: number): void;
}

export interface ReadOptions {
  /** `cached`: begin with the last group of pictures that is kept; `live`: with the next keyframe. */
  readonly from: 'cached' | 'live';
  /** Only keyframes: does not need the camera to be read at once. */
  readonly keyframesOnly?: boolean;
}

/** One writer, many readers, the newest pictures kept. */
export interface Hub {
  /** The writer's side, one per camera and stream at a time. */
  write(camera: CameraId, unit: AccessUnit): void;
  read(camera: CameraId, reader: Reader, options: ReadOptions): Lifetime;
  /** Kept access units from the last keyframe at or before `since` (default: the newest group) to now. */
  kept(camera: CameraId, since?: EpochMs): readonly AccessUnit[];
  /** Keep at least this much of a camera, for evidence; bounded in bytes all the same. */
  keep(camera: CameraId, seconds: number): Lifetime;
  /** Told at once and whenever it changes whether somebody reads this camera live (not `keyframesOnly`). */
  onDemand(camera: CameraId, tell: (watched: boolean) => void): Lifetime;
  stats(): HubStats;
}

export interface HubStats {
  readonly cameras: number;
  readonly readers: number;
  readonly keptBytes: number;
  readonly picturesWritten: number;
  readonly picturesDropped: number;
}
