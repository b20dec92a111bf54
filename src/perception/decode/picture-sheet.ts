/** Memory for pictures of one size, used again and again. */
export class PixelStock {
  readonly #bytes: number;
  readonly #most: number;
  #free: Uint8Array<ArrayBuffer>[] = [];

  constructor(bytes: number, most: number) {
    this.#bytes = bytes;
    this.#most = most;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#free.pop() ?? new Uint8Array(this.#bytes);
  }

  give(pixels: Uint8Array<ArrayBuffer>): void {
    if (pixels.length === this.#bytes && this.#free.length < this.#most) this.#free.push(pixels);
  }
}

/** Cuts a stream of raw pictures, which comes in pieces of any size, into pictures. Each is copied once. */
export class PictureSheet {
  readonly #stock: PixelStock;
  readonly #full: (pixels: Uint8Array<ArrayBuffer>) => void;
  #pixels: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;

  constructor(stock: PixelStock, full: (pixels: Uint8Array<ArrayBuffer>) => void) {
    this.#stock = stock;
    this.#full = full;
  }

  write(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      this.#pixels ??= this.#stock.take();
      const take = Math.min(piece.length - at, this.#pixels.length - this.#filled);
      this.#pixels.set(piece.subarray(at, at + take), this.#filled);
      at += take;
      this.#filled += take;
      if (this.#filled < this.#pixels.length) return;
      const pixels = this.#pixels;
      this.#pixels = undefined;
      this.#filled = 0;
      this.#full(pixels);
    }
  }
}
