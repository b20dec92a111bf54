import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { tinyClip } from '../../test/support/index.ts';
import { parseH264Sps } from './h264-parameter-sets.ts';
import { parseH264Slice } from './h264-slice.ts';
import { parseH265Pps, parseH265Sps } from './h265-parameter-sets.ts';
import { h265OrderCountLsb } from './h265-slice.ts';
import { splitAnnexB } from './nal-stream.ts';
import { H265_NAL, h264NalType, h265NalType } from './nal-unit.ts';
import { OrderCounter } from './order-count.ts';

describe('OrderCounter', () => {
  it('goes on across the wrap of the least significant bits, forwards and back', () => {
    const counter = new OrderCounter(4);
    const steps = [0, 8, 4, 14, 10, 4, 0, 12].map((lsb, i) =>
      counter.next(lsb, i !== 2 && i !== 4 && i !== 6),
    );
    expect(steps).toEqual([0, 8, 4, 14, 10, 20, 16, 28]);
  });

  it('orders the B-frames of x264 as they are shown', async () => {
    const nals = splitAnnexB(await readFile(await tinyClip({ bFrames: 2, seconds: 2, container: 'annexb' })));
    const outcome = parseH264Sps(nals.find((nal) => h264NalType(nal[0]!) === 7)!);
    if (!outcome.ok) throw new Error(outcome.problem);
    const counter = new OrderCounter(outcome.value.orderCountLsbBits);
    const counts = nals
      .filter((nal) => [1, 5].includes(h264NalType(nal[0]!)))
      .map((nal) => counter.next(parseH264Slice(nal, outcome.value)!.orderCountLsb!, (nal[0]! & 0x60) !== 0));
    expect(new Set(counts).size).toBe(counts.length);
    expect([...counts].sort((a, b) => a - b)).toEqual(counts.map((_, i) => 2 * i));
    expect(counts).not.toEqual([...counts].sort((a, b) => a - b));
  });

  it('orders the B-frames of x265 as they are shown', async () => {
    const nals = splitAnnexB(
      await readFile(await tinyClip({ codec: 'h265', bFrames: 3, seconds: 2, container: 'annexb' })),
    );
    const of = (type: number) => nals.find((nal) => h265NalType(nal[0]!) === type)!;
    const sps = parseH265Sps(of(H265_NAL.sps));
    const pps = parseH265Pps(of(H265_NAL.pps));
    if (!sps.ok || !pps.ok) throw new Error('x265 made no parameter sets');
    const lsbs = nals
      .filter((nal) => h265NalType(nal[0]!) <= 21)
      .map((nal) => h265OrderCountLsb(nal, sps.value, pps.value));
    expect([...new Set(lsbs)].sort((a, b) => a! - b!)).toEqual(
      Array.from({ length: lsbs.length }, (_, i) => i),
    );
  });
});
