import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Box } from '../../src/base/index.ts';
import { viewFilters } from '../../src/perception/decode/arguments.ts';
import { PictureSheet, PixelStock } from '../../src/perception/decode/picture-sheet.ts';
import type { Size } from '../../src/perception/detect/candidate.ts';
import type { View } from '../../src/perception/track.ts';

/** Labelled pictures, all of one size, in a folder with `images` and YOLO `labels`. */
export interface PictureSet {
  readonly name: string;
  readonly folder: string;
  /** The shape that the camera saw; `topview` is squeezed to a square. */
  readonly shape: Size;
  readonly files: readonly string[];
}

/** The sets that are on this machine: $NGATU_FOOTAGE or ../shared/footage. */
export function pictureSets(): PictureSet[] {
  const root = process.env.NGATU_FOOTAGE ?? resolve(import.meta.dirname, '../../../shared/footage');
  return ['detrac', 'topview']
    .map((name) => ({ name, folder: join(root, 'pictures', name), shape: { width: 960, height: 540 } }))
    .filter(({ folder }) => existsSync(folder))
    .map((set) => ({ ...set, files: readdirSync(join(set.folder, 'images')).sort() }));
}

/** True boxes of one picture, in fractions. */
export function truthOf({ folder }: PictureSet, file: string): Box[] {
  const path = join(folder, 'labels', file.replace(/\.\w+$/, '.txt'));
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, x = 0, y = 0, width = 0, height = 0] = line.trim().split(/\s+/).map(Number);
      return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
    });
}

/** The views of each picture of a set, decoded and scaled as for the network, in the order of `files`. */
export async function* viewsOf(
  { folder, shape }: PictureSet,
  size: Size,
  views: readonly View[],
): AsyncGenerator<Uint8Array> {
  const first = [`[0:v]scale=${shape.width}:${shape.height}:flags=bicubic`];
  const args = [
    '-v',
    'error',
    '-f',
    'image2',
    '-pattern_type',
    'glob',
    '-i',
    join(folder, 'images', '*.jpg'),
  ];
  const graph = `${viewFilters(first, size, views, [])}[out]`;
  const child = spawn(
    'ffmpeg',
    [...args, '-filter_complex', graph, '-map', '[out]', '-f', 'rawvideo', 'pipe:1'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ready: Uint8Array[] = [];
  const stock = new PixelStock(size.width * size.height * 3 * views.length, 0);
  const sheet = new PictureSheet(stock, (pixels) => ready.push(pixels));
  for await (const piece of child.stdout) {
    sheet.write(piece as Buffer);
    for (let next = ready.shift(); next !== undefined; next = ready.shift()) yield next;
  }
}
