import type { Clock, Lifetime, Log } from '#base';
import type { CameraId, CameraStateChange, StreamId } from '#camera';
import type { Hub } from '#live';
import type { WindowLimits } from './send-window.ts';

/** Serves operators' whole walls, one socket each. */
export interface Wall extends Lifetime {
  /**
   * The socket is open and its viewer known; it is closed from outside when the viewer's session ends.
   * `connection` is the one under the socket, that of the upgrade: what is sent goes there, many messages at once.
   */
  serve(socket: WallSocket, viewer: WallViewer, connection: WallConnection): void;
  stats(): WallStats;
}

export interface WallDeps {
  readonly hub: Hub;
  readonly sources: WallSources;
  /** Tells the state of a camera at once, if there is one, and on each change. */
  readonly watchState: (camera: CameraId, tell: (change: CameraStateChange) => void) => Lifetime;
  /** Encodes H.265 anew for browsers that do not play it; without one such streams are refused by name. */
  readonly transcoder: WallTranscoder | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<WallLimits>;
}

/** Where the wall finds a camera's streams. */
export interface WallSources {
  /** The one that is always pulled first. Undefined: no such camera. */
  streams(camera: CameraId): readonly WallStream[] | undefined;
  /** Told while somebody wants a stream, so that one that is not always pulled is. */
  want(stream: StreamId): Lifetime;
}

export interface WallStream {
  readonly id: StreamId;
  readonly name: 'sub' | 'main';
}

export interface WallTranscoder {
  /** The stream in the hub that carries the same pictures in H.264; shared by all who ask for it, ended with the last. */
  open(
    source: StreamId,
    failed: (reason: string) => void,
  ): ({ readonly stream: StreamId } & Lifetime) | 'full';
}

export interface WallViewer {
  readonly name: string;
  maySee(camera: CameraId): boolean;
}

/** What the wall needs of an open WebSocket; that of the package `ws`, without compression, has it. */
export interface WallSocket {
  readonly readyState: number;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'pong', listener: (data: Buffer) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** The connection under the socket: any stream of Node's. */
export interface WallConnection {
  write(data: Buffer, done: () => void): boolean;
  cork(): void;
  uncork(): void;
}

export interface WallLimits {
  readonly channels: number;
  /** Requests at once, and how many a second after that. */
  readonly requestsAtOnce: number;
  readonly requestsPerSecond: number;
  readonly window: WindowLimits;
  /** A viewer that has not answered for so long is cut off. */
  readonly silentMs: number;
  /** How long another stream of the camera may take to show a picture before the next way is tried. */
  readonly streamWaitMs: number;
}

export interface WallStats {
  readonly viewers: number;
  readonly channels: number;
  readonly picturesSent: number;
  readonly bytesSent: number;
  /** Left out for slow viewers. */
  readonly picturesDropped: number;
  /** Viewers with something waiting until the road is free. */
  readonly viewersBehind: number;
  readonly viewersCutOff: number;
  readonly requestsRefused: number;
}

export const WALL_LIMITS: WallLimits = {
  channels: 128,
  requestsAtOnce: 512,
  requestsPerSecond: 100,
  window: {
    smallestBytes: 128 * 1024,
    firstBytes: 256 * 1024,
    largestBytes: 4 * 1024 * 1024,
    delayMs: 300,
  },
  silentMs: 20_000,
  streamWaitMs: 6000,
};
