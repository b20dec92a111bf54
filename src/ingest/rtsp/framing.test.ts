import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InterleavedFraming } from './framing.ts';

interface Seen {
  readonly frames: string[];
  readonly framing: InterleavedFraming;
}

function framing(): Seen {
  const frames: string[] = [];
  return {
    frames,
    framing: new InterleavedFraming({
      packet: (channel, buffer, start, end) =>
        frames.push(`${channel}:${buffer.toString('hex', start, end)}`),
      message: (message) =>
        frames.push(
          message.kind === 'response'
            ? `${message.status} ${message.body}`
            : `${message.method} ${message.body}`,
        ),
    }),
  };
}

function packet(channel: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x24, channel, payload.length >> 8, payload.length & 0xff]), payload]);
}

/** Reads reuse one buffer, as sockets here do. */
function push(framing: InterleavedFraming, bytes: Buffer, cuts: readonly number[]): void {
  const read = Buffer.alloc(bytes.length);
  const at = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < at.length; i++) {
    const length = bytes.copy(read, 0, at[i - 1], at[i]);
    framing.push(read, length);
    read.fill(0xee);
  }
}

const payload = fc.uint8Array({ minLength: 12, maxLength: 300 }).map((bytes) => {
  const rtp = Buffer.from(bytes);
  rtp[0] = 0x80;
  return rtp;
});
const frame = fc.oneof(
  fc.tuple(fc.nat(3), payload).map(([channel, bytes]) => ({
    wire: packet(channel, bytes),
    seen: `${channel}:${bytes.toString('hex')}`,
  })),
  fc.string({ maxLength: 40 }).map((body) => ({
    wire: Buffer.from(
      `RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
    seen: `200 ${body}`,
  })),
  fc.constant({ wire: Buffer.from('OPTIONS * RTSP/1.0\r\nCSeq: 4\r\n\r\n'), seen: 'OPTIONS ' }),
);

describe('InterleavedFraming', () => {
  it('finds the same frames however the bytes are cut into reads', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (frames, cuts) => {
          const { frames: seen, framing: under } = framing();
          const wire = Buffer.concat(frames.map((each) => each.wire));
          if (wire.length > 0) push(under, wire, cuts);
          expect(seen).toEqual(frames.map((each) => each.seen));
          expect(under).toMatchObject({ problem: undefined, resyncs: 0 });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds the next frame after garbage', () => {
    const rtp = Buffer.from('80600001000000010000000265aa', 'hex');
    const { frames, framing: under } = framing();
    push(
      under,
      Buffer.concat([packet(0, rtp), Buffer.from([1, 2, 3, 0x24, 0xff, 9]), packet(0, rtp), packet(0, rtp)]),
      [],
    );
    expect(frames).toHaveLength(3);
    expect(under.resyncs).toBe(1);
  });

  it('gives up after a million bytes without a frame', () => {
    const { framing: under } = framing();
    const garbage = Buffer.alloc(64 * 1024, 0x07);
    for (let i = 0; i < 20; i++) under.push(garbage, garbage.length);
    expect(under.problem).toMatch(/no frame/);
  });

  it('gives up on headers and bodies without end', () => {
    const { framing: endless } = framing();
    endless.push(Buffer.from('RTSP/1.0 200 OK\r\n'), 17);
    const line = Buffer.from(`X-Header: ${'x'.repeat(1000)}\r\n`);
    for (let i = 0; i < 20; i++) endless.push(line, line.length);
    expect(endless.problem).toMatch(/headers/);
    const { framing: huge } = framing();
    const head = Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n');
    huge.push(head, head.length);
    expect(huge.problem).toMatch(/body/);
  });

  it('survives any bytes in any cuts', () => {
    const bytes = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom('$', 'RTSP/', '\r\n\r\n', 'RTSP/1.0 200 OK\r\n').map((text) => Buffer.from(text)),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 10 }), (parts, cuts) => {
        const wire = Buffer.concat(parts);
        if (wire.length > 0) push(framing().framing, wire, cuts);
      }),
      { numRuns: 2000 },
    );
  });
});
