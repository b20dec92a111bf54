import type { TrafficCount, TurningMovement } from '#rules';

/**
 * One figure of one camera over time. Traffic is kept as series of whole numbers, one value a minute, whatever was
 * measured; a new measure is one more line in MEASURES. The key is `measure/label/…`, labels URI-encoded.
 */
export type SeriesKey = string;

/** One minute of one camera. */
export type MinuteValues = ReadonlyMap<SeriesKey, number>;

interface Measure {
  /** Stored value = figure × scale, rounded. */
  readonly scale: number;
  /** How values of several minutes become one; a mean is weighted by `weight`'s series with the same labels. */
  readonly combine: 'sum' | 'max' | 'mean';
  readonly weight?: 'count' | 'watched' | 'passed';
}

export const MEASURES = {
  count: { scale: 1, combine: 'sum' },
  speed: { scale: 10, combine: 'mean', weight: 'count' },
  watched: { scale: 1, combine: 'sum' },
  passed: { scale: 1, combine: 'sum' },
  occupancy: { scale: 1000, combine: 'mean', weight: 'watched' },
  headway: { scale: 10, combine: 'mean', weight: 'passed' },
  queue: { scale: 10, combine: 'max' },
  turn: { scale: 1, combine: 'sum' },
} as const satisfies Readonly<Record<string, Measure>>;

export type MeasureName = keyof typeof MEASURES;

export function seriesKey(measure: MeasureName, ...labels: readonly string[]): SeriesKey {
  return `${measure}/${labels.map(encodeURIComponent).join('/')}`;
}

export function labelsOf(key: SeriesKey): readonly string[] {
  return key.split('/').slice(1).map(decodeURIComponent);
}

export function measureOf(key: SeriesKey): Measure | undefined {
  const name = key.slice(0, key.indexOf('/'));
  return Object.hasOwn(MEASURES, name) ? MEASURES[name as MeasureName] : undefined;
}

/** The series that weighs `key`'s mean; undefined for sums and maxima. */
export function weightKey(key: SeriesKey): SeriesKey | undefined {
  const weight = measureOf(key)?.weight;
  return weight === undefined ? undefined : `${weight}${key.slice(key.indexOf('/'))}`;
}

export function stored(measure: MeasureName, figure: number): number {
  return Math.max(0, Math.min(0x7fffffff, Math.round(figure * MEASURES[measure].scale)));
}

export function figure(measure: MeasureName, value: number): number {
  return value / MEASURES[measure].scale;
}

/** Counts of one camera and minute. `passed` is the lane's count over all classes and directions. */
export function countValues(counts: readonly TrafficCount[]): MinuteValues {
  const values = new Map<SeriesKey, number>();
  for (const one of counts) {
    const road = [one.lane, one.roadUser, one.direction];
    values.set(seriesKey('count', ...road), stored('count', one.count));
    put(values, 'speed', road, one.meanSpeedKmh);
    put(values, 'watched', [one.lane], one.watchedSeconds);
    put(values, 'occupancy', [one.lane], one.occupancy);
    put(values, 'headway', [one.lane], one.meanHeadwaySeconds);
    put(values, 'queue', [one.lane], one.queueMetres);
    const passed = seriesKey('passed', one.lane);
    values.set(passed, (values.get(passed) ?? 0) + one.count);
  }
  return values;
}

/** Movements of one camera and minute. */
export function turnValues(turns: readonly TurningMovement[]): MinuteValues {
  return new Map(
    turns.map((turn) => [
      seriesKey('turn', turn.fromLane, turn.toLane, turn.roadUser),
      stored('turn', turn.count),
    ]),
  );
}

function put(
  values: Map<SeriesKey, number>,
  measure: MeasureName,
  labels: readonly string[],
  value: number | undefined,
): void {
  if (value !== undefined && Number.isFinite(value))
    values.set(seriesKey(measure, ...labels), stored(measure, value));
}
