import { NAL_USE, type NalUse } from './nal-use.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { PictureFacts, PictureUnit } from './picture-unit.ts';

/** How a codec tells NAL units apart. */
export interface NalRules {
  use(firstByte: number): NalUse;
  /** Whether the slice whose header is at `start` is the first of its picture. */
  startsPicture(bytes: Buffer, start: number): boolean;
  /** `nal` is a view that changes afterwards. */
  parameterSet(nal: Buffer): void;
}

/** Puts the NAL units of one picture together behind 4-byte lengths and notes what they are. */
export class PictureAssembly {
  readonly #rules: NalRules;
  readonly #memory: PictureMemory;
  /** Where the unfinished fragmented unit's length stands; -1 while none is open. */
  #openAt = -1;
  #openUse: NalUse = NAL_USE.drop;
  /** Where the first slice begins, behind its length; -1 before it. */
  #firstSliceAt = -1;
  keyframe = false;
  skippedLeading = false;
  hasSlice = false;
  /** The picture's own first slice is there, and it came first. */
  beginsWithFirstSlice = false;
  /** A parameter set came with this picture, before its first slice. */
  hasParameterSets = false;

  constructor(rules: NalRules, memory: PictureMemory) {
    this.#rules = rules;
    this.#memory = memory;
  }

  /** A unit that came in one piece. False where it is malformed or the picture too big. */
  whole(source: Buffer, start: number, end: number): boolean {
    const use = this.#rules.use(source[start]!);
    if ((source[start]! & 0x80) !== 0) return false;
    if (use === NAL_USE.drop) return true;
    if (use === NAL_USE.parameterSet) {
      this.#noteParameterSet(source.subarray(start, end));
      return true;
    }
    const memory = this.#memory;
    const at = memory.length;
    if (!memory.reserve(4 + end - start)) return false;
    memory.skip(4);
    memory.writeLength(at, end - start);
    memory.append(source, start, end);
    if (use >= NAL_USE.slice) this.#noteSlice(use, at + 4, source, start, end - start);
    return true;
  }

  /** Opens a fragmented unit; its header has `headerBytes` bytes, given as one number. */
  open(header: number, headerBytes: number): boolean {
    const whole = this.#openAt === -1;
    const memory = this.#memory;
    const firstByte = headerBytes === 2 ? header >> 8 : header;
    if (!memory.reserve(4 + headerBytes) || (firstByte & 0x80) !== 0) return false;
    this.#openAt = memory.length;
    this.#openUse = this.#rules.use(firstByte);
    memory.skip(4);
    if (headerBytes === 2) memory.appendByte(firstByte);
    memory.appendByte(header & 0xff);
    return whole;
  }

  /** More of the open unit. False where none is open. */
  extend(source: Buffer, start: number, end: number): boolean {
    if (this.#openAt === -1) return false;
    if (this.#openUse === NAL_USE.drop) return true;
    if (!this.#memory.reserve(end - start)) return false;
    this.#memory.append(source, start, end);
    return true;
  }

  /** The open unit is complete. */
  close(): void {
    const memory = this.#memory;
    const at = this.#openAt;
    const use = this.#openUse;
    this.#openAt = -1;
    if (use === NAL_USE.parameterSet) this.#noteParameterSet(memory.view(at + 4));
    if (use <= NAL_USE.parameterSet) {
      memory.shorten(at);
      return;
    }
    const bytes = memory.length - at - 4;
    memory.writeLength(at, bytes);
    if (use >= NAL_USE.slice) this.#noteSlice(use, at + 4, memory.buffer, memory.indexOf(at + 4), bytes);
  }

  get hasOpenUnit(): boolean {
    return this.#openAt !== -1;
  }

  /** The picture's first slice, for reading it at once; only while `hasSlice`. */
  firstSlice(): Buffer {
    return this.#memory.view(this.#firstSliceAt);
  }

  /** Hands the picture out. */
  take(facts: PictureFacts): PictureUnit {
    const unit = this.#memory.take(facts);
    this.#forget();
    return unit;
  }

  /** Throws away what there is of the picture. */
  discard(): void {
    this.#memory.shorten(0);
    this.#forget();
  }

  #noteParameterSet(nal: Buffer): void {
    this.hasParameterSets ||= !this.hasSlice;
    this.#rules.parameterSet(nal);
  }

  #noteSlice(use: NalUse, at: number, source: Buffer, start: number, bytes: number): void {
    if (!this.hasSlice) {
      this.hasSlice = true;
      this.#firstSliceAt = at;
      this.beginsWithFirstSlice = bytes > 2 && this.#rules.startsPicture(source, start);
    }
    if (use === NAL_USE.keyframeSlice) this.keyframe = true;
    else if (use === NAL_USE.skippedLeadingSlice) this.skippedLeading = true;
  }

  #forget(): void {
    this.#openAt = -1;
    this.#firstSliceAt = -1;
    this.keyframe = false;
    this.skippedLeading = false;
    this.hasSlice = false;
    this.beginsWithFirstSlice = false;
    this.hasParameterSets = false;
  }
}
