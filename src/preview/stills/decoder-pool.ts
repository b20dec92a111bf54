import { NgatuError } from '#base';
import type { AccessUnit } from '#ingest';
import { decodeLast, type RawPicture } from './decode.ts';

export interface DecoderPoolOptions {
  /** Children at the same time; 2 unless told. */
  readonly decoders?: number;
  /** Pictures that may wait for one; 32 unless told. */
  readonly queue?: number;
  /** 5000 unless told. */
  readonly timeoutMs?: number;
  readonly ffmpeg?: string;
}

/** A few ffmpeg children for all who want a picture decoded now and then. */
export interface DecoderPool {
  /** See `decodeLast`. Rejects with `DECODERS_BUSY` at once when the queue is full. */
  decode(units: readonly AccessUnit[]): Promise<RawPicture>;
  readonly stats: DecoderPoolStats;
}

export interface DecoderPoolStats {
  readonly running: number;
  readonly waiting: number;
  readonly decoded: number;
  readonly failed: number;
  readonly refused: number;
}

export function createDecoderPool(options: DecoderPoolOptions = {}): DecoderPool {
  const { decoders = 2, queue = 32, timeoutMs = 5000, ffmpeg = 'ffmpeg' } = options;
  const waiting: (() => void)[] = [];
  const stats = { running: 0, waiting: 0, decoded: 0, failed: 0, refused: 0 };
  /** A decoder is passed from one to the next without being free in between, so that nobody jumps the queue. */
  const begin = (): Promise<void> | undefined => {
    if (stats.running < decoders) stats.running++;
    else if (waiting.length < queue) {
      stats.waiting++;
      return new Promise((resolve) => waiting.push(resolve));
    } else {
      stats.refused++;
      throw busy(queue);
    }
    return undefined;
  };
  const end = (): void => {
    const next = waiting.shift();
    if (next === undefined) stats.running--;
    else {
      stats.waiting--;
      next();
    }
  };
  return {
    stats,
    async decode(units) {
      await begin();
      try {
        const picture = await decodeLast(units, { timeoutMs, ffmpeg });
        stats.decoded++;
        return picture;
      } catch (failure) {
        stats.failed++;
        throw failure;
      } finally {
        end();
      }
    },
  };
}

function busy(queue: number): NgatuError {
  return new NgatuError(
    'DECODERS_BUSY',
    `All decoders are busy and ${queue} pictures wait already; try again.`,
    {
      kind: 'transient',
    },
  );
}
