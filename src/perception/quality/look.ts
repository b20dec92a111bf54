import type { Box } from '#base';

/** Cells of a look: enough to notice a camera that turned by a thirtieth of its picture. */
export const COLUMNS = 32;
export const ROWS = 18;

/** What can be told of a picture as such; grey levels from 0 to 255. Small plain data. */
export interface Look {
  readonly mean: number;
  readonly deviation: number;
  /** All but a hundredth of the pixels are brighter, or darker. */
  readonly darkest: number;
  readonly brightest: number;
  /** Mean difference of neighbouring pixels, and of neighbouring cells: defocus takes the first and leaves the second. */
  readonly fine: number;
  readonly coarse: number;
  /** Mean of each cell, row by row. */
  readonly cells: Float32Array;
  /** How strongly each cell changes from left to right, then the same from top to bottom: where the edges of the scene are. */
  readonly edges: Float32Array;
}

interface Plane {
  readonly luma: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Looks at every second pixel of every second row of `content`, a part of an RGB picture in its fractions. */
export function lookAt(pixels: Uint8Array, width: number, height: number, content: Box): Look {
  const plane = halved(pixels, width, height, content);
  const { cells, edges } = inCells(plane);
  return {
    ...levels(plane.luma),
    fine: fineDetail(pixels, width, height, content),
    coarse: coarseDetail(cells),
    cells,
    edges,
  };
}

/** Luma of every second pixel: (77 R + 150 G + 29 B) / 256, ITU-R BT.601. */
function halved(pixels: Uint8Array, width: number, height: number, content: Box): Plane {
  const left = Math.round(content.left * width);
  const top = Math.round(content.top * height);
  const columns = Math.floor((Math.round(content.right * width) - left) / 2);
  const rows = Math.floor((Math.round(content.bottom * height) - top) / 2);
  const luma = new Uint8Array(columns * rows);
  let to = 0;
  for (let y = 0; y < rows; y++) {
    let from = ((top + 2 * y) * width + left) * 3;
    for (let x = 0; x < columns; x++, from += 6)
      luma[to++] = (77 * pixels[from]! + 150 * pixels[from + 1]! + 29 * pixels[from + 2]!) >> 8;
  }
  return { luma, width: columns, height: rows };
}

function levels(luma: Uint8Array): Pick<Look, 'mean' | 'deviation' | 'darkest' | 'brightest'> {
  const histogram = new Uint32Array(256);
  for (let i = 0; i < luma.length; i++) histogram[luma[i]!]!++;
  let sum = 0;
  let squares = 0;
  for (let level = 0; level < 256; level++) {
    sum += level * histogram[level]!;
    squares += level * level * histogram[level]!;
  }
  const mean = sum / luma.length;
  const deviation = Math.sqrt(Math.max(0, squares / luma.length - mean * mean));
  const few = luma.length / 100;
  return {
    mean,
    deviation,
    darkest: levelBehind(histogram, few),
    brightest: levelBehind(histogram, luma.length - few),
  };
}

function levelBehind(histogram: Uint32Array, count: number): number {
  let seen = 0;
  for (let level = 0; level < 256; level++) {
    seen += histogram[level]!;
    if (seen > count) return level;
  }
  return 255;
}

function inCells({ luma, width, height }: Plane): Pick<Look, 'cells' | 'edges'> {
  const count = COLUMNS * ROWS;
  const cells = new Float32Array(count);
  const edges = new Float32Array(2 * count);
  const pixels = new Float32Array(count);
  const columnOf = Uint8Array.from({ length: width }, (_, x) => Math.floor((x * COLUMNS) / width));
  for (let y = 0; y < height - 1; y++) {
    const row = Math.floor((y * ROWS) / height) * COLUMNS;
    for (let x = 0, at = y * width; x < width - 1; x++, at++) {
      const cell = row + columnOf[x]!;
      const level = luma[at]!;
      cells[cell]! += level;
      pixels[cell]!++;
      edges[cell]! += Math.abs(luma[at + 1]! - level);
      edges[count + cell]! += Math.abs(luma[at + width]! - level);
    }
  }
  for (let cell = 0; cell < count; cell++) {
    const whole = Math.max(1, pixels[cell]!);
    cells[cell]! /= whole;
    edges[cell]! /= whole;
    edges[count + cell]! /= whole;
  }
  return { cells, edges };
}

/** Mean difference of pixels side by side, on every fourth row; green alone, which is most of the luma. */
function fineDetail(pixels: Uint8Array, width: number, height: number, content: Box): number {
  const left = Math.round(content.left * width);
  const right = Math.round(content.right * width) - 1;
  let sum = 0;
  let count = 0;
  for (let y = Math.round(content.top * height); y < content.bottom * height - 1; y += 4)
    for (let at = (y * width + left) * 3 + 1, end = (y * width + right) * 3 + 1; at < end; at += 6) {
      sum += Math.abs(pixels[at + 3]! - pixels[at]!);
      count++;
    }
  return count === 0 ? 0 : sum / count;
}

function coarseDetail(cells: Float32Array): number {
  let sum = 0;
  for (let row = 0; row < ROWS; row++)
    for (let column = 1; column < COLUMNS; column++)
      sum += Math.abs(cells[row * COLUMNS + column]! - cells[row * COLUMNS + column - 1]!);
  return sum / (ROWS * (COLUMNS - 1));
}
