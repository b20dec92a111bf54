import type { PackedPicture } from '../darkroom/pack.ts';

/** Stills by what they show, the least recently asked for given up first; two who ask for one in the making share it. */
export class StillCache {
  readonly #most: number;
  readonly #made = new Map<string, PackedPicture>();
  readonly #making = new Map<string, Promise<PackedPicture>>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string, make: () => Promise<PackedPicture>): Promise<PackedPicture> {
    const there = this.#made.get(key);
    if (there !== undefined) {
      this.#made.delete(key);
      this.#made.set(key, there);
      return Promise.resolve(there);
    }
    const making = this.#making.get(key) ?? this.#make(key, make);
    this.#making.set(key, making);
    return making;
  }

  async #make(key: string, make: () => Promise<PackedPicture>): Promise<PackedPicture> {
    try {
      const packed = await make();
      this.#keep(key, packed);
      return packed;
    } finally {
      this.#making.delete(key);
    }
  }

  #keep(key: string, packed: PackedPicture): void {
    this.#made.set(key, packed);
    this.#bytes += packed.bytes.length;
    for (const [oldest, { bytes }] of this.#made) {
      if (this.#bytes <= this.#most) return;
      this.#made.delete(oldest);
      this.#bytes -= bytes.length;
    }
  }
}
