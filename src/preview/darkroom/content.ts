/** A small grey picture, row by row, one byte a pixel. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** What can be told of a picture as such, without knowing what it shows. Grey levels from 0 to 255. */
export interface PictureContent {
  readonly mean: number;
  readonly deviation: number;
  /** All but a hundredth of the pixels are brighter, or darker. */
  readonly darkest: number;
  readonly brightest: number;
  /** How strongly neighbouring pixels differ, as a picture in focus makes them. */
  readonly fine: number;
  /** How strongly neighbouring blocks of 8×8 differ: what defocus leaves and fog takes. */
  readonly coarse: number;
  /** Mean of each block of 8×8 pixels, row by row. */
  readonly blocks: Float32Array;
}

const BLOCK = 8;

export function measureContent({ width, height, pixels }: Thumbnail): PictureContent {
  const histogram = new Uint32Array(256);
  let sum = 0;
  let squares = 0;
  for (const pixel of pixels) {
    histogram[pixel]!++;
    sum += pixel;
    squares += pixel * pixel;
  }
  const mean = sum / pixels.length;
  const blocks = blockMeans(pixels, width, height);
  return {
    mean,
    deviation: Math.sqrt(Math.max(0, squares / pixels.length - mean * mean)),
    darkest: levelAbove(histogram, pixels.length * 0.01),
    brightest: levelAbove(histogram, pixels.length * 0.99),
    fine: fineDetail(pixels, width, height),
    coarse: coarseDetail(blocks, Math.floor(width / BLOCK), Math.floor(height / BLOCK)),
    blocks,
  };
}

/** The largest and the mean difference between the blocks of two pictures of one size. */
export function blockDifference(
  a: Pick<PictureContent, 'blocks'>,
  b: Pick<PictureContent, 'blocks'>,
): { readonly largest: number; readonly mean: number } {
  let largest = 0;
  let sum = 0;
  for (let i = 0; i < a.blocks.length; i++) {
    const difference = Math.abs(a.blocks[i]! - (b.blocks[i] ?? 255));
    sum += difference;
    if (difference > largest) largest = difference;
  }
  return { largest, mean: sum / Math.max(1, a.blocks.length) };
}

function levelAbove(histogram: Uint32Array, count: number): number {
  let seen = 0;
  for (let level = 0; level < 256; level++) {
    seen += histogram[level]!;
    if (seen > count) return level;
  }
  return 255;
}

/** Mean of the second difference in both directions (the Laplacian's size). */
function fineDetail(pixels: Uint8Array, width: number, height: number): number {
  let sum = 0;
  for (let y = 1; y < height - 1; y++)
    for (let at = y * width + 1, end = (y + 1) * width - 1; at < end; at++) {
      const around = pixels[at - 1]! + pixels[at + 1]! + pixels[at - width]! + pixels[at + width]!;
      sum += Math.abs(4 * pixels[at]! - around);
    }
  return sum / ((width - 2) * (height - 2));
}

function blockMeans(pixels: Uint8Array, width: number, height: number): Float32Array {
  const columns = Math.floor(width / BLOCK);
  const rows = Math.floor(height / BLOCK);
  const blocks = new Float32Array(columns * rows);
  for (let y = 0; y < rows * BLOCK; y++)
    for (let x = 0; x < columns * BLOCK; x++)
      blocks[(y >> 3) * columns + (x >> 3)]! += pixels[y * width + x]! / (BLOCK * BLOCK);
  return blocks;
}

function coarseDetail(blocks: Float32Array, columns: number, rows: number): number {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const here = blocks[y * columns + x]!;
      if (x + 1 < columns) sum += Math.abs(here - blocks[y * columns + x + 1]!);
      if (y + 1 < rows) sum += Math.abs(here - blocks[(y + 1) * columns + x]!);
      count += (x + 1 < columns ? 1 : 0) + (y + 1 < rows ? 1 : 0);
    }
  return sum / Math.max(1, count);
}
