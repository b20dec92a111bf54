import sharp from 'sharp';
import type { RawPicture } from './decode.ts';
import { type Drawing, drawingToSvg } from './drawing.ts';
import { STILL_QUALITY, type StillFormat } from './pack.ts';

export interface Annotated {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** Draws boxes, lanes and text onto a decoded picture, in its own size. */
export async function annotate(
  picture: RawPicture,
  drawing: Drawing,
  format: StillFormat = 'jpeg',
): Promise<Annotated> {
  const { width, height } = picture;
  const svg = Buffer.from(drawingToSvg(drawing, width, height));
  const bytes = await sharp(picture.pixels, { raw: { width, height, channels: 3 } })
    .composite([{ input: svg, left: 0, top: 0 }])
    .toFormat(format, { quality: STILL_QUALITY[format] })
    .toBuffer();
  return { bytes, mediaType: `image/${format}` };
}
