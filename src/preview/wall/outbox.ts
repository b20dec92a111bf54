import type { WallConnection } from './port.ts';

/** Opcodes of RFC 6455 §5.2. */
const OPCODE = { text: 0x1, binary: 0x2, ping: 0x9 } as const;
const FINAL = 0x80;
const BUFFER_BYTES = 32 * 1024;
const MOST_FREE = 256;
const LONGEST_FRAME_HEADER = 10;
/** Written and copied again at once. */
const frameHeader = Buffer.alloc(LONGEST_FRAME_HEADER);

/** Buffers that are used again and again by all outboxes of a wall. */
export class OutboxBuffers {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
  }

  giveBack(buffer: Buffer): void {
    if (this.#free.length < MOST_FREE) this.#free.push(buffer);
  }
}

/**
 * Gathers WebSocket messages to one viewer and hands them to the kernel together. Everything is copied into buffers that are
 * used again: for pictures of a few kilobytes that costs less than a buffer's own life would, and the picture's memory is
 * free at once. Frames leave whole, so that what the WebSocket itself sends (pongs, the end) may go between.
 */
export class Outbox {
  readonly #connection: WallConnection;
  readonly #buffers: OutboxBuffers;
  readonly #full: Buffer[] = [];
  #buffer: Buffer | undefined;
  #used = 0;

  constructor(connection: WallConnection, buffers: OutboxBuffers) {
    this.#connection = connection;
    this.#buffers = buffers;
  }

  get isEmpty(): boolean {
    return this.#buffer === undefined;
  }

  /** Bytes on the wire. */
  text(message: string): number {
    const bytes = Buffer.from(message);
    return this.#frame(OPCODE.text, bytes.length) + this.#append(bytes);
  }

  /** One binary message of up to three parts. */
  binary(first: Buffer, second: Buffer, third?: Buffer): number {
    const length = first.length + second.length + (third?.length ?? 0);
    const header = this.#frame(OPCODE.binary, length);
    this.#append(first);
    this.#append(second);
    if (third !== undefined) this.#append(third);
    return header + length;
  }

  ping(id: number): void {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32BE(id, 0);
    this.#frame(OPCODE.ping, bytes.length);
    this.#append(bytes);
  }

  /** To the kernel, or into the connection's own queue. */
  flush(): void {
    const last = this.#buffer;
    if (last === undefined) return;
    const several = this.#full.length > 0;
    if (several) this.#connection.cork();
    for (const buffer of this.#full) this.#write(buffer, buffer.length);
    this.#write(last, this.#used);
    if (several) this.#connection.uncork();
    this.#full.length = 0;
    this.#buffer = undefined;
    this.#used = 0;
  }

  /** What was gathered is not sent. */
  discard(): void {
    for (const buffer of this.#full) this.#buffers.giveBack(buffer);
    if (this.#buffer !== undefined) this.#buffers.giveBack(this.#buffer);
    this.#full.length = 0;
    this.#buffer = undefined;
    this.#used = 0;
  }

  #write(buffer: Buffer, length: number): void {
    this.#connection.write(buffer.subarray(0, length), () => this.#buffers.giveBack(buffer));
  }

  /** §5.2: servers do not mask. */
  #frame(opcode: number, length: number): number {
    frameHeader[0] = FINAL | opcode;
    if (length < 126) {
      frameHeader[1] = length;
      return this.#append(frameHeader, 2);
    }
    if (length < 0x10000) {
      frameHeader[1] = 126;
      frameHeader.writeUInt16BE(length, 2);
      return this.#append(frameHeader, 4);
    }
    frameHeader[1] = 127;
    frameHeader.writeUInt32BE(0, 2);
    frameHeader.writeUInt32BE(length, 6);
    return this.#append(frameHeader, LONGEST_FRAME_HEADER);
  }

  #append(bytes: Buffer, length = bytes.length): number {
    for (let from = 0; from < length; ) {
      const buffer = this.#room();
      const copied = bytes.copy(buffer, this.#used, from, length);
      this.#used += copied;
      from += copied;
    }
    return length;
  }

  #room(): Buffer {
    if (this.#buffer !== undefined && this.#used < this.#buffer.length) return this.#buffer;
    if (this.#buffer !== undefined) this.#full.push(this.#buffer);
    this.#buffer = this.#buffers.take();
    this.#used = 0;
    return this.#buffer;
  }
}
