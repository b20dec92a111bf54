import type { UnitMemory } from '../access-unit.ts';
import { type PictureFacts, PictureUnit } from './picture-unit.ts';

/**
 * Memory for several pictures, and the units that stand for them. Whoever writes into it and every picture in it holds it
 * once; with the last release it is free to be used again, units and all.
 */
export class PictureChunk implements UnitMemory {
  readonly bytes: Buffer;
  readonly #pool: ChunkPool;
  readonly #units: PictureUnit[] = [];
  #unitsUsed = 0;
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
    if (this.#holders !== 0) return;
    this.#unitsUsed = 0;
    this.#pool.giveBack(this);
  }

  /** A unit for the `bytes` from `start` on, which holds this memory. */
  unit(start: number, bytes: number, facts: PictureFacts): PictureUnit {
    this.#holders++;
    const nth = this.#unitsUsed++;
    const unit = this.#units[nth] ?? new PictureUnit(this, facts.format);
    this.#units[nth] = unit;
    unit.become(start, bytes, facts);
    return unit;
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
