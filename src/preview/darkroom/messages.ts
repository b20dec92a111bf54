import type { Box, ErrorKind } from '#base';
import type { AccessUnit, VideoFormat } from '#ingest';
import type { ReadSample } from '../mp4/fragment-reader.ts';
import type { PictureContent } from './content.ts';
import type { Drawing } from './drawing.ts';
import type { PackedPicture, StillFormat } from './pack.ts';

/** A picture's bytes and times, without what cannot cross to another process. */
export type SentUnit = Pick<AccessUnit, 'data' | 'format' | 'keyframe' | 'pts90k' | 'dts90k'>;

export type SentKeyframe = Pick<AccessUnit, 'data' | 'format'>;

export interface DevelopOrder {
  /** A keyframe and what follows it up to the picture that is wanted. */
  readonly units: readonly SentUnit[];
  /** Only this part of it, enlarged for the eye where it is small. */
  readonly part?: Box;
  /** In pixels; the picture's own where undefined or larger. */
  readonly width: number | undefined;
  readonly format: StillFormat;
  /** In fractions of what is shown: of the part, where there is one. */
  readonly drawing: Drawing | undefined;
}

/** Jobs that end with one answer. */
export interface Jobs {
  readonly develop: { readonly order: DevelopOrder; readonly result: PackedPicture };
  readonly look: {
    readonly order: readonly SentKeyframe[];
    readonly result: readonly (PictureContent | undefined)[];
  };
}

export type ToDarkroom =
  | {
      [Job in keyof Jobs]: { readonly do: Job; readonly id: number; readonly order: Jobs[Job]['order'] };
    }[keyof Jobs]
  | { readonly do: 'encode'; readonly id: number; readonly mostWidth: number }
  | { readonly do: 'feed'; readonly id: number; readonly bytes: Buffer }
  | { readonly do: 'end'; readonly id: number };

export type FromDarkroom =
  | { readonly id: number; readonly say: 'done'; readonly result: Jobs[keyof Jobs]['result'] }
  | {
      readonly id: number;
      readonly say: 'failed';
      readonly code: string;
      readonly kind: ErrorKind;
      readonly message: string;
    }
  | { readonly id: number; readonly say: 'format'; readonly format: VideoFormat }
  | { readonly id: number; readonly say: 'sample'; readonly sample: ReadSample }
  /** Of `bytes` fed, so many have been taken; beyond a bound the feeder waits. */
  | { readonly id: number; readonly say: 'taken'; readonly bytes: number }
  | { readonly id: number; readonly say: 'ended'; readonly reason: string | undefined };
