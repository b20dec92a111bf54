/**
 * The JSON messages of `WS /api/wall` (the binary ones are in wall-frame.ts). Types only: the console imports them too.
 * A console may send `accepts` before anything else; until it does, pictures are sent as the camera has them.
 */
export type WallRequest = WatchRequest | UnwatchRequest | AcceptsRequest;

/** Shows a camera on a channel, or changes what is shown there: the same camera goes on without a gap. */
export interface WatchRequest {
  readonly type: 'watch';
  /** 0 to 65535, chosen by the console; it stands in every binary message. */
  readonly channel: number;
  readonly camera: string;
  readonly tier: 'full' | 'keyframes';
  /** The stream that is always pulled, unless told. */
  readonly stream?: 'sub' | 'main';
}

export interface UnwatchRequest {
  readonly type: 'unwatch';
  readonly channel: number;
}

/** What the browser plays: `h264`, `h265`, or any RFC 6381 codec for which `MediaSource.isTypeSupported` says so. */
export interface AcceptsRequest {
  readonly type: 'accepts';
  readonly codecs: readonly string[];
}

export type WallReply = FormatMessage | DroppedMessage | StateMessage | ErrorMessage;

/** Comes before the init segment; what follows on the channel is of this camera and format. */
export interface FormatMessage {
  readonly type: 'format';
  readonly channel: number;
  readonly camera: string;
  /** For `addSourceBuffer` and `changeType`, e.g. `video/mp4; codecs="avc1.64001e"`. */
  readonly mime: string;
  readonly width: number;
  readonly height: number;
  /** `h264`: encoded anew by the server, because neither of the camera's streams is one that the browser plays. */
  readonly transcoded: boolean;
}

/** Pictures that were left out since the last one sent, because the viewer or the road to it is too slow. */
export interface DroppedMessage {
  readonly type: 'dropped';
  readonly channel: number;
  readonly pictures: number;
}

/** At once after `watch`, and on each change. `state` is a `CameraState`. */
export interface StateMessage {
  readonly type: 'state';
  readonly channel: number;
  readonly state: string;
  /** Epoch ms. */
  readonly since: number;
  readonly reason: string;
}

export interface ErrorMessage {
  readonly type: 'error';
  /** Absent where the message could not be read so far. */
  readonly channel?: number;
  readonly code: WallErrorCode;
  readonly message: string;
}

/**
 * `BAD_MESSAGE` not understood, nothing was done · `TOO_MANY_MESSAGES` ignored, come more slowly · `TOO_MANY_CHANNELS` ·
 * `UNKNOWN_CAMERA` · `NOT_ALLOWED` · `CODEC_REFUSED` the browser plays none of the camera's streams and nothing is encoded anew here ·
 * `TRANSCODES_FULL` as many streams are encoded anew as may be · `TRANSCODE_FAILED`
 */
export type WallErrorCode =
  | 'BAD_MESSAGE'
  | 'TOO_MANY_MESSAGES'
  | 'TOO_MANY_CHANNELS'
  | 'UNKNOWN_CAMERA'
  | 'NOT_ALLOWED'
  | 'CODEC_REFUSED'
  | 'TRANSCODES_FULL'
  | 'TRANSCODE_FAILED';
