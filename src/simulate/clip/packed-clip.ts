import type { Clip } from './clip.ts';
import { type ParameterSetDelivery, type Payload, payloadsOf } from './packetise.ts';

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
  /**
   * Four numbers a picture: where in `data` it begins, decoding and presentation time in 90 kHz, 1 for a keyframe; and one more entry
   * for where the last one ends. In one array, because every picture of every camera is looked up when it has long left the caches.
   */
  readonly index: Uint32Array;
  readonly duration90k: number;
  /** The largest time from decoding to presentation: a picture was taken so long before it is due for presentation. */
  readonly reorder90k: number;
  readonly largestPicture: number;
}

export function pictureAt({ index }: PackedClip, picture: number): number {
  return index[picture * 4]!;
}

export function dts90k({ index }: PackedClip, picture: number): number {
  return index[picture * 4 + 1]!;
}

export function pts90k({ index }: PackedClip, picture: number): number {
  return index[picture * 4 + 2]!;
}

export function isKeyframe({ index }: PackedClip, picture: number): boolean {
  return index[picture * 4 + 3] === 1;
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
  // Once and at its full size: small pieces would stay with the allocator when they are gone.
  const data = Buffer.alloc(pictures.flat().reduce((sum, payload) => sum + framedLength(payload), 0));
  const index = new Uint32Array((pictures.length + 1) * 4);
  let end = 0;
  let [reorder90k, largestPicture] = [0, 0];
  for (const [nth, { dts90k, pts90k, keyframe }] of clip.pictures.entries()) {
    index.set([end, dts90k, pts90k, keyframe ? 1 : 0], nth * 4);
    const start = end;
    for (const payload of pictures[nth]!)
      end = writeFramed(data, end, payload, payload === pictures[nth]!.at(-1));
    reorder90k = Math.max(reorder90k, pts90k - dts90k);
    largestPicture = Math.max(largestPicture, end - start);
  }
  index[pictures.length * 4] = end;
  const { duration90k } = clip;
  return {
    ...{ clip: withoutPictures(clip), data, count: pictures.length, index },
    ...{ duration90k, reorder90k, largestPicture },
  };
}

/** One keyframe alone, at the clip's picture rate: the same bytes for ever. */
export function repeatedKeyframe(of: PackedClip, atSeconds: number): PackedClip {
  const picture = keyframeBefore(of, atSeconds);
  const data = of.data.subarray(pictureAt(of, picture), pictureAt(of, picture + 1));
  return {
    ...{ clip: of.clip, data, count: 1, index: Uint32Array.of(0, 0, 0, 1, data.length, 0, 0, 0) },
    ...{ duration90k: Math.round(of.duration90k / of.count), reorder90k: 0, largestPicture: data.length },
  };
}

/** Which picture is the last keyframe at or before a time of the clip. */
export function keyframeBefore(packed: PackedClip, atSeconds: number): number {
  let found = 0;
  for (let nth = 0; nth < packed.count && dts90k(packed, nth) <= atSeconds * 90_000; nth++)
    if (isKeyframe(packed, nth)) found = nth;
  return found;
}

/** The first picture whose decoding time is not before `at90k`; `count` if there is none. */
export function firstPictureFrom(packed: PackedClip, at90k: number): number {
  let [low, high] = [0, packed.count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (dts90k(packed, middle) < at90k) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The clip's file is dropped once it is packed; its parameter sets are copied out of it. */
function withoutPictures({ path, codec, width, height, parameterSets }: Clip): PackedClip['clip'] {
  return { path, codec, width, height, parameterSets: parameterSets.map((set) => Buffer.from(set)) };
}

function framedLength({ head, body }: Payload): number {
  return FRAME_HEADER + RTP_HEADER + head.length + body.length;
}

/** The marker bit stands on the last packet of a picture (RFC 6184 §5.1). */
function writeFramed(data: Buffer, at: number, payload: Payload, last: boolean): number {
  const { head, body } = payload;
  data[at] = 0x24;
  data.writeUInt16BE(framedLength(payload) - FRAME_HEADER, at + 2);
  data[at + 4] = 0x80;
  data[at + 5] = (last ? 0x80 : 0) | VIDEO_PAYLOAD_TYPE;
  head.copy(data, at + FRAME_HEADER + RTP_HEADER);
  body.copy(data, at + FRAME_HEADER + RTP_HEADER + head.length);
  return at + framedLength(payload);
}
