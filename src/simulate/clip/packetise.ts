import type { Clip, CodedPicture } from './clip.ts';

/** How parameter sets travel: one aggregation packet or one packet each before every keyframe, or in the SDP alone. */
export type ParameterSetDelivery = 'aggregated' | 'single' | 'sdp-only';

/** An RTP payload in two parts, so that a fragment's body need not be copied to stand behind its header. */
export interface Payload {
  readonly head: Buffer;
  readonly body: Buffer;
}

const NO_HEAD = Buffer.alloc(0);

/** RTP payloads of one picture, in order, none longer than `largest`: RFC 6184 §5.6–5.8, RFC 7798 §4.4.1–4.4.3. */
export function payloadsOf(
  clip: Pick<Clip, 'codec' | 'parameterSets'>,
  picture: CodedPicture,
  delivery: ParameterSetDelivery,
  largest: number,
): Payload[] {
  const payloads: Payload[] = [];
  const inside = picture.nalUnits.some((nal) => isParameterSet(nal, clip.codec));
  if (picture.keyframe && !inside) payloads.push(...parameterSets(clip, delivery, largest));
  for (const nal of picture.nalUnits) {
    if (delivery === 'sdp-only' && isParameterSet(nal, clip.codec)) continue;
    payloads.push(...inPackets(nal, clip.codec, largest));
  }
  return payloads;
}

function parameterSets(
  { codec, parameterSets: sets }: Pick<Clip, 'codec' | 'parameterSets'>,
  delivery: ParameterSetDelivery,
  largest: number,
): Payload[] {
  if (delivery === 'sdp-only' || sets.length === 0) return [];
  const together = aggregated(sets, codec);
  if (delivery === 'aggregated' && together.length <= largest) return [{ head: NO_HEAD, body: together }];
  return sets.flatMap((nal) => inPackets(nal, codec, largest));
}

function inPackets(nal: Buffer, codec: Clip['codec'], largest: number): Payload[] {
  return nal.length <= largest ? [{ head: NO_HEAD, body: nal }] : fragments(nal, codec, largest);
}

/** STAP-A (type 24, the highest NRI of its NAL units) or AP (type 48): a 16-bit length before each NAL unit. */
function aggregated(nalUnits: readonly Buffer[], codec: Clip['codec']): Buffer {
  const importance = Math.max(...nalUnits.map((nal) => nal[0]! & 0x60));
  const parts: Buffer[] = [Buffer.from(codec === 'h264' ? [importance | 24] : [48 << 1, 1])];
  for (const nal of nalUnits) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(nal.length);
    parts.push(length, nal);
  }
  return Buffer.concat(parts);
}

/**
 * FU-A (type 28) or FU (type 49): the NAL unit's own header gives way to an indicator and a fragment header that carries its type,
 * the start bit and the end bit.
 */
function fragments(nal: Buffer, codec: Clip['codec'], largest: number): Payload[] {
  const first = nal[0]!;
  const avc = codec === 'h264';
  const indicator = avc ? [(first & 0xe0) | 28] : [(first & 0x81) | (49 << 1), nal[1]!];
  const type = avc ? first & 0x1f : (first >> 1) & 0x3f;
  const room = largest - indicator.length - 1;
  const found: Payload[] = [];
  for (let at = avc ? 1 : 2; at < nal.length; at += room) {
    const start = found.length === 0 ? 0x80 : 0;
    const end = at + room >= nal.length ? 0x40 : 0;
    found.push({ head: Buffer.from([...indicator, start | end | type]), body: nal.subarray(at, at + room) });
  }
  return found;
}

function isParameterSet(nal: Buffer, codec: Clip['codec']): boolean {
  const type = codec === 'h264' ? nal[0]! & 0x1f : (nal[0]! >> 1) & 0x3f;
  return codec === 'h264' ? type === 7 || type === 8 : type >= 32 && type <= 34;
}
