import type { Box, EpochMs } from '#base';
import type { Analysis, CameraId } from '#camera';
import type { AccessUnit, VideoFormat } from '#ingest';
import type { PerceptionStats } from '../port.ts';
import type { Detection, Observation } from '../track.ts';

export interface Settings {
  readonly modelsFolder: string;
  readonly threads: number;
  readonly ffmpeg: string;
  /** How much nicer than the serving process, 0 to 19. */
  readonly niceness: number;
}

/** An access unit on its way: the format is sent apart, once. */
export type SentUnit = Omit<AccessUnit, 'format' | 'memory'>;

/** From the serving process; `feed` is a number that a watched camera keeps over restarts. */
export type ToDetector =
  | { readonly say: 'begin'; readonly settings: Settings }
  | {
      readonly say: 'watch';
      readonly feed: number;
      readonly camera: CameraId;
      readonly analysis: Analysis;
      /** Tracks are numbered from here on, so that no number comes twice over a restart. */
      readonly firstTrackId: number;
    }
  | { readonly say: 'format'; readonly feed: number; readonly format: VideoFormat }
  | { readonly say: 'unit'; readonly feed: number; readonly unit: SentUnit }
  | { readonly say: 'gap'; readonly feed: number }
  | { readonly say: 'attend'; readonly feed: number; readonly until: EpochMs }
  | { readonly say: 'unwatch'; readonly feed: number }
  | {
      readonly say: 'look';
      readonly look: number;
      readonly model: string;
      readonly format: VideoFormat;
      readonly units: readonly SentUnit[];
      readonly part: Box;
    }
  | { readonly say: 'end' };

export type DetectorStats = Pick<PerceptionStats, 'threads' | 'inferenceMs' | 'busy' | 'cameras'>;

/** From the detector's process. */
export type FromDetector =
  | { readonly say: 'ready' }
  | { readonly say: 'seen'; readonly feed: number; readonly observation: Observation }
  | { readonly say: 'stats'; readonly stats: DetectorStats }
  | { readonly say: 'looked'; readonly look: number; readonly detections: readonly Detection[] }
  | { readonly say: 'not-looked'; readonly look: number; readonly code: string; readonly problem: string }
  /** A camera cannot be analysed as it is configured, or its decoder is in trouble. */
  | { readonly say: 'trouble'; readonly camera: CameraId; readonly code: string; readonly problem: string }
  /** Nothing can be done but begin anew. */
  | { readonly say: 'broken'; readonly problem: string };
