import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tinyClip } from '../../../test/support/index.ts';
import { readClip } from './clip.ts';
import { FRAME_HEADER, packClip, pictureAt, RTP_HEADER } from './packed-clip.ts';
import { type Payload, payloadsOf } from './packetise.ts';

const whole = ({ head, body }: Payload) => Buffer.concat([head, body]);

/** The receiving side of RFC 6184 and RFC 7798, written from the standards for this test. */
function nalUnitsOf(list: readonly Payload[], codec: 'h264' | 'h265'): Buffer[] {
  const found: Buffer[] = [];
  const payloads = list.map(whole);
  let parts: Buffer[] = [];
  const head = codec === 'h264' ? 1 : 2;
  for (const payload of payloads) {
    const type = codec === 'h264' ? payload[0]! & 0x1f : (payload[0]! >> 1) & 0x3f;
    if (type === (codec === 'h264' ? 24 : 48)) {
      for (let at = head; at < payload.length; at += 2 + payload.readUInt16BE(at))
        found.push(payload.subarray(at + 2, at + 2 + payload.readUInt16BE(at)));
    } else if (type === (codec === 'h264' ? 28 : 49)) {
      const fragment = payload[head]!;
      const header =
        codec === 'h264'
          ? [(payload[0]! & 0xe0) | (fragment & 0x1f)]
          : [(payload[0]! & 0x81) | ((fragment & 0x3f) << 1), payload[1]!];
      if (fragment & 0x80) {
        expect(parts).toEqual([]);
        parts = [Buffer.from(header)];
      }
      parts.push(payload.subarray(head + 1));
      if (fragment & 0x40) found.push(Buffer.concat(parts.splice(0)));
    } else found.push(payload);
  }
  expect(parts).toEqual([]);
  return found;
}

describe('payloadsOf', () => {
  const codec = fc.constantFrom('h264' as const, 'h265' as const);
  // A slice, so that it is neither a parameter set nor looks like a packet of its own kind.
  const nal = (of: 'h264' | 'h265', body: Uint8Array) =>
    Buffer.concat([Buffer.from(of === 'h264' ? [0x65] : [19 << 1, 1]), body]);

  it('gives back every NAL unit, in packets no longer than asked', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 5000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(codec, bodies, fc.integer({ min: 52, max: 1500 }), (of, list, largest) => {
        const nalUnits = list.map((body) => nal(of, body));
        const picture = { nalUnits, dts90k: 0, pts90k: 0, keyframe: false };
        const payloads = payloadsOf({ codec: of, parameterSets: [] }, picture, 'aggregated', largest);
        expect(Math.max(...payloads.map((payload) => whole(payload).length))).toBeLessThanOrEqual(largest);
        expect(nalUnitsOf(payloads, of)).toEqual(nalUnits);
      }),
    );
  });

  it.each(['plain', 'h265', 'slices', 'bFrames'] as const)('carries a real clip: %s', async (name) => {
    const clip = await readClip(await tinyClip(name));
    for (const delivery of ['aggregated', 'single', 'sdp-only'] as const)
      for (const picture of clip.pictures) {
        const sets = picture.keyframe && delivery !== 'sdp-only' ? clip.parameterSets : [];
        const payloads = payloadsOf(clip, picture, delivery, 1388);
        expect(nalUnitsOf(payloads, clip.codec)).toEqual([...sets, ...picture.nalUnits]);
        if (sets.length > 0 && delivery === 'aggregated')
          expect((payloads[0]!.body[0]! & 0x7f) >> (clip.codec === 'h264' ? 0 : 1)).toBe(
            clip.codec === 'h264' ? 0x60 | 24 : 48,
          );
      }
  });
});

describe('packClip', () => {
  it('frames every packet and marks the last of each picture', async () => {
    const clip = await readClip(await tinyClip('bFrames'));
    const packed = packClip(clip, { mtu: 600, parameterSets: 'aggregated' });
    let pictures = 0;
    for (let at = 0; at < packed.data.length; ) {
      const length = packed.data.readUInt16BE(at + 2);
      expect(packed.data[at]).toBe(0x24);
      expect(packed.data[at + 4]).toBe(0x80);
      expect(length).toBeLessThanOrEqual(600);
      expect(length).toBeGreaterThan(RTP_HEADER);
      at += FRAME_HEADER + length;
      if (packed.data[at - length + 1]! & 0x80) expect(pictureAt(packed, ++pictures)).toBe(at);
    }
    expect(pictures).toBe(clip.pictures.length);
    expect(packed.reorder90k).toBeGreaterThan(0);
    expect(packed.duration90k).toBe(4 * 90_000);
  });
});
