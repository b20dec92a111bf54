import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox, OutboxBuffers } from './outbox.ts';

/** A connection that takes its time: what is written must stay as it is until `done` is called. */
function slowConnection() {
  const written: { readonly data: Buffer; readonly done: () => void }[] = [];
  return {
    written,
    write(data: Buffer, done: () => void) {
      written.push({ data, done });
      return true;
    },
    cork() {},
    uncork() {},
  };
}

/** Frames of RFC 6455 §5.2 from a server: not masked, each final. */
function frames(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer }[] {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]! & 0xf0).toBe(0x80);
    const short = bytes[at + 1]!;
    expect(short & 0x80).toBe(0);
    const opcode = bytes[at]! & 0xf;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    at += short < 126 ? 2 : short === 126 ? 4 : 10;
    found.push({ opcode, payload: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.constantFrom(125, 126, 32_767, 32_768, 65_535, 65_536),
  fc.integer({ min: 0, max: 200_000 }),
);

describe('Outbox', () => {
  it('writes every message whole and in order, whatever its size', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(sizes, sizes, fc.boolean()), { maxLength: 12 }), (messages) => {
        const connection = slowConnection();
        const outbox = new Outbox(connection, new OutboxBuffers());
        const expected = messages.map(([first, second, flush], i) => {
          const parts = [Buffer.alloc(first, i + 1), Buffer.alloc(second, i + 101), Buffer.from([i])];
          const sent = outbox.binary(parts[0]!, parts[1]!, parts[2]);
          const payload = Buffer.concat(parts);
          expect(sent).toBe(payload.length + (payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10));
          if (flush) outbox.flush();
          return payload;
        });
        outbox.flush();
        expect(outbox.isEmpty).toBe(true);
        const all = frames(Buffer.concat(connection.written.map(({ data }) => data)));
        expect(all.map(({ payload }) => payload.equals(expected.shift()!))).toEqual(all.map(() => true));
        expect(expected).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('uses a buffer again only when the connection is done with it', () => {
    const connection = slowConnection();
    const buffers = new OutboxBuffers();
    const first = new Outbox(connection, buffers);
    const second = new Outbox(connection, buffers);
    first.text('first');
    first.flush();
    second.text('second');
    second.flush();
    const [one, two] = connection.written;
    expect(frames(one!.data)[0]!.payload.toString()).toBe('first');
    expect(one!.data.buffer).not.toBe(two!.data.buffer);
    one!.done();
    second.ping(7);
    second.flush();
    expect(connection.written[2]!.data.buffer).toBe(one!.data.buffer);
    expect(frames(connection.written[2]!.data)).toEqual([{ opcode: 9, payload: Buffer.from([0, 0, 0, 7]) }]);
  });

  it('writes nothing until it is flushed, nor what was discarded', () => {
    const connection = slowConnection();
    const outbox = new Outbox(connection, new OutboxBuffers());
    outbox.binary(Buffer.alloc(16), Buffer.alloc(100_000));
    expect(connection.written).toEqual([]);
    outbox.discard();
    outbox.flush();
    expect(connection.written).toEqual([]);
  });
});
