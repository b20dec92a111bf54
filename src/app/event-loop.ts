import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock, Lifetime } from '#base';

/** How late this thread is, and whether the whole machine stood still. */
export interface EventLoop extends Lifetime {
  /** Of the last one to two minutes. */
  p99Ms(): number;
}

const WINDOW_MS = 60_000;
const BEAT_MS = 250;
/** A beat that comes later than this was not the fault of anything that this program waits for. */
const STALL_MS = 1_500;

export function watchEventLoop(clock: Clock, stalled: (milliseconds: number) => void): EventLoop {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  let before = 0;
  let beatAt = clock.monotonicMs();
  const window = setInterval(() => {
    before = histogram.percentile(99) / 1e6;
    histogram.reset();
  }, WINDOW_MS);
  const beat = setInterval(() => {
    const late = clock.monotonicMs() - beatAt - BEAT_MS;
    beatAt = clock.monotonicMs();
    if (late > STALL_MS) stalled(late);
  }, BEAT_MS);
  return {
    // The monitor's own 10 ms are in its figures.
    p99Ms: () => Math.max(0, Math.max(before, histogram.percentile(99) / 1e6) - 10),
    close() {
      clearInterval(window);
      clearInterval(beat);
      histogram.disable();
    },
  };
}
