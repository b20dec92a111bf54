/** The fixed header of an RTP packet (RFC 3550 §5.1) and where its payload lies. One object is filled again and again. */
export class RtpPacket {
  marker = false;
  payloadType = 0;
  sequence = 0;
  timestamp = 0;
  source = 0;
  payloadStart = 0;
  payloadEnd = 0;

  /** Reads the packet at `start` to `end`. False, with nothing to be used, where it is not a whole RTP packet. */
  parse(buffer: Buffer, start: number, end: number): boolean {
    if (end - start < 12) return false;
    const first = buffer[start]!;
    if (first >> 6 !== 2) return false;
    const second = buffer[start + 1]!;
    this.marker = (second & 0x80) !== 0;
    this.payloadType = second & 0x7f;
    this.sequence = (buffer[start + 2]! << 8) | buffer[start + 3]!;
    this.timestamp = uint32(buffer, start + 4);
    this.source = uint32(buffer, start + 8);
    this.payloadStart = start + 12 + (first & 0x0f) * 4;
    this.payloadEnd = end;
    if ((first & 0x30) !== 0 && !this.#trim(buffer, first, end)) return false;
    return this.payloadStart <= this.payloadEnd;
  }

  /** Header extension (§5.3.1) and padding (§5.1). */
  #trim(buffer: Buffer, first: number, end: number): boolean {
    if ((first & 0x10) !== 0) {
      const at = this.payloadStart;
      if (at + 4 > end) return false;
      this.payloadStart = at + 4 + 4 * ((buffer[at + 2]! << 8) | buffer[at + 3]!);
    }
    if ((first & 0x20) !== 0) {
      const padding = buffer[end - 1]!;
      if (padding === 0) return false;
      this.payloadEnd = end - padding;
    }
    return true;
  }
}

function uint32(buffer: Buffer, at: number): number {
  return ((buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!) >>> 0;
}
