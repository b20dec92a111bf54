/** Learned speeds of one lane: a running 85th percentile over all hours and one for each local hour. Plain data, so that it can be kept over a restart. */
export interface LearnedFlow {
  readonly all: SpeedQuantile;
  readonly hours: readonly SpeedQuantile[];
}

export interface SpeedQuantile {
  /** Metres per second. */
  value: number;
  /** Vehicles so far, up to a limit. */
  count: number;
}

const quantile = 0.85;

export function newFlow(): LearnedFlow {
  return { all: { value: 0, count: 0 }, hours: Array.from({ length: 24 }, () => ({ value: 0, count: 0 })) };
}

/** One free vehicle's speed in a lane. */
export function learnSpeed(flow: LearnedFlow, hour: number, metresPerSecond: number): void {
  push(flow.all, metresPerSecond, 2_000);
  push(flow.hours[hour]!, metresPerSecond, 1_000);
}

/** What to expect at an hour: its own value as far as it has been seen, else that of all hours, else what was assumed. */
export function freeFlow(flow: LearnedFlow, hour: number, assumed: number): number {
  const all = blend(flow.all, assumed, 15);
  return blend(flow.hours[hour]!, all, 60);
}

function blend({ value, count }: SpeedQuantile, fallback: number, halfAt: number): number {
  const weight = count / (count + halfAt);
  return value * weight + fallback * (1 - weight);
}

/** Stochastic approximation of a quantile: up by 0.85 of a step when above, down by 0.15 when below; steps shrink with experience. */
function push(q: SpeedQuantile, speed: number, most: number): void {
  q.count = Math.min(q.count + 1, most);
  if (q.count === 1) q.value = speed;
  else {
    const step = Math.max(0.05, 4 / q.count);
    q.value = Math.max(0.5, q.value + step * (speed > q.value ? quantile : quantile - 1));
  }
}
