import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock, EpochMs, Log, Metrics } from '#base';
import type { Camera, CameraId, CameraState } from '#camera';
import type { Outage } from '#health';
import type { ProposedScene } from '#rules';
import type { History } from '#store';

/** All that the web needs of the rest of the program; `app` fills it in. */
export interface WebDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly site: Site;
  readonly history: History;
  readonly fleet: Fleet;
  readonly outages: Outages;
  readonly stills: Stills;
  readonly evidence: EvidenceFiles;
  readonly rules: RuleWatch;
  readonly config: ConfigDesk;
  readonly scenes: SceneDesk;
  readonly wall: Wall;
  /** Undefined when ready to serve, else what is still missing, in one sentence. */
  ready(): string | undefined;
  lag(): { readonly eventLoopP99Ms: number; readonly analysisP95Ms: number | undefined };
}

export interface WebOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  /** `/metrics` without a token, for networks where only the monitoring gets there. */
  readonly openMetrics: boolean;
  /** Believe X-Forwarded-For and X-Forwarded-Proto of the last proxy. */
  readonly trustProxy: boolean;
  /** Origins besides our own host whose pages may write and open sockets, e.g. `https://ngatu.example.vn`. */
  readonly origins: readonly string[];
  /** WebSockets at the same time, walls and events together. */
  readonly mostSockets: number;
  /** How often an events socket says something when nothing happens; 10 s unless told. */
  readonly heartbeatMs?: number;
  /** Folder of the console's files; without it there is only the API. */
  readonly consoleDir: string | undefined;
}

export interface Site {
  readonly name: string;
  readonly version: string;
  readonly startedAt: EpochMs;
  /** East of Greenwich; where the site's days and months begin. */
  readonly utcOffsetMinutes: number;
}

/** Every configured camera as it stands now. */
export interface Fleet {
  domains(): readonly { readonly id: string; readonly name: string }[];
  /** In the order of the configuration. The array may be the same object until something is configured anew. */
  cameras(): readonly Camera[];
  camera(id: CameraId): Camera | undefined;
  state(id: CameraId): LiveState | undefined;
  /** Figures of its stream; undefined while there is none. */
  figures(id: CameraId): CameraFigures | undefined;
}

export interface LiveState {
  readonly state: CameraState;
  readonly since: EpochMs;
  readonly reason: string;
}

export interface CameraFigures {
  readonly mimeCodec: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly picturesPerSecond: number;
  readonly bitsPerSecond: number;
  readonly lastPictureAt: EpochMs | undefined;
  readonly packets: number;
  readonly packetsLost: number;
  readonly picturesDamaged: number;
  readonly dials: number;
}

/** Cameras that are lost together now. */
export interface Outages {
  standing(): readonly Outage[];
}

/** What an operator would see of a camera now. */
export interface Stills {
  /** Undefined when there is no current picture to decode. Rejects with a transient error when all decoders are busy. */
  still(
    camera: CameraId,
    wanted: { readonly width: number | undefined; readonly format: 'jpeg' | 'webp' },
  ): Promise<Still | undefined>;
}

export interface Still {
  readonly bytes: Uint8Array;
  readonly capturedAt: EpochMs;
}

/** Files that belong to incidents. */
export interface EvidenceFiles {
  /** Absolute path of a finished file; undefined when there is none. */
  path(incident: string, name: 'clip.mp4' | 'snapshot.jpg' | 'second-look.jpg'): Promise<string | undefined>;
}

/** What the rules see at the moment. */
export interface RuleWatch {
  states(): readonly RuleState[];
}

export interface RuleState {
  readonly camera: CameraId;
  readonly rule: string;
  readonly place: string;
  /** Why it does not judge at the moment; undefined while it does. */
  readonly suspended: string | undefined;
  readonly measures: Readonly<Record<string, number>>;
}

/** Reads, checks and changes the configuration. Secrets in what it returns read `[secret]`. */
export interface ConfigDesk {
  read(): Promise<{ readonly revision: string; readonly yaml: string }>;
  /** Says what would change; applies it unless `dryRun` or something is wrong with it. `stale`: `revision` is not the current one. */
  change(change: {
    readonly yaml: string;
    readonly revision: string | undefined;
    readonly dryRun: boolean;
    readonly by: string;
  }): Promise<ConfigOutcome | 'stale'>;
}

export interface ConfigOutcome {
  readonly applied: boolean;
  readonly revision: string;
  readonly added: readonly CameraId[];
  readonly removed: readonly CameraId[];
  readonly changed: readonly { readonly camera: CameraId; readonly fields: readonly string[] }[];
  readonly mistakes: readonly ConfigMistake[];
}

export interface ConfigMistake {
  readonly file: string;
  readonly line: number | undefined;
  readonly message: string;
  readonly suggestion: string | undefined;
}

/** Draws what the traffic of the last hours shows, for a person to confirm. */
export interface SceneDesk {
  /** Reads the camera's stored tracks off this thread. Rejects with a transient error while it is busy with another. */
  propose(camera: Camera, hours: number): Promise<SceneProposal>;
}

export interface SceneProposal extends ProposedScene {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Serves an operator's whole wall on one socket. */
export interface Wall {
  /**
   * The socket is open and its viewer known; it is closed from outside when the viewer's session ends.
   * `connection` is the one under the socket, on which the wall writes whole frames of its own.
   */
  serve(socket: WebSocket, viewer: Viewer, connection: Duplex): void;
}

export interface Viewer {
  /** A user's name, or a token's with `token:` before it. */
  readonly name: string;
  maySee(camera: CameraId): boolean;
}
