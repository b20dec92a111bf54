import { FRAME_HEADER, RTP_HEADER } from '../clip/packed-clip.ts';

/** G.711 A-law, 8 kHz, RFC 3551 §6. */
export const AUDIO_PAYLOAD_TYPE = 8;
export const AUDIO_PACKET_MS = 20;
export const AUDIO_SAMPLES = 160;

/** Bytes of one packet of sound on the wire. */
export const AUDIO_FRAME = FRAME_HEADER + RTP_HEADER + AUDIO_SAMPLES;

/** A 400 Hz hum, eight periods a packet, so that every packet holds the same sound; header fields left 0 as in `PackedClip`. */
export const audioFrame: Buffer = hum();

function hum(): Buffer {
  const frame = Buffer.alloc(AUDIO_FRAME);
  frame[0] = 0x24;
  frame.writeUInt16BE(RTP_HEADER + AUDIO_SAMPLES, 2);
  frame[4] = 0x80;
  frame[5] = AUDIO_PAYLOAD_TYPE;
  for (let sample = 0; sample < AUDIO_SAMPLES; sample++) {
    const value = Math.round(3000 * Math.sin((2 * Math.PI * 400 * sample) / 8000));
    frame[FRAME_HEADER + RTP_HEADER + sample] = aLaw(value);
  }
  return frame;
}

/** ITU-T G.711 A-law of a 13-bit signed sample. */
function aLaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const size = Math.min(4095, Math.abs(sample));
  const exponent = size < 32 ? 0 : Math.floor(Math.log2(size)) - 4;
  const mantissa = exponent === 0 ? (size >> 1) & 0x0f : (size >> exponent) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}
