import type { Clock, Lifetime, Log } from '#base';
import type { StreamId } from '#camera';
import type { Hub } from '#live';
import type { Darkroom } from '../darkroom/darkroom.ts';
import type { WallTranscoder } from '../wall/port.ts';
import { Transcoding } from './transcoding.ts';

export interface TranscoderOptions {
  /** Streams encoded anew at the same time; each costs a good part of a core. 2 unless told. */
  readonly most?: number;
  /** 1280 pixels unless told. */
  readonly mostWidth?: number;
  /** Between a failed encoder and the next; 2000 unless told. */
  readonly restartMs?: number;
}

export interface TranscoderDeps {
  readonly hub: Hub;
  readonly darkroom: Pick<Darkroom, 'encode'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly options?: TranscoderOptions;
}

export interface Transcoder extends WallTranscoder, Lifetime {
  readonly stats: TranscoderStats;
}

export interface TranscoderStats {
  readonly running: number;
  readonly most: number;
  /** Since the program started. */
  readonly started: number;
  readonly refused: number;
  readonly failed: number;
}

interface Shared {
  readonly transcoding: Transcoding;
  readonly users: Set<(reason: string) => void>;
}

/** The last resort for H.265 cameras and browsers without it: encodes on demand, once for all who look, and only so many. */
export function createTranscoder(deps: TranscoderDeps): Transcoder {
  const { most = 2, mostWidth = 1280, restartMs = 2000 } = deps.options ?? {};
  const running = new Map<StreamId, Shared>();
  const counts = { started: 0, refused: 0, failed: 0 };

  const end = (source: StreamId): void => {
    running.get(source)?.transcoding.close();
    running.delete(source);
  };
  const fail = (source: StreamId, reason: string): void => {
    const users = [...(running.get(source)?.users ?? [])];
    counts.failed++;
    end(source);
    for (const tell of users) tell(reason);
  };
  const start = (source: StreamId): Shared => {
    counts.started++;
    const parts = { ...deps, mostWidth, restartMs };
    const transcoding = new Transcoding(source, `${source}/h264`, parts, (reason) => fail(source, reason));
    const shared = { transcoding, users: new Set<(reason: string) => void>() };
    running.set(source, shared);
    return shared;
  };
  return {
    get stats() {
      return { running: running.size, most, ...counts };
    },
    open(source, failed) {
      if (!running.has(source) && running.size >= most) {
        counts.refused++;
        return 'full';
      }
      const shared = running.get(source) ?? start(source);
      const user = (reason: string) => failed(reason);
      shared.users.add(user);
      return {
        stream: shared.transcoding.stream,
        close() {
          shared.users.delete(user);
          if (shared.users.size === 0 && running.get(source) === shared) end(source);
        },
      };
    },
    close() {
      for (const source of [...running.keys()]) end(source);
    },
  };
}
