/**
 * Reads the bits of one NAL unit, leaving out its emulation prevention bytes (ITU-T H.264 §7.4.1, H.265 §7.4.2).
 * Past the end every bit is 0 and `overrun` is set: whoever parses checks it once, when done.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #next: number;
  #zeros = 0;
  #current = 0;
  #bitsLeft = 0;
  overrun = false;

  /** Starts at byte `start`, which must come after the NAL unit's header. */
  constructor(bytes: Uint8Array, start: number, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#next = start;
    this.#end = end;
  }

  bit(): number {
    if (this.#bitsLeft === 0) this.#load();
    this.#bitsLeft--;
    return (this.#current >> this.#bitsLeft) & 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** u(n), n up to 32. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    for (let i = 0; i < count && !this.overrun; i++) this.bit();
  }

  /** ue(v), H.264 §9.1. More than 31 leading zeros cannot be a code of either standard. */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (++zeros > 31) {
        this.overrun = true;
        return 0;
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v), H.264 §9.1.1. */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }

  #load(): void {
    if (this.#zeros >= 2 && this.#next < this.#end && this.#bytes[this.#next] === 3) {
      this.#next++;
      this.#zeros = 0;
    }
    if (this.#next >= this.#end) {
      this.overrun = true;
      this.#current = 0;
    } else {
      this.#current = this.#bytes[this.#next++]!;
      this.#zeros = this.#current === 0 ? this.#zeros + 1 : 0;
    }
    this.#bitsLeft = 8;
  }
}
