import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import type { TravelDirection } from '#rules';
import type { TrafficRow, TurningRow } from '../records.ts';
import { ABSENT, type SeriesValues } from './hour-block.ts';
import { figure, labelsOf, measureOf, type SeriesKey, seriesKey, weightKey } from './series.ts';

/** One camera's series, with what is needed to add them up and to make rows of them. */
export interface Shape {
  readonly series: readonly SeriesKey[];
  readonly combine: readonly ('sum' | 'max' | 'mean')[];
  /** Position of the weighing series; -1 without. */
  readonly weights: readonly number[];
}

export function shapeOf(series: readonly SeriesKey[]): Shape {
  const position = new Map(series.map((key, at) => [key, at]));
  return {
    series,
    combine: series.map((key) => measureOf(key)?.combine ?? 'sum'),
    weights: series.map((key) => position.get(weightKey(key) ?? '') ?? -1),
  };
}

/** Adds up minutes, or hours that were added up before. */
export class IntervalSums {
  readonly #shape: Shape;
  readonly #total: Float64Array;
  readonly #weight: Float64Array;
  readonly #seen: Uint8Array;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#total = new Float64Array(shape.series.length);
    this.#weight = new Float64Array(shape.series.length);
    this.#seen = new Uint8Array(shape.series.length);
  }

  add(values: SeriesValues): void {
    const { combine, weights } = this.#shape;
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!;
      if (value === ABSENT) continue;
      this.#seen[at] = 1;
      if (combine[at] === 'sum') this.#total[at]! += value;
      else if (combine[at] === 'max') this.#total[at] = Math.max(this.#total[at]!, value);
      else {
        const weight = Math.max(0, values[weights[at]!] ?? 1);
        this.#total[at]! += value * weight;
        this.#weight[at]! += weight;
      }
    }
  }

  /** One value a series; a mean of nothing is absent. */
  values(): SeriesValues {
    return Int32Array.from(this.#shape.series, (_key, at) => {
      if (this.#seen[at] === 0) return ABSENT;
      if (this.#shape.combine[at] !== 'mean') return this.#total[at]!;
      return this.#weight[at]! > 0 ? Math.round(this.#total[at]! / this.#weight[at]!) : ABSENT;
    });
  }
}

/** Makes rows of one interval's values. Positions are looked up once a camera, since a month has many intervals. */
export class RowMaker {
  readonly #camera: CameraId;
  readonly #counts: readonly CountPlace[];
  readonly #turns: readonly { readonly at: number; readonly labels: readonly string[] }[];

  constructor(
    camera: CameraId,
    series: readonly SeriesKey[],
    wanted: (lane: readonly string[], roadUser: string) => boolean,
  ) {
    this.#camera = camera;
    const position = new Map(series.map((key, at) => [key, at]));
    const all = series.map((key, at) => ({ key, at, labels: labelsOf(key) }));
    this.#counts = all
      .filter(({ key, labels }) => key.startsWith('count/') && wanted([labels[0]!], labels[1]!))
      .map(({ at, labels }) => countPlace(position, at, labels))
      .sort((a, b) => compare(a.labels, b.labels));
    this.#turns = all
      .filter(({ key, labels }) => key.startsWith('turn/') && wanted(labels.slice(0, 2), labels[2]!))
      .sort((a, b) => compare(a.labels, b.labels));
  }

  counts(startsAt: EpochMs, values: SeriesValues): TrafficRow[] {
    return this.#counts
      .filter(({ at }) => (values[at] ?? ABSENT) !== ABSENT)
      .map(({ at, labels, speed, occupancy, headway, queue, watched }) => ({
        camera: this.#camera,
        lane: labels[0]!,
        roadUser: labels[1]!,
        direction: labels[2] as TravelDirection,
        startsAt,
        count: values[at]!,
        meanSpeedKmh: figureAt(values, speed, 'speed'),
        occupancy: figureAt(values, occupancy, 'occupancy'),
        meanHeadwaySeconds: figureAt(values, headway, 'headway'),
        queueMetres: figureAt(values, queue, 'queue'),
        watchedSeconds: figureAt(values, watched, 'watched') ?? 0,
      }));
  }

  turns(startsAt: EpochMs, values: SeriesValues): TurningRow[] {
    return this.#turns
      .filter(({ at }) => (values[at] ?? ABSENT) !== ABSENT)
      .map(({ at, labels }) => ({
        camera: this.#camera,
        fromLane: labels[0]!,
        toLane: labels[1]!,
        roadUser: labels[2]!,
        startsAt,
        count: values[at]!,
      }));
  }
}

interface CountPlace {
  readonly at: number;
  readonly labels: readonly string[];
  readonly speed: number | undefined;
  readonly occupancy: number | undefined;
  readonly headway: number | undefined;
  readonly queue: number | undefined;
  readonly watched: number | undefined;
}

function countPlace(
  position: ReadonlyMap<SeriesKey, number>,
  at: number,
  labels: readonly string[],
): CountPlace {
  const lane = labels[0]!;
  return {
    at,
    labels,
    speed: position.get(seriesKey('speed', ...labels)),
    occupancy: position.get(seriesKey('occupancy', lane)),
    headway: position.get(seriesKey('headway', lane)),
    queue: position.get(seriesKey('queue', lane)),
    watched: position.get(seriesKey('watched', lane)),
  };
}

function figureAt(
  values: SeriesValues,
  at: number | undefined,
  measure: 'speed' | 'occupancy' | 'headway' | 'queue' | 'watched',
): number | undefined {
  const value = at === undefined ? ABSENT : (values[at] ?? ABSENT);
  return value === ABSENT ? undefined : figure(measure, value);
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at]! < b[at]! ? -1 : 1;
  return 0;
}
