import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAGMENT_HEAD_BYTES, fragmentHead } from './mp4/fragment.ts';
import { wallHeader } from './wall/frame-header.ts';
import { presentationSeconds, readWallFrame, WALL_HEADER_BYTES } from './wall-frame.ts';

const message = (...parts: Buffer[]): ArrayBuffer => new Uint8Array(Buffer.concat(parts)).buffer;

describe('wall frames', () => {
  it('are read as they were written', () => {
    const facts = fc.record({
      kind: fc.constantFrom('init' as const, 'fragment' as const),
      channel: fc.integer({ min: 0, max: 0xffff }),
      sequence: fc.nat(2 ** 40),
      capturedAt: fc.double({ min: 0, max: 4e12, noNaN: true }),
      keyframe: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, ({ kind, channel, ...rest }) => {
        const frame = readWallFrame(message(wallHeader(kind, channel, rest), Buffer.from('mp4')))!;
        expect(frame).toMatchObject({ kind, channel, keyframe: rest.keyframe, capturedAt: rest.capturedAt });
        expect(frame.sequence).toBe(rest.sequence % 2 ** 32);
        expect(Buffer.from(frame.mp4).toString()).toBe('mp4');
      }),
    );
  });

  it('tell where on the video’s line of time their picture is', () => {
    const sample = { sequence: 1, duration: 6000, keyframe: false, size: 3 };
    fc.assert(
      fc.property(
        fc.nat(2 ** 48),
        fc.integer({ min: -90_000, max: 90_000 }),
        (decodeTime, compositionOffset) => {
          const head = fragmentHead({ ...sample, decodeTime, compositionOffset });
          const header = wallHeader('fragment', 1, { sequence: 1, capturedAt: 0, keyframe: false });
          const frame = readWallFrame(message(header, head, Buffer.from('abc')))!;
          expect(frame.mp4).toHaveLength(FRAGMENT_HEAD_BYTES + 3);
          expect(presentationSeconds(frame)).toBe((decodeTime + compositionOffset) / 90_000);
        },
      ),
    );
  });

  it('are nothing else', () => {
    expect(readWallFrame(new ArrayBuffer(0))).toBeUndefined();
    expect(readWallFrame(new ArrayBuffer(WALL_HEADER_BYTES))).toBeUndefined();
    const unknownKind = Buffer.alloc(20);
    unknownKind[2] = 9;
    expect(readWallFrame(message(unknownKind))).toBeUndefined();
  });
});
