import { splitLengthPrefixed } from '../../src/codec/index.ts';
import type { AccessUnit } from '../../src/ingest/index.ts';

export interface PacketizeOptions {
  /** Bytes of the longest packet; 1400 unless told. */
  readonly mtu?: number;
  readonly payloadType?: number;
  readonly source?: number;
  readonly firstSequence?: number;
  /** Parameter sets before keyframes: in one packet together, each in its own, or not at all. */
  readonly parameterSets?: 'aggregated' | 'single' | 'none';
  /** Which packets carry the marker: the last of a picture, none, or the last of every NAL unit. */
  readonly marker?: 'picture' | 'none' | 'nal-unit';
}

/** What a camera would send for these pictures: RTP packets after RFC 6184 and RFC 7798, timestamps as their presentation times. */
export function packetize(units: readonly AccessUnit[], options: PacketizeOptions = {}): Buffer[] {
  const {
    mtu = 1400,
    payloadType = 96,
    source = 0x1234,
    parameterSets = 'aggregated',
    marker = 'picture',
  } = options;
  let sequence = options.firstSequence ?? 0;
  const packets: Buffer[] = [];
  for (const unit of units) {
    const h265 = unit.format.codec === 'h265';
    const { vps, sps, pps } = unit.format.parameterSets;
    const sets = unit.keyframe && parameterSets !== 'none' ? [...vps, ...sps, ...pps] : [];
    const payloads = parameterSets === 'aggregated' && sets.length > 0 ? [aggregate(sets, h265)] : [...sets];
    const ends = new Set<number>();
    for (const nal of splitLengthPrefixed(unit.data)) {
      payloads.push(...fragment(nal, mtu - 12, h265));
      ends.add(payloads.length - 1);
    }
    payloads.forEach((payload, i) => {
      const marked = marker === 'nal-unit' ? ends.has(i) : marker === 'picture' && i === payloads.length - 1;
      const header = Buffer.alloc(12);
      header[0] = 0x80;
      header[1] = (marked ? 0x80 : 0) | payloadType;
      header.writeUInt16BE(sequence++ & 0xffff, 2);
      header.writeUInt32BE(unit.pts90k % 2 ** 32, 4);
      header.writeUInt32BE(source, 8);
      packets.push(Buffer.concat([header, payload]));
    });
  }
  return packets;
}

function aggregate(nals: readonly Buffer[], h265: boolean): Buffer {
  const head = h265 ? Buffer.from([48 << 1, 1]) : Buffer.from([0x78]);
  return Buffer.concat([
    head,
    ...nals.flatMap((nal) => [Buffer.from([nal.length >> 8, nal.length & 0xff]), nal]),
  ]);
}

function fragment(nal: Buffer, room: number, h265: boolean): Buffer[] {
  if (nal.length <= room) return [nal];
  const headerBytes = h265 ? 2 : 1;
  const step = room - headerBytes - 1;
  const parts: Buffer[] = [];
  for (let at = headerBytes; at < nal.length; at += step) {
    const flags = (at === headerBytes ? 0x80 : 0) | (at + step >= nal.length ? 0x40 : 0);
    const head = h265
      ? [(nal[0]! & 0x81) | (49 << 1), nal[1]!, flags | ((nal[0]! >> 1) & 0x3f)]
      : [(nal[0]! & 0xe0) | 28, flags | (nal[0]! & 0x1f)];
    parts.push(Buffer.concat([Buffer.from(head), nal.subarray(at, at + step)]));
  }
  return parts;
}
