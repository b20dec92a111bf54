import type { EpochMs } from '#base';
import { FRAME_HEADER } from '../clip/packed-clip.ts';
import type { RtpStream } from './rtp-stream.ts';

const NTP_EPOCH_SECONDS = 2_208_988_800;
const SR_BYTES = 28;
const SDES_BYTES = 20;

/** Bytes of one interleaved sender report with its source description. */
export const SENDER_REPORT_FRAME = FRAME_HEADER + SR_BYTES + SDES_BYTES;

/** A compound packet of SR and SDES with CNAME (RFC 3550 §6.4.1, §6.5), at `at` of `into`. */
export function writeSenderReport(
  into: Buffer,
  at: number,
  stream: Pick<RtpStream, 'channels' | 'ssrc' | 'packets' | 'payloadBytes'>,
  capturedAt: EpochMs,
  rtpTimestamp: number,
): void {
  const seconds = Math.floor(capturedAt / 1000);
  const fraction = Math.floor((capturedAt / 1000 - seconds) * 2 ** 32);
  into[at] = 0x24;
  into[at + 1] = stream.channels.rtcp;
  into.writeUInt16BE(SR_BYTES + SDES_BYTES, at + 2);
  const sr = at + FRAME_HEADER;
  into.writeUInt32BE(0x80c80006, sr);
  into.writeUInt32BE(stream.ssrc, sr + 4);
  into.writeUInt32BE((seconds + NTP_EPOCH_SECONDS) >>> 0, sr + 8);
  into.writeUInt32BE(fraction, sr + 12);
  into.writeUInt32BE(rtpTimestamp, sr + 16);
  into.writeUInt32BE(stream.packets >>> 0, sr + 20);
  into.writeUInt32BE(stream.payloadBytes >>> 0, sr + 24);
  const sdes = sr + SR_BYTES;
  into.writeUInt32BE(0x81ca0004, sdes);
  into.writeUInt32BE(stream.ssrc, sdes + 4);
  // A CNAME item of 8 bytes, the end of the list and padding to a whole word.
  into.write('\x01\x08simulate\x00\x00', sdes + 8, 'latin1');
}
