/**
 * Memory in which pictures get their headers before they are written. A region is used again at once if the kernel took it,
 * and left to the garbage collector once the pending write is done if not: so 1,300 cameras share one block as long as nobody is slow.
 */
export class Scratch {
  readonly #blockBytes: number;
  block: Buffer;
  /** Where the claimed region begins. */
  at = 0;

  constructor(blockBytes = 256 * 1024) {
    this.#blockBytes = blockBytes;
    this.block = Buffer.allocUnsafeSlow(blockBytes);
  }

  /** Makes room for so many bytes from `at` on in `block`. */
  claim(bytes: number): void {
    if (this.at + bytes <= this.block.length) return;
    this.block = Buffer.allocUnsafeSlow(Math.max(bytes, this.#blockBytes));
    this.at = 0;
  }

  /** Somebody still holds the region: what comes next goes behind it. */
  keep(bytes: number): void {
    this.at += bytes;
  }
}
