import type { Box, EpochMs, Lifetime } from '#base';
import type { Camera, CameraId } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Reader } from '#live';
import type { Detection, Observation } from './track.ts';

/** The detector of all cameras that are analysed. */
export interface Perception extends Lifetime {
  /**
   * Analyses `camera.analysis` until the feed is closed; `take` is told every analysed picture, in the order of capture.
   * A camera is watched once at a time.
   */
  watch(camera: Camera, take: (observation: Observation) => void): PerceptionFeed;
  /**
   * A second look, now: what the camera's model sees in an enlarged part (with its surroundings) of the last of these pictures, e.g. of the main
   * stream. In fractions of the whole picture. Rejects with `LOOK_BUSY`, `LOOK_FAILED` (transient) or what is wrong with the model.
   */
  look(camera: Camera, units: readonly AccessUnit[], part: Box): Promise<readonly Detection[]>;
  stats(): PerceptionStats;
  /** Ends the detector's process; a picture that is being looked at is finished first. */
  close(): Promise<void>;
}

/** Where a camera's access units go in; to be read from the hub with `{ from: 'live', demand: 'prompt', borrows: true }`. */
export interface PerceptionFeed extends Reader, Lifetime {
  /** Keeps this camera at its full rate until then, moving or not: something is being verified. */
  attend(until: EpochMs): void;
}

export interface PerceptionStats {
  /** `failed`: a model cannot be used, or the process does not stay up; `problem` says why. */
  readonly state: 'starting' | 'running' | 'failed' | 'closed';
  readonly problem: string | undefined;
  /** Times that the process had to be started again. */
  readonly restarts: number;
  /** Access units refused because the process was away or busy. */
  readonly unitsRefused: number;
  readonly threads: number;
  /** Computing time of one picture, all its views; mean and 95th percentile over the last 10 s. */
  readonly inferenceMs: { readonly mean: number; readonly p95: number };
  /** Share of the threads' time spent in the network, 0 to 1, over the last 10 s. */
  readonly busy: number;
  readonly cameras: readonly WatchedStats[];
}

export interface WatchedStats {
  readonly camera: CameraId;
  /** Over the last 10 s. */
  readonly picturesPerSecond: number;
  /** What it is to reach at the moment; see `Pace`. */
  readonly wantedPerSecond: number;
  /** Since the process started: decoded, looked at, dropped because a newer one came before its turn. */
  readonly picturesDecoded: number;
  readonly picturesAnalysed: number;
  readonly picturesDropped: number;
  /** From coming out of the decoder to its turn in the network; mean over the last 10 s. */
  readonly queueMs: number;
  /** From capture to observation; mean over the last 10 s. Holds the camera's clock error, if it has one. */
  readonly ageMs: number;
  readonly decoderRestarts: number;
  readonly unitsSkipped: number;
  readonly tracks: number;
}
