import {
  type Candidate,
  type Head,
  probability,
  rawThreshold,
  type Size,
  type Tensor,
} from '../candidate.ts';
import type { HeadOf } from '../description.ts';

type Description = HeadOf<'nanodet'>;

/**
 * NanoDet (generalised focal loss): every cell of every stride has a score per class, and for each side of its box a distribution
 * over whole numbers of strides, whose mean is the side's distance from the cell's centre. All classes over the threshold count:
 * a rider is often "person" and, less surely, "motorcycle" at the same place.
 */
export function nanodetHead(description: Description, labels: number): Head {
  return {
    expects(input) {
      const maps = description.strides.map((stride) => cells(input, stride));
      return Object.fromEntries([
        ...description.scores.map((name, i) => [name, dims(description, labels, maps[i]!)]),
        ...description.distances.map((name, i) => [name, dims(description, null, maps[i]!)]),
      ]);
    },
    read(outputs, input, least) {
      const found: Candidate[] = [];
      for (const [i, stride] of description.strides.entries()) {
        const map = { ...cells(input, stride), stride, planar: description.layout === 'planar' };
        const distances = outputs[description.distances[i]!]!;
        readMap(outputs[description.scores[i]!]!, distances, map, least, description, found);
      }
      return found;
    },
  };
}

interface CellMap {
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  readonly planar: boolean;
}

function cells(input: Size, stride: number): { rows: number; columns: number } {
  return { rows: Math.ceil(input.height / stride), columns: Math.ceil(input.width / stride) };
}

function dims(description: Description, channels: number | null, map: { rows: number; columns: number }) {
  return description.layout === 'planar'
    ? [1, channels, map.rows, map.columns]
    : [1, map.rows * map.columns, channels];
}

function readMap(
  scores: Tensor,
  distances: Tensor,
  map: CellMap,
  least: number,
  { scoresAre }: Description,
  into: Candidate[],
): void {
  const count = map.rows * map.columns;
  const labels = scores.data.length / count;
  const threshold = rawThreshold(least, scoresAre);
  for (let i = 0; i < scores.data.length; i++) {
    const raw = scores.data[i]!;
    if (raw < threshold) continue;
    const label = map.planar ? Math.floor(i / count) : i % labels;
    const cell = map.planar ? i % count : Math.floor(i / labels);
    const x = ((cell % map.columns) + 0.5) * map.stride;
    const y = (Math.floor(cell / map.columns) + 0.5) * map.stride;
    const [left, top, right, bottom] = sides(distances.data, cell, count, map);
    const score = probability(raw, scoresAre);
    into.push({ label, score, left: x - left, top: y - top, right: x + right, bottom: y + bottom });
  }
}

/** Left, top, right, bottom: pixels from the cell's centre. */
function sides(
  data: Float32Array,
  cell: number,
  count: number,
  map: CellMap,
): [number, number, number, number] {
  const channels = data.length / count;
  const bins = channels / 4;
  const step = map.planar ? count : 1;
  const start = map.planar ? cell : cell * channels;
  const side = (k: number) => meanOfBins(data, start + k * bins * step, step, bins) * map.stride;
  return [side(0), side(1), side(2), side(3)];
}

/** Mean of the distribution whose logits these are. */
function meanOfBins(data: Float32Array, start: number, step: number, bins: number): number {
  let most = -Infinity;
  for (let i = 0, at = start; i < bins; i++, at += step) most = Math.max(most, data[at]!);
  let whole = 0;
  let weighted = 0;
  for (let i = 0, at = start; i < bins; i++, at += step) {
    const weight = Math.exp(data[at]! - most);
    whole += weight;
    weighted += i * weight;
  }
  return weighted / whole;
}
