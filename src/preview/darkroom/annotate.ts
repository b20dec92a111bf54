import sharp from 'sharp';
import type { RawPicture } from './decode.ts';
import { type Drawing, drawingToSvg } from './drawing.ts';

/** Draws boxes, lanes and text onto a decoded picture, in its own size. */
export async function annotate(picture: RawPicture, drawing: Drawing): Promise<RawPicture> {
  const { width, height } = picture;
  const svg = Buffer.from(drawingToSvg(drawing, width, height));
  const pixels = await sharp(picture.pixels, { raw: { width, height, channels: 3 } })
    .composite([{ input: svg, left: 0, top: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { pixels, width, height };
}
