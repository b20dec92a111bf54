import type { EpochMs, Lifetime } from '#base';
import type { CameraId, CameraState, Credentials, StreamId, StreamSource } from '#camera';
import type { AccessUnit } from './access-unit.ts';

/** Keeps streams connected for ever: staged dialling, back-off with jitter, one TCP connection a stream. */
export interface Ingest extends Lifetime {
  /** Dials as soon as its turn comes and again after every loss, until the returned stream is closed. */
  open(stream: StreamToPull, sink: StreamSink): PulledStream;
  stats(): IngestStats;
  /** Closes every connection (with TEARDOWN where one is playing) and dials no more. */
  close(): Promise<void>;
}

export interface StreamToPull {
  readonly id: StreamId;
  readonly camera: CameraId;
  readonly source: StreamSource;
  readonly credentials: Credentials | undefined;
  /** `first` is dialled before `ordinary`: the cameras at junctions. */
  readonly priority: 'first' | 'ordinary';
}

/** Where one stream's pictures and states go. Called synchronously; must be quick and must not throw. */
export interface StreamSink {
  write(unit: AccessUnit): void;
  /** Every change, once; the first is `connecting`. */
  state(change: StreamStateChange): void;
}

/** What the connection alone can tell; what the pictures show is judged elsewhere. */
export type StreamState = Extract<
  CameraState,
  | 'connecting'
  | 'live'
  | 'silent'
  | 'no-keyframes'
  | 'unreachable'
  | 'refused'
  | 'unauthorised'
  | 'unsupported'
  | 'degraded'
  | 'clock-wrong'
>;

export interface StreamStateChange {
  readonly state: StreamState;
  readonly since: EpochMs;
  /** One sentence for a person: what was expected and what came. Never a secret. */
  readonly reason: string;
}

/**
 * How promptly a stream is read. `kept`: drained on a timer, within a second, only the newest group of pictures matters;
 * `watched`: every 40 ms while few are watched, every 200 ms when hundreds are; `prompt`: as the bytes arrive.
 */
export type Demand = 'kept' | 'watched' | 'prompt';

export interface PulledStream extends Lifetime {
  /** Raising the demand has what waits in the socket read with the next input of the event loop, within a millisecond or so. */
  demand(demand: Demand): void;
  stats(): StreamStats;
}

export interface StreamStats {
  readonly state: StreamState;
  readonly since: EpochMs;
  readonly bytes: number;
  readonly packets: number;
  /** RTP packets that the sequence numbers say are missing. */
  readonly packetsLost: number;
  readonly pictures: number;
  /** Pictures left out because a packet of them was missing or broken, and those after them up to the next keyframe. */
  readonly picturesDamaged: number;
  readonly dials: number;
  readonly lastPacketAt: EpochMs | undefined;
  readonly lastKeyframeAt: EpochMs | undefined;
  /** Capture time by the camera's clock minus time of arrival; undefined without RTCP sender reports. */
  readonly clockOffsetMs: number | undefined;
  /** Interarrival jitter, RFC 3550 §6.4.1, in milliseconds; only while read promptly. */
  readonly jitterMs: number | undefined;
}

export interface IngestStats {
  readonly streams: number;
  readonly byState: Readonly<Record<StreamState, number>>;
  readonly dials: number;
  readonly dialling: number;
  readonly bytes: number;
  readonly packets: number;
  readonly packetsLost: number;
  readonly pictures: number;
  readonly picturesDamaged: number;
}
