import { COLUMNS, ROWS } from './look.ts';

const COUNT = COLUMNS * ROWS;
/** How far a camera may have turned to be recognised, in cells. */
const REACH = 6;

/**
 * Where the edges of a scene are, whatever its light: each cell's share of horizontal and vertical change, its root, so that a few
 * strong edges do not say everything.
 */
export function signatureOf(edges: Float32Array): Float32Array {
  const signature = Float32Array.from(edges, Math.sqrt);
  const mean = signature.reduce((sum, value) => sum + value, 0) / signature.length;
  let squares = 0;
  for (let i = 0; i < signature.length; i++) {
    signature[i]! -= mean;
    squares += signature[i]! ** 2;
  }
  const norm = Math.sqrt(squares) || 1;
  for (let i = 0; i < signature.length; i++) signature[i]! /= norm;
  return signature;
}

/** How alike two signatures are, shifted by whole cells against one another: a correlation, -1 to 1. */
export function likeness(a: Float32Array, b: Float32Array, shiftX = 0, shiftY = 0): number {
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let half = 0; half < 2 * COUNT; half += COUNT)
    for (let y = Math.max(0, -shiftY); y < Math.min(ROWS, ROWS - shiftY); y++)
      for (let x = Math.max(0, -shiftX); x < Math.min(COLUMNS, COLUMNS - shiftX); x++) {
        const one = a[half + y * COLUMNS + x]!;
        const other = b[half + (y + shiftY) * COLUMNS + x + shiftX]!;
        product += one * other;
        squaresA += one * one;
        squaresB += other * other;
      }
  const norm = Math.sqrt(squaresA * squaresB);
  return norm === 0 ? 0 : product / norm;
}

/** The greatest likeness at any shift but none, and where. */
export function bestShift(a: Float32Array, b: Float32Array): { likeness: number; x: number; y: number } {
  let best = { likeness: -1, x: 0, y: 0 };
  for (let y = -REACH; y <= REACH; y++)
    for (let x = -REACH; x <= REACH; x++) {
      if (x === 0 && y === 0) continue;
      const found = likeness(a, b, x, y);
      if (found > best.likeness) best = { likeness: found, x, y };
    }
  return best;
}
