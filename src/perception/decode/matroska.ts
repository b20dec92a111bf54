/**
 * The least Matroska (RFC 9559) that carries one video stream into ffmpeg with a time for every picture: what goes in with a
 * time comes out with it, whatever the decoder drops, delays or reorders. Pure.
 */
import type { VideoCodec } from '#ingest';

/** Nanoseconds of one tick of `time`: a quarter of 0.1 ms, so that the two lowest bits are free for marks. */
const TICK_NS = 25_000;

const ID = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

/** A size that is not known beforehand: the segment lasts as long as the stream. */
const UNKNOWN_SIZE = Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
const CODEC_ID = { h264: 'V_MPEG4/ISO/AVC', h265: 'V_MPEGH/ISO/HEVC' } as const;
const KEYFRAME = 0x80;
/** Cluster id and size, timestamp, block id and size, track number, relative time, flags. */
const BLOCK_HEAD_BYTES = 4 + 8 + 17 + 1 + 8 + 4;

export interface MatroskaTrack {
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  /** Parameter sets with start codes; pictures then have start codes as well, which ffmpeg takes though Matroska asks for lengths. */
  readonly parameterSets: Buffer;
}

/** Everything before the first picture. */
export function matroskaHead(track: MatroskaTrack): Buffer {
  const entry = element(
    ID.trackEntry,
    element(ID.trackNumber, integer(1)),
    element(ID.trackUid, integer(1)),
    element(ID.trackType, integer(1)),
    element(ID.codecId, Buffer.from(CODEC_ID[track.codec])),
    element(ID.codecPrivate, track.parameterSets),
    element(
      ID.video,
      element(ID.pixelWidth, integer(track.width)),
      element(ID.pixelHeight, integer(track.height)),
    ),
  );
  return Buffer.concat([
    element(
      ID.ebml,
      element(ID.docType, Buffer.from('matroska')),
      element(ID.docTypeVersion, integer(4)),
      element(ID.docTypeReadVersion, integer(2)),
    ),
    id(ID.segment),
    UNKNOWN_SIZE,
    element(ID.info, element(ID.timestampScale, integer(TICK_NS))),
    element(ID.tracks, entry),
  ]);
}

/** What stands before the bytes of one picture: a cluster of its own, so that times may be any whole number of ticks. */
export function pictureHead(time: number, keyframe: boolean, bytes: number): Buffer {
  const head = Buffer.allocUnsafe(BLOCK_HEAD_BYTES);
  let at = head.writeUInt32BE(ID.cluster, 0);
  at = writeSize(head, BLOCK_HEAD_BYTES - 12 + bytes, at);
  at = head.writeUInt8(ID.timestamp, at);
  at = writeSize(head, 8, at);
  at = head.writeBigUInt64BE(BigInt(time), at);
  at = head.writeUInt8(ID.simpleBlock, at);
  at = writeSize(head, 4 + bytes, at);
  // Track 1, no time relative to the cluster.
  at = head.writeUInt32BE(0x81_00_00_00 + (keyframe ? KEYFRAME : 0), at);
  return head;
}

function element(name: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = Buffer.allocUnsafe(8);
  writeSize(size, body.length, 0);
  return Buffer.concat([id(name), size, body]);
}

/** An identifier is its own length descriptor: as many bytes as it has. */
function id(name: number): Buffer {
  const bytes = name > 0xffffff ? 4 : name > 0xffff ? 3 : name > 0xff ? 2 : 1;
  const out = Buffer.allocUnsafe(bytes);
  out.writeUIntBE(name, 0, bytes);
  return out;
}

/** Always 8 bytes long. */
function writeSize(into: Buffer, size: number, at: number): number {
  into.writeUInt32BE(0x01000000 + Math.floor(size / 2 ** 32), at);
  return into.writeUInt32BE(size % 2 ** 32, at + 4);
}

function integer(value: number): Buffer {
  const out = Buffer.allocUnsafe(4);
  out.writeUInt32BE(value, 0);
  return out;
}
