import sharp from 'sharp';
import type { Box } from '#base';
import type { RawPicture } from './decode.ts';

// Pictures are small and come one at a time: threads and caches of libvips would only cost memory.
sharp.concurrency(1);
sharp.cache(false);

export type StillFormat = 'jpeg' | 'webp' | 'avif';

const STILL_QUALITY: Readonly<Record<StillFormat, number>> = { jpeg: 82, webp: 80, avif: 55 };

export interface PackedPicture {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

/** A part that is narrower than this is enlarged to it: text is drawn onto it, and somebody looks at it. */
const LEAST_PART_WIDTH = 480;

/** A part of a picture, from its own pixels. */
export async function cutOut({ pixels, width, height }: RawPicture, part: Box): Promise<RawPicture> {
  const left = Math.min(width - 2, Math.max(0, Math.floor(part.left * width)));
  const top = Math.min(height - 2, Math.max(0, Math.floor(part.top * height)));
  const area = {
    left,
    top,
    width: Math.min(width - left, Math.max(2, Math.round(part.right * width) - left)),
    height: Math.min(height - top, Math.max(2, Math.round(part.bottom * height) - top)),
  };
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .extract(area)
    .resize({ width: Math.max(area.width, LEAST_PART_WIDTH) })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** Scales a picture to a width, never up, and packs it. */
export async function packPicture(
  picture: RawPicture,
  width: number | undefined,
  format: StillFormat,
): Promise<PackedPicture> {
  const { data, info } = await sharp(picture.pixels, {
    raw: { width: picture.width, height: picture.height, channels: 3 },
  })
    .resize({ width: width ?? picture.width, withoutEnlargement: true })
    .toFormat(format, { quality: STILL_QUALITY[format] })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, width: info.width, height: info.height };
}
