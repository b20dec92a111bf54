import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '#base';
import { createDialler, type DialLimits, type Dialler } from './dialler.ts';
import { defaultIngestOptions } from './options.ts';

const clock: Clock = { now: () => Date.now(), monotonicMs: () => Date.now() };

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('dialler', () => {
  let dialler: Dialler;
  afterEach(() => dialler.close());

  interface Dial {
    readonly name: string;
    readonly at: number;
    readonly done: () => void;
  }

  function start(limits: Partial<DialLimits>) {
    dialler = createDialler(clock, {
      concurrentDials: 1000,
      concurrentDialsPerHost: 1000,
      dialsPerSecond: 100,
      ...limits,
    });
    const dials: Dial[] = [];
    const queue = (name: string, host: string, priority: 'first' | 'ordinary' = 'ordinary') =>
      dialler.queue(host, priority, (done) => dials.push({ name, at: Date.now(), done }));
    return { dials, queue };
  }

  it('never dials more in any second than it may, and not much less', () => {
    const { dials, queue } = start({ dialsPerSecond: 100 });
    vi.advanceTimersByTime(5000);
    for (let i = 0; i < 1000; i++) queue(String(i), String(i));
    vi.advanceTimersByTime(11_000);
    expect(dials).toHaveLength(1000);
    for (const [i, dial] of dials.entries())
      expect((dials[i + 100]?.at ?? Number.POSITIVE_INFINITY) - dial.at).toBeGreaterThanOrEqual(1000);
  });

  it('starts 1,300 cameras within ten seconds at the default limits', () => {
    const { dials, queue } = start(defaultIngestOptions.dial);
    for (let i = 0; i < 1300; i++) queue(String(i), String(i));
    const answering = setInterval(() => {
      for (const dial of dials) dial.done();
    }, 100);
    vi.advanceTimersByTime(8000);
    clearInterval(answering);
    expect(dials).toHaveLength(1300);
  });

  it('lets junction cameras go first', () => {
    const { dials, queue } = start({});
    for (let i = 0; i < 20; i++) queue('ordinary', String(i));
    for (let i = 0; i < 5; i++) queue('first', `j${i}`, 'first');
    vi.advanceTimersByTime(1000);
    expect(dials.slice(0, 5).map((dial) => dial.name)).toEqual(Array(5).fill('first'));
  });

  it('keeps to its limits overall and per host, and a busy host keeps nobody else waiting', () => {
    const { dials, queue } = start({ concurrentDials: 6, concurrentDialsPerHost: 2 });
    for (let i = 0; i < 10; i++) queue('recorder', 'recorder');
    for (let i = 0; i < 10; i++) queue('other', `other${i}`);
    vi.advanceTimersByTime(1000);
    expect(dials.map((dial) => dial.name).sort()).toEqual([
      'other',
      'other',
      'other',
      'other',
      'recorder',
      'recorder',
    ]);
    expect(dialler.dialling).toBe(6);
    const done = dials.find((dial) => dial.name === 'recorder')!.done;
    done();
    done();
    vi.advanceTimersByTime(100);
    expect(dials).toHaveLength(7);
    expect(dialler.dialling).toBe(6);
  });

  it('knows no recorders on its own machine', () => {
    const { dials, queue } = start({ concurrentDialsPerHost: 2 });
    for (let i = 0; i < 10; i++) queue('simulated', '127.0.0.1');
    vi.advanceTimersByTime(1000);
    expect(dials).toHaveLength(10);
  });

  it('forgets who has gone away meanwhile', () => {
    const { dials, queue } = start({ concurrentDials: 1 });
    queue('a', 'a');
    const gone = queue('b', 'b');
    queue('c', 'c');
    vi.advanceTimersByTime(50);
    gone.close();
    dials[0]!.done();
    vi.advanceTimersByTime(50);
    expect(dials.map((dial) => dial.name)).toEqual(['a', 'c']);
  });
});
