import type { EpochMs } from '#base';
import type { AccessUnit, VideoFormat } from '../access-unit.ts';
import type { PictureChunk } from './picture-chunks.ts';

/** All of an access unit but its bytes. */
export type PictureFacts = Required<Omit<AccessUnit, 'data' | 'bytes' | 'memory'>>;

/**
 * An access unit that lives as long as the memory it lies in, and is used again with it: in a steady city pictures then leave
 * nothing behind for the collector. The view of its bytes is made when somebody looks, which for most pictures nobody does.
 */
export class PictureUnit implements AccessUnit {
  readonly memory: PictureChunk;
  format: VideoFormat;
  bytes = 0;
  keyframe = false;
  needsPreviousGroup = false;
  // Fractions, so that these fields hold floating point from the beginning.
  pts90k = 0.5;
  dts90k = 0.5;
  capturedAt: EpochMs = 0.5;
  receivedAt: EpochMs = 0.5;
  sequence = 0;
  discontinuity = false;
  #start = 0;
  #data: Buffer | undefined;

  constructor(memory: PictureChunk, format: VideoFormat) {
    this.memory = memory;
    this.format = format;
  }

  /** Becomes another picture; only while nobody holds its memory. */
  become(start: number, bytes: number, facts: PictureFacts): void {
    this.#start = start;
    this.#data = undefined;
    this.bytes = bytes;
    this.format = facts.format;
    this.keyframe = facts.keyframe;
    this.needsPreviousGroup = facts.needsPreviousGroup;
    this.pts90k = facts.pts90k;
    this.dts90k = facts.dts90k;
    this.capturedAt = facts.capturedAt;
    this.receivedAt = facts.receivedAt;
    this.sequence = facts.sequence;
    this.discontinuity = facts.discontinuity;
  }

  get data(): Buffer {
    this.#data ??= this.memory.bytes.subarray(this.#start, this.#start + this.bytes);
    return this.#data;
  }
}
