import type { StreamId } from '#camera';
import { createMuxer, type Muxer } from '../mp4/muxer.ts';

/** One muxer a stream, as long as anybody looks at it. */
export class SharedMuxers {
  readonly #byStream = new Map<StreamId, { readonly muxer: Muxer; users: number }>();

  borrow(stream: StreamId): Muxer {
    const entry = this.#byStream.get(stream) ?? { muxer: createMuxer(), users: 0 };
    entry.users++;
    this.#byStream.set(stream, entry);
    return entry.muxer;
  }

  giveBack(stream: StreamId): void {
    const entry = this.#byStream.get(stream);
    if (entry !== undefined && --entry.users === 0) this.#byStream.delete(stream);
  }

  get size(): number {
    return this.#byStream.size;
  }
}
