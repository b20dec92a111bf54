import { describe, expect, it } from 'vitest';
import { SendWindow } from './send-window.ts';

const limits = { smallestBytes: 10_000, firstBytes: 20_000, largestBytes: 100_000, delayMs: 300 };

/** A road that carries so many bytes a second and takes a time when empty; sends as fast as the window lets it. */
function drive(window: SendWindow, bytesPerSecond: number, emptyMs: number, forMs: number) {
  let queued = 0;
  let now = 0;
  const coming: { id: number; at: number }[] = [];
  const delays: number[] = [];
  let sent = 0;
  for (; now < forMs; now++) {
    while (window.isOpen(now)) {
      window.sent(5000);
      sent += 5000;
      queued += 5000;
      const id = window.probe(now);
      if (id === undefined) continue;
      const delay = emptyMs + (queued / bytesPerSecond) * 1000;
      delays.push(delay);
      coming.push({ id, at: now + delay });
    }
    queued = Math.max(0, queued - bytesPerSecond / 1000);
    while (coming[0] !== undefined && coming[0].at <= now) window.answered(coming.shift()!.id, now);
    const id = window.probe(now);
    if (id !== undefined) coming.push({ id, at: now + emptyMs + (queued / bytesPerSecond) * 1000 });
  }
  return { sent, lastDelay: delays.at(-1) ?? 0 };
}

describe('SendWindow', () => {
  it('grows on a road that carries much, up to its bound', () => {
    const window = new SendWindow(limits);
    const { sent } = drive(window, 10_000_000, 5, 3000);
    expect(window.bytes).toBe(limits.largestBytes);
    expect(sent).toBeGreaterThan(1_000_000);
  });

  it.each([50_000, 100_000, 250_000])(
    'keeps the delay small and the road in use at %d bytes a second',
    (rate) => {
      const window = new SendWindow(limits);
      const { sent, lastDelay } = drive(window, rate, 30, 20_000);
      expect(lastDelay).toBeLessThan(1000);
      expect(sent / 20 / rate).toBeGreaterThan(0.8);
    },
  );

  it('does not take a long road for a slow one', () => {
    const window = new SendWindow({ ...limits, largestBytes: 1_000_000 });
    drive(window, 10_000_000, 250, 10_000);
    expect(window.bytes).toBeGreaterThan(limits.firstBytes);
  });

  it('sends nothing more when no answer comes, and says for how long none has', () => {
    const window = new SendWindow(limits);
    const id = window.probe(0)!;
    expect(window.isOpen(1200)).toBe(true);
    expect(window.isOpen(1300)).toBe(false);
    expect(window.stalledMs(5000)).toBe(5000);
    window.answered(id, 5000);
    expect(window.stalledMs(5000)).toBe(0);
    expect(window.isOpen(5000)).toBe(true);
  });

  it('lets a group be finished on a good road, never beyond the bound', () => {
    const window = new SendWindow(limits);
    window.sent(30_000);
    expect([window.isOpen(0), window.isOpenForGroup(0)]).toEqual([false, true]);
    window.sent(70_000);
    expect(window.isOpenForGroup(0)).toBe(false);
  });

  it('ignores answers to what it never asked', () => {
    const window = new SendWindow(limits);
    window.sent(50_000);
    window.answered(77, 10);
    expect(window.bytesOnTheWay).toBe(50_000);
    const first = window.probe(20)!;
    window.answered(first, 30);
    window.answered(first, 40);
    expect(window.bytesOnTheWay).toBe(0);
  });

  it('asks now and then when there is nothing to send, so that a dead viewer is noticed', () => {
    const window = new SendWindow(limits);
    expect(window.probe(0)).toBeDefined();
    expect(window.probe(5000)).toBeUndefined();
    expect(window.probe(20_000)).toBeDefined();
  });
});
