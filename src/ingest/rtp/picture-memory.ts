import type { ChunkPool, PictureChunk } from './picture-chunks.ts';
import type { PictureFacts, PictureUnit } from './picture-unit.ts';

const SMALLEST_CHUNK = 32 * 1024;
const LARGEST_CHUNK = 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Where one stream's pictures are put together: chunks of memory that are filled from the front, each holding several
 * pictures, so that a picture costs no allocation of its own. What has been taken is not written again while it is held.
 */
export class PictureMemory {
  readonly #pool: ChunkPool;
  readonly #maxPictureBytes: number;
  #current: PictureChunk | undefined;
  /** The bytes of `#current`. */
  #chunk: Buffer = NOTHING;
  #start = 0;
  #end = 0;
  #nextChunkBytes = SMALLEST_CHUNK;

  constructor(pool: ChunkPool, maxPictureBytes: number) {
    this.#pool = pool;
    this.#maxPictureBytes = maxPictureBytes;
  }

  /** Bytes of the picture that is being put together. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Makes room; false where the picture would grow beyond its bound. */
  reserve(bytes: number): boolean {
    if (this.#end + bytes <= this.#chunk.length) return true;
    const length = this.length;
    if (length + bytes > this.#maxPictureBytes) return false;
    this.#moveToNewChunk(length, bytes);
    return true;
  }

  /** Only after `reserve`. */
  appendByte(byte: number): void {
    this.#chunk[this.#end++] = byte;
  }

  /** Only after `reserve`. */
  append(source: Buffer, start: number, end: number): void {
    source.copy(this.#chunk, this.#end, start, end);
    this.#end += end - start;
  }

  /** Puts a 4-byte length at `at`, counted from the picture's beginning; only after `reserve`. */
  writeLength(at: number, value: number): void {
    const chunk = this.#chunk;
    const index = this.#start + at;
    chunk[index] = value >>> 24;
    chunk[index + 1] = value >>> 16;
    chunk[index + 2] = value >>> 8;
    chunk[index + 3] = value;
  }

  /** Only after `reserve`. */
  skip(bytes: number): void {
    this.#end += bytes;
  }

  /** Takes back what was added after the first `length` bytes of the picture. */
  shorten(length: number): void {
    this.#end = this.#start + length;
  }

  /** What the picture lies in, for reading it at once without a view; `indexOf` tells where. */
  get buffer(): Buffer {
    return this.#chunk;
  }

  indexOf(at: number): number {
    return this.#start + at;
  }

  /** A view of part of the picture, for reading it at once. */
  view(from: number, to: number = this.length): Buffer {
    return this.#chunk.subarray(this.#start + from, this.#start + to);
  }

  /** Hands the picture out, which holds its chunk once, and begins the next behind it. */
  take(facts: PictureFacts): PictureUnit {
    const unit = this.#current!.unit(this.#start, this.length, facts);
    this.#start = this.#end;
    return unit;
  }

  /** Bytes per chunk: about half a second's worth wastes little and is seldom outgrown. */
  sizeFor(bytesPerSecond: number): void {
    this.#nextChunkBytes = Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, bytesPerSecond / 2));
  }

  /** Nothing more will be put together. */
  close(): void {
    this.#current?.release();
    this.#current = undefined;
    this.#chunk = NOTHING;
    this.#start = 0;
    this.#end = 0;
  }

  #moveToNewChunk(length: number, bytes: number): void {
    const chunk = this.#pool.take(Math.max(this.#nextChunkBytes, 2 * length + bytes));
    this.#chunk.copy(chunk.bytes, 0, this.#start, this.#end);
    this.#current?.release();
    this.#current = chunk;
    this.#chunk = chunk.bytes;
    this.#start = 0;
    this.#end = length;
  }
}
