import { beforeAll, describe, expect, it } from 'vitest';
import type { AccessUnit } from '#ingest';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { tinyClip } from '../../../test/support/index.ts';
import { KeyframeWatch } from './keyframe-signs.ts';

let keyframes: AccessUnit[];
beforeAll(async () => {
  const units = await accessUnitsOf(await tinyClip({ keyframeSeconds: 1, seconds: 8, slices: 4 }));
  keyframes = units.filter((unit) => unit.keyframe);
});

const at = (unit: AccessUnit, ms: number): AccessUnit => ({ ...unit, receivedAt: ms });

describe('KeyframeWatch', () => {
  it('sees that the same coded picture comes again and again, and that it no longer does', () => {
    const watch = new KeyframeWatch();
    const signs = [0, 2000, 4000, 6000].map((ms) => watch.take(at(keyframes[0]!, ms)));
    expect(signs.map(({ sameForMs, sameCount }) => [sameForMs, sameCount])).toEqual([
      [0, 0],
      [0, 1],
      [2000, 2],
      [4000, 3],
    ]);
    expect(watch.take(at(keyframes[1]!, 8000))).toMatchObject({ sameForMs: 0, sameCount: 0 });
  });

  it('is not misled by headers that count, nor by messages beside the picture', () => {
    const watch = new KeyframeWatch();
    const { data, ...unit } = keyframes[0]!;
    watch.take({ ...unit, data });
    const counted = Buffer.from(data);
    // The first bytes of the first slice: its header.
    const first = data[4] === 6 ? 4 + data.readUInt32BE(0) : 0;
    counted[first + 6]! ^= 0x55;
    const message = Buffer.from([0, 0, 0, 5, 6, 5, 1, 7, 0x80]);
    expect(watch.take({ ...unit, data: counted }).sameCount).toBe(1);
    expect(watch.take({ ...unit, data: Buffer.concat([message, data]) }).sameCount).toBe(2);
  });

  it('sees a change in any of several slices', () => {
    const watch = new KeyframeWatch();
    const { data, ...unit } = keyframes[0]!;
    watch.take({ ...unit, data });
    const changed = Buffer.from(data);
    const first = data[4] === 6 ? 4 + data.readUInt32BE(0) : 0;
    changed[first + 4 + data.readUInt32BE(first) - 2]! ^= 0x10;
    expect(watch.take({ ...unit, data: changed }).sameCount).toBe(0);
  });

  it('tells once that keyframes have become much smaller', () => {
    const watch = new KeyframeWatch();
    for (let i = 0; i < 16; i++) expect(watch.take(keyframes[i % 8]!).sizeJumped).toBe(false);
    const small = { ...keyframes[0]!, data: keyframes[0]!.data.subarray(0, 200) };
    const jumps = Array.from({ length: 10 }, () => watch.take(small).sizeJumped);
    expect(jumps.filter(Boolean)).toHaveLength(1);
  });

  it('takes units that are cut short or empty', () => {
    const watch = new KeyframeWatch();
    for (const data of [Buffer.alloc(0), Buffer.from([0, 0, 255]), Buffer.from([255, 255, 255, 255, 0x65])])
      expect(() => watch.take({ ...keyframes[0]!, data })).not.toThrow();
  });
});
