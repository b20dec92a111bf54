/** The darkroom's process: everything that starts ffmpeg or touches pixels, so that none of it holds up those who send pictures. */
import { setPriority } from 'node:os';
import { measureContent } from './content.ts';
import { DecodeFailure, decodeLast } from './decode.ts';
import { type H264Encoder, openH264Encoder } from './encode.ts';
import type { DevelopOrder, FromDarkroom, SentKeyframe, ToDarkroom } from './messages.ts';
import type { PackedPicture } from './pack.ts';
import { decodeThumbnails } from './thumbnails.ts';

const NICENESS = 3;
const DEVELOP_WITHIN_MS = 5000;
const LOOK_WITHIN_MS = 20_000;
const UNFORESEEN = { code: 'UNEXPECTED', kind: 'bug' } as const;

const ffmpeg = process.argv[2] ?? 'ffmpeg';
const encoders = new Map<number, H264Encoder>();
const say = (message: FromDarkroom): void => {
  // Whoever does not listen any more has ended: so shall we, by `disconnect`.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
};

setPriority(NICENESS);
process.on('message', (message: ToDarkroom) => {
  if (message.do === 'develop') answer(message.id, develop(message.order));
  else if (message.do === 'look') answer(message.id, look(message.order));
  else if (message.do === 'encode') encode(message.id, message.mostWidth);
  else if (message.do === 'feed') feed(message.id, message.bytes);
  else endEncoder(message.id);
});
// Whoever gave the orders is gone; ffmpeg children end with their input.
process.on('disconnect', () => process.exit());
// A terminal's ^C reaches all processes of the group: the parent decides when to stop.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

function answer(id: number, result: Promise<Extract<FromDarkroom, { say: 'done' }>['result']>): void {
  result.then(
    (done) => say({ id, say: 'done', result: done }),
    (thrown) => {
      const { code, kind } = thrown instanceof DecodeFailure ? thrown : UNFORESEEN;
      say({ id, say: 'failed', code, kind, message: String((thrown as Error).message) });
    },
  );
}

/** sharp is loaded with the first still: many a gateway is never asked for one. */
async function develop({ units, part, width, format, drawing }: DevelopOrder): Promise<PackedPicture> {
  const { cutOut, packPicture } = await import('./pack.ts');
  const whole = await decodeLast(units, { ffmpeg, timeoutMs: DEVELOP_WITHIN_MS });
  const decoded = part === undefined ? whole : await cutOut(whole, part);
  if (drawing === undefined) return packPicture(decoded, width, format);
  const { annotate } = await import('./annotate.ts');
  return packPicture(await annotate(decoded, drawing), width, format);
}

async function look(keyframes: readonly SentKeyframe[]) {
  const thumbnails = await decodeThumbnails(keyframes, { ffmpeg, timeoutMs: LOOK_WITHIN_MS });
  return thumbnails.map((thumbnail) => thumbnail && measureContent(thumbnail));
}

function encode(id: number, mostWidth: number): void {
  const encoder = openH264Encoder(
    { ffmpeg, mostWidth },
    {
      format: (format) => say({ id, say: 'format', format }),
      sample: (sample) => say({ id, say: 'sample', sample }),
      ended: (reason) => {
        encoders.delete(id);
        say({ id, say: 'ended', reason });
      },
    },
  );
  encoders.set(id, encoder);
}

function feed(id: number, bytes: Buffer): void {
  encoders.get(id)?.write(bytes, () => say({ id, say: 'taken', bytes: bytes.length }));
}

function endEncoder(id: number): void {
  encoders.get(id)?.close();
  encoders.delete(id);
}
