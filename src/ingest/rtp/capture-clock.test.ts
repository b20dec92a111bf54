import { describe, expect, it } from 'vitest';
import { CaptureClock } from './capture-clock.ts';

const START = Date.UTC(2026, 0, 1);

interface Scene {
  /** The camera's clock minus ours. */
  readonly offsetMs?: number;
  readonly delayMs?: (second: number) => number;
  /** Parts per million by which the camera's picture clock runs fast. */
  readonly driftPpm?: number;
  readonly reports?: boolean;
  readonly seconds?: number;
  /** Pictures are read every so often only, as a lazy drain does. */
  readonly readEveryMs?: number;
}

/** 15 pictures a second; gives the error of `capturedAt` against the truth for each, after the first seconds. */
function errors(scene: Scene, clock = new CaptureClock()): number[] {
  const {
    offsetMs = 0,
    delayMs = () => 40,
    driftPpm = 0,
    reports = true,
    seconds = 60,
    readEveryMs = 0,
  } = scene;
  const out: number[] = [];
  for (let i = 0; i < seconds * 15; i++) {
    const trueMs = (i * 1000) / 15;
    const pts90k = 2 ** 32 + trueMs * 90 * (1 + driftPpm / 1e6);
    if (reports && i % 75 === 0) clock.senderReport(START + trueMs + offsetMs, pts90k);
    const arrived = START + trueMs + delayMs(i / 15);
    const readAt =
      readEveryMs === 0 ? arrived : START + Math.ceil((arrived - START) / readEveryMs) * readEveryMs;
    const error = clock.capturedAt(pts90k, readAt) - (START + trueMs);
    if (i > 75) out.push(error);
  }
  return out;
}

const most = (values: readonly number[]) => Math.max(...values.map(Math.abs));

describe('CaptureClock', () => {
  it('believes a clock that is right, whatever the delay', () => {
    expect(most(errors({ delayMs: (second) => 40 + 300 * (second % 2) }))).toBeLessThan(1);
  });

  it('tells the delay that grows, with a right clock', () => {
    const late = errors({ delayMs: (second) => 40 + 20 * second });
    expect(most(late)).toBeLessThan(1);
  });

  it.each([3_600_000, -3_600_000, 9 * 3_600_000, -5000, 500])(
    'takes a clock that is off by %i ms out of the capture times',
    (offsetMs) => {
      const clock = new CaptureClock();
      expect(most(errors({ offsetMs }, clock))).toBeLessThan(60);
      expect(clock.offsetMs).toBeCloseTo(offsetMs - 40, -1);
    },
  );

  it('cannot tell a clock that is a little slow from a delay, and then calls pictures older than they are', () => {
    expect(errors({ offsetMs: -500 }).every((error) => error <= 0 && error >= -501)).toBe(true);
  });

  it('shows a delay that grows for minutes under a wrong clock', () => {
    const late = errors({ offsetMs: 3_600_000, delayMs: (second) => 40 + 10 * second, seconds: 240 });
    expect(most(late)).toBeLessThan(100);
  });

  it('takes the fastest picture as not delayed where there are no reports', () => {
    const clock = new CaptureClock();
    expect(
      most(errors({ reports: false, delayMs: (second) => 40 + 200 * (second % 1) }, clock)),
    ).toBeLessThan(60);
    expect(clock.offsetMs).toBeUndefined();
  });

  it('is not misled by sockets that are read twice a second', () => {
    expect(most(errors({ reports: false, readEveryMs: 500 }))).toBeLessThan(120);
    expect(most(errors({ reports: true, readEveryMs: 500 }))).toBeLessThan(1);
  });

  it('follows a picture clock that runs fast or slow', () => {
    for (const driftPpm of [200, -200])
      expect(most(errors({ reports: false, driftPpm, seconds: 600 }))).toBeLessThan(60);
  });

  it('goes on smoothly when a wrong clock is set right, and when a right one goes wrong', () => {
    const clock = new CaptureClock();
    expect(most(errors({ offsetMs: 7_200_000 }, clock))).toBeLessThan(60);
    const pts90k = 2 ** 32 + 60_000 * 90;
    clock.senderReport(START + 60_000, pts90k);
    expect(clock.capturedAt(pts90k, START + 60_040) - START - 60_000).toBeLessThanOrEqual(41);
    clock.senderReport(START + 60_000 - 86_400_000, pts90k);
    expect(Math.abs(clock.capturedAt(pts90k, START + 60_040) - START - 60_000)).toBeLessThanOrEqual(41);
  });

  it('does not take seconds since switch-on for a wall clock', () => {
    const clock = new CaptureClock();
    clock.senderReport(Date.UTC(1970, 0, 1, 5), 2 ** 32);
    clock.capturedAt(2 ** 32, START);
    expect(clock.offsetMs).toBeUndefined();
  });

  it('never puts a capture after the arrival', () => {
    const clock = new CaptureClock();
    clock.senderReport(START + 60, 2 ** 32);
    expect(clock.capturedAt(2 ** 32, START)).toBeLessThanOrEqual(START);
  });
});
