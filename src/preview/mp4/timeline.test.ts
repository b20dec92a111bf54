import { describe, expect, it } from 'vitest';
import type { AccessUnit } from '#ingest';
import { Timeline } from './timeline.ts';

const step = 6000;
const start = Date.UTC(2025, 0, 1);

/** Picture number `i` of 15 a second, a keyframe each 30; `over` overwrites what is special about it. */
function picture(i: number, over: Partial<AccessUnit> = {}): AccessUnit {
  const at = start + (i * 1000) / 15;
  return {
    data: Buffer.alloc(0),
    format: undefined as never,
    keyframe: i % 30 === 0,
    pts90k: i * step,
    dts90k: i * step,
    capturedAt: at,
    receivedAt: at,
    sequence: i,
    discontinuity: i === 0,
    ...over,
  };
}

describe('Timeline', () => {
  it('begins at the time of capture and follows the timestamps exactly', () => {
    const timeline = new Timeline();
    const places = [0, 1, 2, 3].map((i) => timeline.place(picture(i)));
    expect(places).toEqual([0, 1, 2, 3].map((i) => start * 90 + i * step));
    expect(timeline.step).toBe(step);
  });

  it('places a picture again where it was, also when newer ones were placed before', () => {
    const timeline = new Timeline();
    timeline.place(picture(30));
    const newer = timeline.place(picture(60));
    expect(timeline.place(picture(31))).toBe(newer - 29 * step);
    expect(timeline.place(picture(60))).toBe(newer);
    expect(timeline.place(picture(61))).toBe(newer + step);
  });

  it('goes on by the clock after a connection was lost and the timestamps began anew', () => {
    const timeline = new Timeline();
    const before = timeline.place(picture(10));
    const shifted = { dts90k: 77, pts90k: 77, discontinuity: true };
    expect(timeline.place(picture(910, shifted))).toBe(before + 900 * step);
    expect(timeline.place(picture(911, { dts90k: 77 + step, pts90k: 77 + step }))).toBe(before + 901 * step);
  });

  it.each([
    ['forwards by an hour', 3600 * 90_000],
    ['backwards by an hour', -3600 * 90_000],
    ['past the wrap of 32 bits', -(2 ** 32)],
  ])('is not carried along when timestamps jump %s unannounced', (_, jump) => {
    const timeline = new Timeline();
    timeline.place(picture(29));
    const before = timeline.place(picture(30));
    const jumped = (i: number) => picture(i, { dts90k: i * step + jump, pts90k: i * step + jump });
    expect(timeline.place(jumped(31))).toBe(before + step);
    expect(timeline.place(jumped(32))).toBe(before + 2 * step);
  });

  it('never goes back when the clock does', () => {
    const timeline = new Timeline();
    timeline.place(picture(29));
    const before = timeline.place(picture(30));
    const late = picture(31, { dts90k: 5, pts90k: 5, discontinuity: true, capturedAt: start - 3_600_000 });
    expect(timeline.place(late)).toBe(before + step);
  });

  it('is not misled when capture times jump because the camera’s clock is no longer believed', () => {
    const timeline = new Timeline();
    timeline.place(picture(29));
    const before = timeline.place(picture(30));
    const corrected = (i: number) => picture(i, { capturedAt: picture(i).capturedAt + 3_600_000 });
    expect(timeline.place(corrected(31))).toBe(before + step);
    expect(timeline.place(corrected(32))).toBe(before + 2 * step);
  });

  it('keeps a loss in the middle of a connection as the gap it is', () => {
    const timeline = new Timeline();
    const before = timeline.place(picture(30));
    expect(timeline.place(picture(60, { discontinuity: true }))).toBe(before + 30 * step);
  });

  it('takes pictures for newer when their count begins again', () => {
    const timeline = new Timeline();
    timeline.place(picture(299));
    const before = timeline.place(picture(300));
    const again = picture(301, { sequence: 0, dts90k: 0, pts90k: 0, discontinuity: true });
    expect(timeline.place(again)).toBe(before + step);
  });

  it('learns a slower rate at once, drawing one step together, and a faster one slowly', () => {
    const timeline = new Timeline();
    const slow = (i: number) => {
      const ticks = step + i * 18_000;
      return picture(1 + i, { dts90k: ticks, pts90k: ticks, capturedAt: start + ticks / 90 });
    };
    timeline.place(picture(0));
    timeline.place(picture(1));
    const places = [1, 2, 3].map((i) => timeline.place(slow(i)) - start * 90);
    const drawn = step + 1.9 * step;
    expect(places).toEqual([drawn, drawn + 18_000, drawn + 36_000]);
    expect([1, 2].map((i) => timeline.place(slow(i)) - start * 90)).toEqual(places.slice(0, 2));
    expect(timeline.step).toBe(18_000);
    for (let i = 0; i < 2000; i++) timeline.place(picture(i, { sequence: 100 + i }));
    expect(timeline.step).toBeGreaterThanOrEqual(step);
    expect(timeline.step).toBeLessThan(1.05 * step);
  });

  it('learns how far apart keyframes are', () => {
    const timeline = new Timeline();
    for (let i = 0; i < 150; i++) timeline.place(picture(i * 75, { keyframe: true }));
    expect(timeline.keyframeStep).toBe(75 * step);
  });
});
