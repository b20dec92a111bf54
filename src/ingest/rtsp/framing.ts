import { contentLength, parseHead, type RtspHead, type RtspMessage } from './message.ts';

/** What comes out of one RTSP connection. Called synchronously; the buffer is reused when the call returns. */
export interface FrameSink {
  /** One interleaved packet (RFC 2326 §10.12), without its 4-byte header. */
  packet(channel: number, buffer: Buffer, start: number, end: number): void;
  message(message: RtspMessage): void;
}

const DOLLAR = 0x24;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const HEADER_BYTES = 4;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const RESPONSE = Buffer.from('RTSP/');
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 256 * 1024;
/** Garbage that is searched for the next frame before the connection is given up. */
const MAX_GARBAGE_BYTES = 1024 * 1024;
const FIRST_CARRY_BYTES = 2 * 1024;

/**
 * Cuts the bytes of a connection into interleaved packets and messages. Packets that lie whole in what was read are handed
 * on where they lie; only what is cut off at the end of a read is carried over. After garbage it looks for the next frame.
 */
export class InterleavedFraming {
  readonly #sink: FrameSink;
  #carry = Buffer.alloc(0);
  #carried = 0;
  /** Bytes the carried frame has when whole; 0 while its length is not known. */
  #needed = 0;
  #head: RtspHead | undefined;
  #bodyAt = 0;
  #garbage = 0;
  #stopped = false;
  /** Times that the frames were lost and found again. */
  resyncs = 0;
  /** Why nothing more is read from this connection; undefined while all is well. */
  problem: string | undefined;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Hands on nothing more, even from the read in progress. */
  stop(): void {
    this.#stopped = true;
  }

  push(buffer: Buffer, length: number): void {
    let at = this.#carried > 0 ? this.#complete(buffer, length) : 0;
    while (at < length && !this.#stopped) {
      if (buffer[at] !== DOLLAR) {
        at = this.#messageOrGarbage(buffer, at, length);
        continue;
      }
      const end = at + HEADER_BYTES > length ? length + 1 : at + HEADER_BYTES + size(buffer, at);
      if (end > length) {
        this.#carryOver(buffer, at, length);
        return;
      }
      this.#garbage = 0;
      this.#sink.packet(buffer[at + 1]!, buffer, at + HEADER_BYTES, end);
      at = end;
    }
  }

  /** Fills up what was carried over; gives how many bytes of `buffer` that took. */
  #complete(buffer: Buffer, length: number): number {
    let at = 0;
    while (this.#carried > 0 && at < length && !this.#stopped) {
      if (this.#carry[0] !== DOLLAR) return this.#completeMessage(buffer, at, length);
      const needed = this.#carried < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + size(this.#carry, 0);
      const take = Math.min(needed - this.#carried, length - at);
      this.#append(buffer, at, at + take);
      at += take;
      if (this.#carried < HEADER_BYTES || this.#carried < HEADER_BYTES + size(this.#carry, 0)) continue;
      const end = this.#carried;
      this.#carried = 0;
      this.#sink.packet(this.#carry[1]!, this.#carry, HEADER_BYTES, end);
    }
    return at;
  }

  #messageOrGarbage(buffer: Buffer, at: number, length: number): number {
    const first = buffer[at]!;
    if (first === CARRIAGE_RETURN || first === LINE_FEED) return at + 1;
    if (!looksLikeMessage(buffer, at, length)) return this.#skipGarbage(buffer, at, length);
    return this.#completeMessage(buffer, at, length);
  }

  /** Begins a message with the bytes from `at` or goes on with the one carried over. */
  #completeMessage(buffer: Buffer, at: number, length: number): number {
    const before = this.#carried;
    if (this.#needed === 0) {
      this.#append(buffer, at, Math.min(length, at + MAX_HEAD_BYTES - before));
      const endOfHead = this.#carry.subarray(0, this.#carried).indexOf(END_OF_HEAD, Math.max(0, before - 3));
      if (endOfHead === -1) {
        if (this.#carried >= MAX_HEAD_BYTES)
          this.#fail(`a message's headers are longer than ${MAX_HEAD_BYTES} bytes`);
        return length;
      }
      if (!this.#readHead(endOfHead)) return length;
      if (this.#carried > this.#needed) this.#carried = this.#needed;
    } else {
      this.#append(buffer, at, Math.min(length, at + this.#needed - before));
    }
    const next = at + this.#carried - before;
    if (this.#carried === this.#needed) this.#deliver();
    return next;
  }

  #readHead(endOfHead: number): boolean {
    const head = parseHead(this.#carry.toString('latin1', 0, endOfHead));
    const body = head === undefined ? undefined : contentLength(head.headers);
    if (head === undefined || body === undefined || body > MAX_BODY_BYTES) {
      this.#fail('a message is malformed or its body is too long');
      return false;
    }
    this.#head = head;
    this.#bodyAt = endOfHead + END_OF_HEAD.length;
    this.#needed = this.#bodyAt + body;
    return true;
  }

  #deliver(): void {
    const body = this.#carry.toString('utf8', this.#bodyAt, this.#needed);
    const head = this.#head!;
    this.#head = undefined;
    this.#carried = 0;
    this.#needed = 0;
    this.#garbage = 0;
    this.#sink.message({ ...head, body });
  }

  #skipGarbage(buffer: Buffer, at: number, length: number): number {
    let next = at + 1;
    while (next < length && !looksLikeFrame(buffer, next, length)) next++;
    if (this.#garbage === 0) this.resyncs++;
    this.#garbage += next - at;
    if (this.#garbage > MAX_GARBAGE_BYTES) this.#fail(`no frame in ${MAX_GARBAGE_BYTES} bytes`);
    return next;
  }

  #carryOver(buffer: Buffer, at: number, length: number): void {
    this.#append(buffer, at, length);
  }

  #append(buffer: Buffer, start: number, end: number): void {
    const needed = this.#carried + end - start;
    if (needed > this.#carry.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_CARRY_BYTES, 2 ** Math.ceil(Math.log2(needed))));
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    buffer.copy(this.#carry, this.#carried, start, end);
    this.#carried = needed;
  }

  #fail(problem: string): void {
    this.problem = problem;
    this.#carried = 0;
    this.stop();
  }
}

function size(buffer: Buffer, at: number): number {
  return (buffer[at + 2]! << 8) | buffer[at + 3]!;
}

/** A response, or capitals as a request begins with. What is cut off after fewer bytes gets the benefit of the doubt. */
function looksLikeMessage(buffer: Buffer, at: number, length: number): boolean {
  const end = Math.min(length, at + RESPONSE.length);
  if (buffer.compare(RESPONSE, 0, end - at, at, end) === 0) return true;
  for (let i = at; i < end; i++) {
    const byte = buffer[i]!;
    if ((byte < 0x41 || byte > 0x5a) && byte !== 0x5f && !(byte === 0x20 && i >= at + 3)) return false;
  }
  return true;
}

/** Stricter than at a place where a frame is due: a packet of RTP version 2, or a response. */
function looksLikeFrame(buffer: Buffer, at: number, length: number): boolean {
  if (buffer[at] === DOLLAR) {
    return at + HEADER_BYTES < length && buffer[at + 1]! < 16 && buffer[at + HEADER_BYTES]! >> 6 === 2;
  }
  const end = Math.min(length, at + RESPONSE.length);
  return end - at >= 4 && buffer.compare(RESPONSE, 0, end - at, at, end) === 0;
}
