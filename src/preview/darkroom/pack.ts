import sharp from 'sharp';
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
