import type { Box, EpochMs } from '#base';

const columns = 32;
const rows = 18;
/** How fast what has been seen is forgotten, seconds. */
const memorySeconds = 20;

/**
 * Where in the picture nothing has been seen lately though it could have been: a vehicle that is first seen standing in such a place has come
 * there meanwhile, even if its coming was missed. A place behind others, or where somebody has stood all along, is no such place.
 */
export class OpenRoad {
  /** For each cell of a coarse grid, how much of the time it lay open: 0 never to 1 always. */
  readonly #open = new Float64Array(columns * rows);
  readonly #covered = new Uint8Array(columns * rows);

  observe(
    boxes: Iterable<{ readonly box: Box; readonly lastSeenAt: EpochMs }>,
    at: EpochMs,
    elapsedSeconds: number,
  ): void {
    this.#covered.fill(0);
    for (const { box, lastSeenAt } of boxes) if (at - lastSeenAt < 3_000) this.#cover(box);
    const blend = 1 - Math.exp(-elapsedSeconds / memorySeconds);
    for (let i = 0; i < this.#open.length; i++) {
      this.#open[i] = this.#open[i]! + blend * ((this.#covered[i] === 1 ? 0 : 1) - this.#open[i]!);
    }
  }

  /** Mean openness of what lies under the lower half of a box, before it came. */
  under({ left, top, right, bottom }: Box): number {
    let [sum, count] = [0, 0];
    const middle = (top + bottom) / 2;
    for (let row = rowOf(middle); row <= rowOf(bottom); row++) {
      for (let column = columnOf(left); column <= columnOf(right); column++) {
        sum += this.#open[row * columns + column]!;
        count++;
      }
    }
    return sum / count;
  }

  restart(): void {
    this.#open.fill(0);
  }

  #cover({ left, top, right, bottom }: Box): void {
    for (let row = rowOf(top); row <= rowOf(bottom); row++) {
      this.#covered.fill(1, row * columns + columnOf(left), row * columns + columnOf(right) + 1);
    }
  }
}

function columnOf(x: number): number {
  return Math.min(columns - 1, Math.max(0, Math.floor(x * columns)));
}

function rowOf(y: number): number {
  return Math.min(rows - 1, Math.max(0, Math.floor(y * rows)));
}
