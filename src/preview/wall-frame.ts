/**
 * The binary messages of `WS /api/wall`, for the browser and for tests: no imports, no Node.
 * 16 bytes, big-endian: uint16 channel, uint8 kind, uint8 flags, uint32 sequence, float64 capturedAt; then MP4.
 */
export const WALL_HEADER_BYTES = 16;

export const WALL_KIND = { init: 0, fragment: 1 } as const;
export const WALL_FLAG = { keyframe: 1 } as const;

export interface WallFrame {
  readonly channel: number;
  readonly kind: 'init' | 'fragment';
  readonly keyframe: boolean;
  /** Counts the stream's pictures: a hole is a picture that was lost or dropped. */
  readonly sequence: number;
  /** When the camera took the picture, epoch ms; of an init segment, of the picture that follows. */
  readonly capturedAt: number;
  /** For `appendBuffer`. A view of the message. */
  readonly mp4: Uint8Array;
}

/** Undefined for what is not such a message. */
export function readWallFrame(message: ArrayBuffer): WallFrame | undefined {
  if (message.byteLength <= WALL_HEADER_BYTES) return undefined;
  const view = new DataView(message);
  const kind = view.getUint8(2);
  if (kind !== WALL_KIND.init && kind !== WALL_KIND.fragment) return undefined;
  return {
    channel: view.getUint16(0),
    kind: kind === WALL_KIND.init ? 'init' : 'fragment',
    keyframe: (view.getUint8(3) & WALL_FLAG.keyframe) !== 0,
    sequence: view.getUint32(4),
    capturedAt: view.getFloat64(8),
    mp4: new Uint8Array(message, WALL_HEADER_BYTES),
  };
}

/** Where `tfdt`'s time and `trun`'s composition offset stand in a fragment of this program. */
const DECODE_TIME_AT = 60;
const COMPOSITION_OFFSET_AT = 100;
const TICKS_PER_SECOND = 90_000;

/**
 * Where on the video's own line of time (`video.currentTime`) a fragment's picture is shown, in seconds.
 * With `capturedAt` it tells the age of the picture on the screen. Only for frames of kind `fragment`.
 */
export function presentationSeconds(frame: WallFrame): number {
  const view = new DataView(frame.mp4.buffer, frame.mp4.byteOffset, frame.mp4.byteLength);
  const decodeTime = view.getUint32(DECODE_TIME_AT) * 2 ** 32 + view.getUint32(DECODE_TIME_AT + 4);
  return (decodeTime + view.getInt32(COMPOSITION_OFFSET_AT)) / TICKS_PER_SECOND;
}
