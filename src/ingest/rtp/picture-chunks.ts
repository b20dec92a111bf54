import type { UnitMemory } from '../access-unit.ts';

/** Memory for several pictures. Whoever writes into it and every picture in it holds it once; with the last release it is free. */
export class PictureChunk implements UnitMemory {
  readonly bytes: Buffer;
  readonly #pool: ChunkPool;
  #holders = 0;

  constructor(bytes: Buffer, pool: ChunkPool) {
    this.bytes = bytes;
    this.#pool = pool;
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) this.#pool.giveBack(this);
  }
}

interface SizeClass {
  readonly free: PictureChunk[];
  /** The fewest that were free since the last `trim`: as many are not needed. */
  idle: number;
}

/**
 * Chunks that are used again, for all streams of a process. Fresh memory for every picture would cost more than all the
 * parsing: the kernel clears its pages, and the collector runs to free them.
 */
export class ChunkPool {
  readonly #classes = new Map<number, SizeClass>();

  /** Of at least so many bytes, held once. */
  take(bytes: number): PictureChunk {
    const size = 2 ** Math.ceil(Math.log2(bytes));
    const alike = this.#classes.get(size);
    const chunk = alike?.free.pop() ?? new PictureChunk(Buffer.allocUnsafeSlow(size), this);
    if (alike !== undefined && alike.free.length < alike.idle) alike.idle = alike.free.length;
    chunk.hold();
    return chunk;
  }

  /** Only from a chunk that nobody holds. */
  giveBack(chunk: PictureChunk): void {
    const size = chunk.bytes.length;
    const alike = this.#classes.get(size);
    if (alike === undefined) this.#classes.set(size, { free: [chunk], idle: 0 });
    else alike.free.push(chunk);
  }

  /** Leaves to the collector what has not been needed since the last call; to be called every few seconds. */
  trim(): void {
    for (const alike of this.#classes.values()) {
      alike.free.length -= alike.idle;
      alike.idle = alike.free.length;
    }
  }
}
