import type { EpochMs } from '#base';
import type { Scene } from './scene.ts';

export type CameraId = string;

/** One stream of one camera: `<camera id>` for the one that is always pulled, `<camera id>/main` for the big one pulled on demand. */
export type StreamId = string;

/** One camera as configured. Plain data: it may cross to a worker or another process. */
export interface Camera {
  readonly id: CameraId;
  readonly name: string;
  /** The department that owns it, by id. */
  readonly domain: string;
  readonly location: Location | undefined;
  readonly streams: { readonly main: StreamSource; readonly sub: StreamSource | undefined };
  readonly credentials: Credentials | undefined;
  readonly analysis: Analysis | undefined;
}

export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  /** Compass degrees the camera looks towards. */
  readonly headingDegrees: number | undefined;
}

/** `url` is rtsp:// or rtsps:// and never holds user or password. */
export interface StreamSource {
  readonly url: string;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What is asked of the detector for this camera; its rules are configured beside it. */
export interface Analysis {
  /** Name of a model in models/. */
  readonly model: string;
  readonly picturesPerSecond: number;
  /** Which stream is decoded. */
  readonly stream: 'main' | 'sub';
  readonly scene: Scene;
}

/**
 * `connecting` dialling or waiting for the first keyframe · `live` pictures arrive · `silent` connected, no packets ·
 * `no-keyframes` packets, but nothing decodable · `unreachable` no TCP connection · `refused` the camera answers with an error ·
 * `unauthorised` wrong user or password · `unsupported` a codec or stream this program refuses by name ·
 * `frozen`, `black`, `blinded`, `blurred`, `moved`, `clock-wrong`, `degraded` live, but not to be trusted.
 */
export type CameraState =
  | 'connecting'
  | 'live'
  | 'silent'
  | 'no-keyframes'
  | 'unreachable'
  | 'refused'
  | 'unauthorised'
  | 'unsupported'
  | 'frozen'
  | 'black'
  | 'blinded'
  | 'blurred'
  | 'moved'
  | 'clock-wrong'
  | 'degraded';

export interface CameraStateChange {
  readonly camera: CameraId;
  readonly state: CameraState;
  readonly since: EpochMs;
  /** One sentence for a person: what was seen. Never a secret. */
  readonly reason: string;
}
