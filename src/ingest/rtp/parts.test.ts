import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MediaTime } from './media-time.ts';
import { RtpPacket } from './packet.ts';
import { ChunkPool } from './picture-chunks.ts';
import { PictureMemory } from './picture-memory.ts';
import { parseRtcp } from './rtcp.ts';
import { LATE, RESTARTED, SequenceNumbers } from './sequence.ts';

describe('RtpPacket', () => {
  it('finds the payload behind contributing sources and an extension, before the padding', () => {
    const header = Buffer.from('b2e0fffe0000000100000002', 'hex');
    const bytes = Buffer.concat([
      header,
      Buffer.alloc(8),
      Buffer.from('bede000100000000', 'hex'),
      Buffer.from([7, 8, 0, 2]),
    ]);
    const packet = new RtpPacket();
    expect(packet.parse(bytes, 0, bytes.length)).toBe(true);
    expect(packet).toMatchObject({
      marker: true,
      payloadType: 96,
      sequence: 0xfffe,
      timestamp: 1,
      source: 2,
    });
    expect(bytes.subarray(packet.payloadStart, packet.payloadEnd)).toEqual(Buffer.from([7, 8]));
  });

  it('never points outside the packet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(10), (bytes, start) => {
        const packet = new RtpPacket();
        const buffer = Buffer.from(bytes);
        if (!packet.parse(buffer, Math.min(start, buffer.length), buffer.length)) return;
        expect(packet.payloadStart).toBeLessThanOrEqual(packet.payloadEnd);
        expect(packet.payloadEnd).toBeLessThanOrEqual(buffer.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('SequenceNumbers', () => {
  const steps = (...numbers: number[]) => {
    const sequence = new SequenceNumbers();
    return numbers.map((number) => sequence.next(number));
  };

  it('counts what is missing, also across the wrap', () => {
    expect(steps(10, 11, 14, 65_000)).toEqual([0, 0, 2, RESTARTED]);
    expect(steps(65_534, 65_535, 0, 3)).toEqual([0, 0, 0, 2]);
  });

  it('tells late packets and copies from a new beginning', () => {
    expect(steps(500, 500, 450, 501)).toEqual([0, LATE, LATE, 0]);
    expect(steps(500, 100, 101)).toEqual([0, RESTARTED, 0]);
  });
});

describe('MediaTime', () => {
  it('does not wrap and finds times near the last', () => {
    const time = new MediaTime();
    expect(time.near(5)).toBeUndefined();
    const first = time.advance(2 ** 32 - 3000, 0);
    expect(time.advance(600, 0) - first).toBe(3600);
    expect(time.near(2 ** 32 - 3000)).toBe(first);
  });
});

describe('parseRtcp', () => {
  it('reads a sender report and a goodbye out of a compound', () => {
    const report = Buffer.alloc(28);
    report.set([0x80, 200, 0, 6]);
    report.writeUInt32BE(7, 4);
    report.writeUInt32BE(2_208_988_800 + 1_700_000_000, 8);
    report.writeUInt32BE(2 ** 31, 12);
    report.writeUInt32BE(90_000, 16);
    const bytes = Buffer.concat([report, Buffer.from([0x81, 203, 0, 1, 0, 0, 0, 7])]);
    expect(parseRtcp(bytes, 0, bytes.length)).toEqual({
      report: { source: 7, wallClock: 1_700_000_000_500, timestamp: 90_000 },
      goodbye: true,
    });
  });

  it('knows the era after 2036', () => {
    const report = Buffer.alloc(28);
    report.set([0x80, 200, 0, 6]);
    report.writeUInt32BE(1000, 8);
    expect(new Date(parseRtcp(report, 0, 28).report!.wallClock).getUTCFullYear()).toBe(2036);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        (bytes) => void parseRtcp(Buffer.from(bytes), 0, bytes.length),
      ),
    );
  });
});

describe('PictureMemory', () => {
  const parameterSets = { vps: [], sps: [], pps: [] };
  const facts = {
    format: { codec: 'h264', mimeCodec: 'avc1.42c00c', width: 1, height: 1, parameterSets },
    keyframe: true,
    needsPreviousGroup: false,
    pts90k: 0,
    dts90k: 0,
    capturedAt: 0,
    receivedAt: 0,
    sequence: 0,
    discontinuity: false,
  } as const;

  it('never writes again into what is held, and does so once it is not', () => {
    const pool = new ChunkPool();
    const memory = new PictureMemory(pool, 1 << 20);
    const fill = (byte: number, size: number) => {
      memory.reserve(size);
      memory.append(Buffer.alloc(size, byte), 0, size);
      const unit = memory.take(facts);
      return { data: unit.data, chunk: unit.memory, byte };
    };
    const held = Array.from({ length: 50 }, (_, i) => fill(i, 3000 + 100 * i));
    for (const { data, byte } of held) expect(data.every((value) => value === byte)).toBe(true);
    const before = new Set(held.map((picture) => picture.chunk));
    for (const { chunk } of held) chunk.release();
    const after = Array.from({ length: 50 }, (_, i) => fill(i, 4000));
    expect(after.some((picture) => before.has(picture.chunk))).toBe(true);
    for (const { data, byte } of after) expect(data.every((value) => value === byte)).toBe(true);
  });

  it('frees what has long not been needed', () => {
    const pool = new ChunkPool();
    const chunks = Array.from({ length: 8 }, () => pool.take(1000));
    for (const chunk of chunks) chunk.release();
    pool.trim();
    pool.trim();
    expect(chunks).not.toContain(pool.take(1000));
  });
});
