import { NgatuError } from '#base';
import { toAnnexB } from '#codec';
import type { AccessUnit, VideoFormat } from '#ingest';
import type { Size } from '../detect/candidate.ts';
import type { View } from '../track.ts';
import { decoderArguments } from './arguments.ts';
import { startDecoderChild } from './child.ts';
import { matroskaHead, pictureHead } from './matroska.ts';
import { PictureSheet, PixelStock } from './picture-sheet.ts';

export interface DecodeOnce {
  readonly ffmpeg: string;
  readonly format: VideoFormat;
  /** In decoding order, a keyframe first. */
  readonly units: readonly Pick<AccessUnit, 'data' | 'keyframe'>[];
  readonly size: Size;
  readonly views: readonly View[];
  readonly withinMs: number;
}

/** The last picture of a few access units, by a decoder of its own. Rejects with `LOOK_FAILED` where it gives none in time. */
export function decodeOnce({
  ffmpeg,
  format,
  units,
  size,
  views,
  withinMs,
}: DecodeOnce): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const stock = new PixelStock(size.width * size.height * 3 * views.length, 0);
    const done = (settle: () => void): void => {
      clearTimeout(late);
      child.kill();
      settle();
    };
    const failed = (why: string): void => done(() => reject(lookFailed(why)));
    const sheet = new PictureSheet(stock, (pixels) => done(() => resolve(pixels)));
    const child = startDecoderChild(ffmpeg, decoderArguments(size, views), {
      pixels: (piece) => sheet.write(piece),
      time() {},
      ended: failed,
    });
    const late = setTimeout(() => failed(`no picture within ${withinMs} ms`), withinMs);
    child.write(matroskaHead({ ...format, parameterSets: parameterSets(format) }));
    for (const [i, { data, keyframe }] of units.entries()) {
      const bytes = toAnnexB(asBuffer(data));
      // Odd is wanted; the pictures are a tenth of a second apart, which nobody asks about.
      child.write(pictureHead(i * 4000 + (i === units.length - 1 ? 1 : 0), keyframe, bytes.length));
      child.write(bytes);
    }
    child.end();
  });
}

/** Parameter sets with start codes. */
export function parameterSets({ parameterSets: { vps, sps, pps } }: VideoFormat): Buffer {
  return toAnnexB(Buffer.alloc(0), { before: [...vps, ...sps, ...pps].map(asBuffer) });
}

/** Bytes that crossed a process border may come as plain arrays. */
export function asBuffer(data: Uint8Array): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function lookFailed(why: string): NgatuError {
  return new NgatuError('LOOK_FAILED', `The picture could not be decoded for a second look: ${why}`, {
    kind: 'transient',
  });
}
