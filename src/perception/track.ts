import type { Box, EpochMs } from '#base';
import type { CameraId } from '#camera';

/** A motorbike with its rider is one `motorbike`; a bicycle with its rider one `bicycle`; `person` is on foot. */
export type RoadUser = 'car' | 'motorbike' | 'bus' | 'truck' | 'bicycle' | 'person';

/** One decoded picture on its way to the model: the whole of it and, behind it, enlarged parts of it. */
export interface Picture {
  readonly camera: CameraId;
  readonly capturedAt: EpochMs;
  /** Of every view, in pixels. */
  readonly width: number;
  readonly height: number;
  /** RGB, 3 bytes a pixel, row by row, one view after the other. Belongs to whoever holds the picture, one at a time. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly views: readonly View[];
}

/** What one view of a picture shows. */
export interface View {
  /** Which part of the camera's picture, in its fractions. */
  readonly part: Box;
  /** Where in the view that part lies, in fractions of the view; the rest is padding. */
  readonly content: Box;
}

/** One object in one picture; `box` in fractions of the camera's picture. */
export interface Detection {
  readonly kind: RoadUser;
  readonly box: Box;
  /** 0 to 1. */
  readonly confidence: number;
  /** How surely a motorbike or bicycle is at the same place, 0 to 1: what tells a rider from somebody on foot. */
  readonly onTwoWheels: number;
}

/** The same road user over time. */
export interface Track {
  /** Unique per camera since the program started. */
  readonly id: number;
  readonly kind: RoadUser;
  readonly box: Box;
  readonly confidence: number;
  readonly firstSeenAt: EpochMs;
  /** Time of the last picture in which it was really detected; older than the observation while it coasts. */
  readonly lastSeenAt: EpochMs;
  /** Detections so far. */
  readonly hits: number;
}

/** What a picture as such looks like; rules are suspended while it is not `good`. */
export type PictureQuality = 'good' | 'black' | 'blinded' | 'blurred' | 'frozen' | 'moved' | 'poor';

/** One analysed picture of one camera: the input of all rules. In order of `capturedAt` per camera. */
export interface Observation {
  readonly camera: CameraId;
  readonly capturedAt: EpochMs;
  readonly tracks: readonly Track[];
  readonly quality: PictureQuality;
}
