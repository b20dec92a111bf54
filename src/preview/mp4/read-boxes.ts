/** A box's payload as a view. */
export interface ReadBox {
  readonly type: string;
  readonly payload: Buffer;
}

const HEADER_BYTES = 8;

/** The boxes that stand whole in `bytes`, in order; stops at one that does not fit. 64-bit sizes are not read. */
export function readBoxes(bytes: Buffer): ReadBox[] {
  const boxes: ReadBox[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    if (size < HEADER_BYTES || size > bytes.length - at) break;
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      payload: bytes.subarray(at + HEADER_BYTES, at + size),
    });
    at += size;
  }
  return boxes;
}

/** Payload of the first box on a path of types, e.g. `moov/trak/mdia`. */
export function findBox(bytes: Buffer, path: string): Buffer | undefined {
  let inside: Buffer | undefined = bytes;
  for (const type of path.split('/')) {
    if (inside === undefined) return undefined;
    inside = readBoxes(inside).find((each) => each.type === type)?.payload;
  }
  return inside;
}

/** Cuts a stream of bytes into whole top-level boxes. Throws RangeError at a box larger than `maxBytes`. */
export class BoxSplitter {
  readonly #maxBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): ReadBox[] {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    const size = this.#nextSize();
    if (size === undefined || this.#waitingBytes < size) return [];
    const whole = Buffer.concat(this.#waiting);
    const boxes = readBoxes(whole);
    const rest = whole.subarray(boxes.reduce((sum, each) => sum + HEADER_BYTES + each.payload.length, 0));
    this.#waiting = rest.length === 0 ? [] : [rest];
    this.#waitingBytes = rest.length;
    this.#nextSize();
    return boxes;
  }

  /** Size that the box at the front says it has; undefined while not even that has come. */
  #nextSize(): number | undefined {
    if (this.#waitingBytes < HEADER_BYTES) return undefined;
    if (this.#waiting[0]!.length < HEADER_BYTES) this.#waiting = [Buffer.concat(this.#waiting)];
    const size = this.#waiting[0]!.readUInt32BE(0);
    if (size < HEADER_BYTES || size > this.#maxBytes)
      throw new RangeError(`expected a box of 8 to ${this.#maxBytes} bytes, got ${size}`);
    return size;
  }
}
