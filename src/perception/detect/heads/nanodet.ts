import {
  type Candidate,
  type Head,
  probability,
  rawThreshold,
  type Size,
  type Tensor,
} from '../candidate.ts';
import type { HeadOf } from '../description.ts';
import type { Family } from '../road-users.ts';

type Description = HeadOf<'nanodet'>;

/**
 * NanoDet (generalised focal loss): every cell of every stride has a score per class, and for each side of its box a distribution
 * over whole numbers of strides, whose mean is the side's distance from the cell's centre. The surest
 * class of each family counts: a rider is often "person" and, less surely, "motorcycle" at the same place.
 */
export function nanodetHead(description: Description, families: readonly (Family | undefined)[]): Head {
  const labels = families.length;
  const rivals = families.map(
    (family) => family && families.flatMap((other, i) => (other === family ? [i] : [])),
  );
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
        const reading = { scoresAre: description.scoresAre, rivals, into: found };
        readMap(outputs[description.scores[i]!]!, distances, map, least, reading);
      }
      return found;
    },
  };
}

interface Reading {
  readonly scoresAre: Description['scoresAre'];
  /** For each label those of its family, itself among them; undefined where it is of no interest. */
  readonly rivals: readonly (readonly number[] | undefined)[];
  readonly into: Candidate[];
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

function readMap(scores: Tensor, distances: Tensor, map: CellMap, least: number, reading: Reading): void {
  const { scoresAre, rivals, into } = reading;
  const count = map.rows * map.columns;
  const values = scores.data;
  const [cellStep, labelStep] = map.planar ? [1, count] : [rivals.length, 1];
  const threshold = rawThreshold(least, scoresAre);
  const sides = new SideReader(distances.data, count, map);
  for (let cell = 0; cell < count; cell++)
    for (let label = 0; label < rivals.length; label++) {
      const family = rivals[label];
      const raw = values[cell * cellStep + label * labelStep]!;
      if (raw < threshold || family === undefined || outdone(values, raw, cell * cellStep, labelStep, family))
        continue;
      const x = ((cell % map.columns) + 0.5) * map.stride;
      const y = (Math.floor(cell / map.columns) + 0.5) * map.stride;
      const { found } = sides;
      const at = sides.read(cell);
      into.push({
        label,
        score: probability(raw, scoresAre),
        left: x - found[at]!,
        top: y - found[at + 1]!,
        right: x + found[at + 2]!,
        bottom: y + found[at + 3]!,
      });
    }
}

/** Whether a label that means much the same is surer in this cell: the box would be the same, and suppressed later. */
function outdone(
  values: Float32Array,
  raw: number,
  cellAt: number,
  step: number,
  rivals: readonly number[],
): boolean {
  for (const rival of rivals) if (values[cellAt + rival * step]! > raw) return true;
  return false;
}

/** Distances of a cell's four sides from its middle, in pixels; worked out once a cell, however many classes ask. */
class SideReader {
  /** Left, top, right, bottom of cell after cell. */
  readonly found: Float32Array;
  readonly #known: Uint8Array;
  readonly #data: Float32Array;
  readonly #stride: number;
  readonly #bins: number;
  /** From one bin to the next, and from one cell to the next. */
  readonly #step: number;
  readonly #cellStep: number;

  constructor(data: Float32Array, count: number, map: CellMap) {
    this.found = new Float32Array(4 * count);
    this.#known = new Uint8Array(count);
    this.#data = data;
    this.#stride = map.stride;
    this.#bins = data.length / count / 4;
    this.#step = map.planar ? count : 1;
    this.#cellStep = map.planar ? 1 : data.length / count;
  }

  /** Where in `found` this cell's sides begin. */
  read(cell: number): number {
    if (this.#known[cell] === 0) {
      this.#known[cell] = 1;
      for (let side = 0; side < 4; side++)
        this.found[4 * cell + side] =
          this.#mean(cell * this.#cellStep + side * this.#bins * this.#step) * this.#stride;
    }
    return 4 * cell;
  }

  /** Mean of the distribution whose logits begin there. */
  #mean(start: number): number {
    const data = this.#data;
    let most = -Infinity;
    for (let i = 0, at = start; i < this.#bins; i++, at += this.#step) if (data[at]! > most) most = data[at]!;
    let whole = 0;
    let weighted = 0;
    for (let i = 0, at = start; i < this.#bins; i++, at += this.#step) {
      const weight = Math.exp(data[at]! - most);
      whole += weight;
      weighted += i * weight;
    }
    return weighted / whole;
  }
}
