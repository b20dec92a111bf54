import type { EpochMs } from '#base';
import type { AccessUnit, VideoFormat } from '../access-unit.ts';
import type { PictureChunk } from './picture-chunks.ts';

/** All of an access unit but its bytes. */
export type PictureFacts = Required<Omit<AccessUnit, 'data' | 'bytes' | 'memory'>>;

/**
 * An access unit whose view of its bytes is made when somebody looks. Most pictures of a city are never looked at, and the
 * views would be half of all that the collector has to do.
 */
export class PictureUnit implements AccessUnit {
  readonly memory: PictureChunk;
  readonly bytes: number;
  readonly format: VideoFormat;
  readonly keyframe: boolean;
  readonly needsPreviousGroup: boolean;
  readonly pts90k: number;
  readonly dts90k: number;
  readonly capturedAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly sequence: number;
  readonly discontinuity: boolean;
  readonly #start: number;
  #data: Buffer | undefined;

  constructor(memory: PictureChunk, start: number, bytes: number, facts: PictureFacts) {
    this.memory = memory;
    this.bytes = bytes;
    this.#start = start;
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
