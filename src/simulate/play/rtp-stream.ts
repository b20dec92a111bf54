import { FRAME_HEADER, type PackedClip, pictureAt, RTP_HEADER } from '../clip/packed-clip.ts';
import type { Channels } from '../rtsp/transport.ts';
import { AUDIO_FRAME, AUDIO_SAMPLES, audioFrame } from './audio.ts';

/** One track of one session: numbers its packets and puts them into a block of memory. */
export class RtpStream {
  readonly channels: Channels;
  readonly ssrc: number;
  sequence: number;
  packets = 0;
  payloadBytes = 0;
  #timestampBase: number;

  constructor(channels: Channels, ssrc: number, sequence: number, timestampBase: number) {
    this.channels = channels;
    this.ssrc = ssrc;
    this.sequence = sequence;
    this.#timestampBase = timestampBase;
  }

  /** Of a running time in the track's own ticks; wraps at 2^32 (RFC 3550 §5.1). */
  timestamp(running: number): number {
    // Not `>>> 0`: the sum may be beyond what 32-bit operators take for a whole number.
    const rest = (this.#timestampBase + running) % 2 ** 32;
    return rest < 0 ? rest + 2 ** 32 : rest;
  }

  /** Moves all later timestamps by so many ticks. */
  shift(ticks: number): void {
    this.#timestampBase += ticks;
  }

  /** Copies a picture's packets to `at` and fills in their headers; returns where they end. */
  picture(block: Buffer, at: number, packed: PackedClip, index: number, timestamp: number): number {
    const from = pictureAt(packed, index);
    const to = pictureAt(packed, index + 1);
    packed.data.copy(block, at, from, to);
    const end = at + to - from;
    // Each packet's own length leads to the next one.
    for (
      let packet = at;
      packet < end;
      packet += FRAME_HEADER + (block[packet + 2]! << 8) + block[packet + 3]!
    ) {
      this.#stamp(block, packet, timestamp);
      this.payloadBytes -= FRAME_HEADER + RTP_HEADER;
    }
    this.payloadBytes += to - from;
    return end;
  }

  sound(block: Buffer, at: number, timestamp: number): number {
    audioFrame.copy(block, at);
    this.#stamp(block, at, timestamp);
    this.payloadBytes += AUDIO_SAMPLES;
    return at + AUDIO_FRAME;
  }

  /** Byte by byte: the `write…` methods check their arguments each time, and this is done 60,000 times a second. */
  #stamp(block: Buffer, at: number, timestamp: number): void {
    const { sequence, ssrc } = this;
    block[at + 1] = this.channels.rtp;
    block[at + 6] = sequence >>> 8;
    block[at + 7] = sequence;
    block[at + 8] = timestamp >>> 24;
    block[at + 9] = timestamp >>> 16;
    block[at + 10] = timestamp >>> 8;
    block[at + 11] = timestamp;
    block[at + 12] = ssrc >>> 24;
    block[at + 13] = ssrc >>> 16;
    block[at + 14] = ssrc >>> 8;
    block[at + 15] = ssrc;
    this.sequence = (sequence + 1) & 0xffff;
    this.packets++;
  }
}
