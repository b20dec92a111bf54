import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Scene } from '../../src/camera/index.ts';
import { viewFilters } from '../../src/perception/decode/arguments.ts';
import { PictureSheet, PixelStock } from '../../src/perception/decode/picture-sheet.ts';
import { readModel } from '../../src/perception/detect/model-files.ts';
import { openSession } from '../../src/perception/detect/onnx/session.ts';
import { planViews } from '../../src/perception/detect/plan-views.ts';
import type { Detection, PictureQuality } from '../../src/perception/index.ts';
import { lookAt } from '../../src/perception/quality/look.ts';
import { QualityJudge } from '../../src/perception/quality/quality-judge.ts';

/** What the default detector finds in the pictures of a clip, and how good they are. */
export interface SeenClip {
  readonly picture: { readonly width: number; readonly height: number };
  readonly picturesPerSecond: number;
  readonly pictures: readonly SeenPicture[];
}

export interface SeenPicture {
  /** In the whole picture alone, and with the far field enlarged where the scene asks for it. */
  readonly whole: readonly Detection[];
  readonly enlarged: readonly Detection[];
  readonly quality: PictureQuality;
}

export interface ClipToSee {
  readonly file: string;
  readonly picture: { readonly width: number; readonly height: number };
  /** Of the clip, and how many of them are looked at: every n-th. */
  readonly framesPerSecond: number;
  readonly every: number;
  readonly scene: Scene;
  /** Where what was seen is kept for the next run; not kept unless told. */
  readonly keepIn: string | undefined;
}

/** Runs the detector over a clip: a few seconds for each second of it. */
export async function seeClip(clip: ClipToSee): Promise<SeenClip> {
  const kept =
    clip.keepIn && join(clip.keepIn, `${basename(dirname(clip.file))}-${basename(clip.file)}.json`);
  if (kept && existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as SeenClip;
  const { description, bytes } = await readModel(join(import.meta.dirname, '../../models'), 'nanodet-g');
  const session = await openSession(description, bytes);
  const { size, views } = planViews(description, clip.picture, clip.scene);
  const judge = new QualityJudge();
  const pictures: SeenPicture[] = [];
  const picturesPerSecond = clip.framesPerSecond / clip.every;
  for await (const pixels of decoded(clip, size, views)) {
    const whole = await session.run(pixels, size, views.slice(0, 1));
    const enlarged = views.length === 1 ? whole : await session.run(pixels, size, views);
    const look = lookAt(pixels, size.width, size.height, views[0]!.content);
    const quality = judge.judge(look, 1_000_000 + (pictures.length * 1000) / picturesPerSecond);
    pictures.push({ whole, enlarged, quality });
  }
  await session.close();
  const seen: SeenClip = { picture: clip.picture, picturesPerSecond, pictures };
  if (kept) {
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, JSON.stringify(seen));
  }
  return seen;
}

type Plan = ReturnType<typeof planViews>;

async function* decoded(
  { file, every }: ClipToSee,
  size: Plan['size'],
  views: Plan['views'],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const graph = viewFilters([String.raw`[0:v]select='not(mod(n\,${every}))'`], size, views, []);
  const output = ['-map', '[out]', '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
  const child = spawn('ffmpeg', ['-v', 'error', '-i', file, '-filter_complex', `${graph}[out]`, ...output], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready: Uint8Array<ArrayBuffer>[] = [];
  const stock = new PixelStock(size.width * size.height * 3 * views.length, 0);
  const sheet = new PictureSheet(stock, (pixels) => ready.push(pixels));
  for await (const piece of child.stdout) {
    sheet.write(piece as Buffer);
    for (let pixels = ready.shift(); pixels !== undefined; pixels = ready.shift()) yield pixels;
  }
}
