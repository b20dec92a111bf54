import { type Candidate, type Head, probability, type Size } from '../candidate.ts';
import type { HeadOf } from '../description.ts';

type Description = HeadOf<'yolox'>;

/** YOLOX: a row per cell with centre, size, objectness and classes; the score is objectness times class. */
export function yoloxHead(description: Description, labels: number): Head {
  return {
    expects: (input) => ({ [description.output]: [1, cellCount(description, input), 5 + labels] }),
    read(outputs, input, least) {
      const { data } = outputs[description.output]!;
      const found: Candidate[] = [];
      let row = 0;
      for (const stride of description.strides) {
        const columns = Math.ceil(input.width / stride);
        const count = columns * Math.ceil(input.height / stride);
        for (let cell = 0; cell < count; cell++, row++)
          readRow(data, row * (5 + labels), {
            stride,
            column: cell % columns,
            line: Math.floor(cell / columns),
          });
      }
      return found;

      function readRow(values: Float32Array, at: number, cell: Cell): void {
        const object = probability(values[at + 4]!, description.scoresAre);
        if (object < least) return;
        for (let label = 0; label < labels; label++) {
          const score = object * probability(values[at + 5 + label]!, description.scoresAre);
          if (score >= least) found.push({ label, score, ...box(values, at, cell, description.boxesIn) });
        }
      }
    },
  };
}

interface Cell {
  readonly stride: number;
  readonly column: number;
  readonly line: number;
}

function cellCount({ strides }: Description, { width, height }: Size): number {
  return strides.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0);
}

function box(data: Float32Array, at: number, cell: Cell, boxesIn: Description['boxesIn']) {
  const grid = boxesIn === 'grid';
  const x = grid ? (data[at]! + cell.column) * cell.stride : data[at]!;
  const y = grid ? (data[at + 1]! + cell.line) * cell.stride : data[at + 1]!;
  const halfWidth = (grid ? Math.exp(data[at + 2]!) * cell.stride : data[at + 2]!) / 2;
  const halfHeight = (grid ? Math.exp(data[at + 3]!) * cell.stride : data[at + 3]!) / 2;
  return { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight };
}
