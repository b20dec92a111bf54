import type { Clip } from './clip.ts';
import { type ParameterSetDelivery, payloadsOf } from './packetise.ts';

/** Bytes before each RTP payload: `$`, channel and length (RFC 2326 §10.12), then the fixed RTP header (RFC 3550 §5.1). */
export const FRAME_HEADER = 4;
export const RTP_HEADER = 12;

export const VIDEO_PAYLOAD_TYPE = 96;

/**
 * A clip as it goes over the wire, shared by every camera that plays it. Channel, sequence number, timestamp and SSRC are left 0
 * in `data` for the sender to fill in on its own copy.
 */
export interface PackedClip {
  readonly clip: Pick<Clip, 'path' | 'codec' | 'width' | 'height' | 'parameterSets'>;
  readonly data: Buffer;
  readonly count: number;
  /** Where in `data` each picture begins; one more entry than pictures. */
  readonly pictureAt: Uint32Array;
  /** Where in `data` each packet begins; one more entry than packets. */
  readonly packetAt: Uint32Array;
  /** The first packet of each picture; one more entry than pictures. */
  readonly firstPacket: Uint32Array;
  readonly dts90k: Uint32Array;
  readonly pts90k: Uint32Array;
  readonly keyframe: Uint8Array;
  readonly duration90k: number;
  /** The largest time from decoding to presentation: a picture was taken so long before it is due for presentation. */
  readonly reorder90k: number;
}

export interface Packing {
  /** Bytes of the longest RTP packet, header included. */
  readonly mtu: number;
  readonly parameterSets: ParameterSetDelivery;
}

export function packClip(clip: Clip, packing: Packing): PackedClip {
  const pictures = clip.pictures.map((picture) =>
    payloadsOf(clip, picture, packing.parameterSets, packing.mtu - RTP_HEADER),
  );
  const packets = pictures.flatMap((payloads) =>
    payloads.map((payload, index) => framed(payload, index === payloads.length - 1)),
  );
  const perPicture = pictures.map((payloads) => payloads.length);
  const packetAt = runningSum(packets.map((packet) => packet.length));
  const firstPacket = runningSum(perPicture);
  return {
    clip: withoutPictures(clip),
    data: Buffer.concat(packets),
    count: pictures.length,
    pictureAt: firstPacket.map((packet) => packetAt[packet]!),
    packetAt,
    firstPacket,
    dts90k: Uint32Array.from(clip.pictures, (picture) => picture.dts90k),
    pts90k: Uint32Array.from(clip.pictures, (picture) => picture.pts90k),
    keyframe: Uint8Array.from(clip.pictures, (picture) => (picture.keyframe ? 1 : 0)),
    duration90k: clip.duration90k,
    reorder90k: clip.pictures.reduce((most, picture) => Math.max(most, picture.pts90k - picture.dts90k), 0),
  };
}

/** Which picture is the last keyframe at or before a time of the clip. */
export function keyframeBefore(
  packed: Pick<PackedClip, 'count' | 'keyframe' | 'dts90k'>,
  atSeconds: number,
): number {
  let found = 0;
  for (let index = 0; index < packed.count && packed.dts90k[index]! <= atSeconds * 90_000; index++)
    if (packed.keyframe[index] === 1) found = index;
  return found;
}

/** The clip's file is dropped once it is packed; its parameter sets are copied out of it. */
function withoutPictures({ path, codec, width, height, parameterSets }: Clip): PackedClip['clip'] {
  return { path, codec, width, height, parameterSets: parameterSets.map((set) => Buffer.from(set)) };
}

/** The marker bit stands on the last packet of a picture (RFC 6184 §5.1). */
function framed(payload: Buffer, last: boolean): Buffer {
  const packet = Buffer.alloc(FRAME_HEADER + RTP_HEADER + payload.length);
  packet[0] = 0x24;
  packet.writeUInt16BE(RTP_HEADER + payload.length, 2);
  packet[4] = 0x80;
  packet[5] = (last ? 0x80 : 0) | VIDEO_PAYLOAD_TYPE;
  payload.copy(packet, FRAME_HEADER + RTP_HEADER);
  return packet;
}

function runningSum(lengths: readonly number[]): Uint32Array {
  const sums = new Uint32Array(lengths.length + 1);
  for (const [index, length] of lengths.entries()) sums[index + 1] = sums[index]! + length;
  return sums;
}
