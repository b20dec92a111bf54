import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How a small generated clip is made: ffmpeg's moving test picture with a counter in it. */
export interface ClipRecipe {
  readonly codec?: 'h264' | 'h265' | 'mjpeg';
  readonly width?: number;
  readonly height?: number;
  readonly picturesPerSecond?: number;
  readonly seconds?: number;
  readonly keyframeSeconds?: number;
  readonly bFrames?: number;
  readonly kbitPerSecond?: number;
  /** Slices a picture; H.264 only. */
  readonly slices?: number;
  /** Adds a track of G.711 A-law. */
  readonly audio?: boolean;
  readonly picture?: 'moving' | 'still' | 'black';
  /** `annexb`: a raw bitstream with parameter sets before every keyframe. */
  readonly container?: 'mp4' | 'annexb' | 'mkv';
}

/** The clips most tests need, by what is special about them. Everything not named: H.264, 320×180, 15 fps, 4 s, keyframe every 2 s. */
export const recipes = {
  plain: {},
  likeACamera: { width: 640, height: 360, kbitPerSecond: 490, seconds: 8 },
  h265: { codec: 'h265' },
  bFrames: { bFrames: 2 },
  h265BFrames: { codec: 'h265', bFrames: 3 },
  fps5: { picturesPerSecond: 5, seconds: 8 },
  fps30: { picturesPerSecond: 30 },
  longGroups: { keyframeSeconds: 10, seconds: 20 },
  slices: { slices: 4 },
  larger: { width: 640, height: 360 },
  fourK: { width: 3840, height: 2160, seconds: 2, kbitPerSecond: 8000 },
  withAudio: { audio: true },
  still: { picture: 'still' },
  black: { picture: 'black' },
  mjpeg: { codec: 'mjpeg', container: 'mkv' },
} as const satisfies Record<string, ClipRecipe>;

/**
 * Path of a clip made by ffmpeg. Made once a machine: the file's name holds its recipe's hash, in the temporary folder,
 * so test files in several processes share it.
 */
export function tinyClip(recipe: ClipRecipe | keyof typeof recipes = 'plain'): Promise<string> {
  const wanted: ClipRecipe = typeof recipe === 'string' ? recipes[recipe] : recipe;
  const extension = { mp4: 'mp4', mkv: 'mkv', annexb: wanted.codec === 'h265' ? 'h265' : 'h264' };
  // MP4 has no tag for A-law; QuickTime's dialect of it has.
  const container = wanted.container ?? 'mp4';
  return made(ffmpegArguments(wanted), wanted.audio && container === 'mp4' ? 'mov' : extension[container]);
}

/** The same clip over and over, without re-encoding, until it lasts at least so long. */
export async function lengthened(clip: string, seconds: number): Promise<string> {
  const extension = clip.slice(clip.lastIndexOf('.') + 1);
  return made(
    ['-stream_loop', '-1', '-t', String(seconds), '-i', clip, '-map', '0', '-c', 'copy'],
    extension,
  );
}

async function made(args: readonly string[], extension: string): Promise<string> {
  const folder = join(tmpdir(), 'ngatu-clips');
  const name = createHash('sha256').update(args.join('\0')).digest('hex').slice(0, 16);
  const path = join(folder, `${name}.${extension}`);
  if (await exists(path)) return path;
  await mkdir(folder, { recursive: true });
  // Written beside and renamed, so that another test never sees half a file.
  const partial = join(folder, `${randomUUID()}.${extension}`);
  try {
    await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args, partial]);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  return path;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function ffmpegArguments(recipe: ClipRecipe): string[] {
  const { width = 320, height = 180, picturesPerSecond: rate = 15, seconds = 4 } = recipe;
  const size = `size=${width}x${height}:rate=${rate}`;
  const source = recipe.picture === 'black' ? `color=black:${size}` : `testsrc2=${size}`;
  const still = recipe.picture === 'still' ? ['-vf', 'loop=loop=-1:size=1:start=0'] : [];
  const audio = recipe.audio ? ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=8000'] : [];
  return [
    ...['-f', 'lavfi', '-i', source, ...audio, ...still, '-t', String(seconds), '-pix_fmt', 'yuv420p'],
    ...videoArguments(recipe, rate),
    ...(recipe.audio ? ['-c:a', 'pcm_alaw'] : []),
    ...(recipe.container === 'annexb' ? ['-f', recipe.codec === 'h265' ? 'hevc' : 'h264'] : []),
  ];
}

function videoArguments(recipe: ClipRecipe, rate: number): string[] {
  const { codec = 'h264', keyframeSeconds = 2, bFrames = 0, kbitPerSecond = 300, slices = 1 } = recipe;
  if (codec === 'mjpeg') return ['-c:v', 'mjpeg', '-q:v', '6', '-huffman', 'default', '-pix_fmt', 'yuvj420p'];
  const group = Math.round(keyframeSeconds * rate);
  const rates = [
    '-b:v',
    `${kbitPerSecond}k`,
    '-maxrate',
    `${kbitPerSecond}k`,
    '-bufsize',
    `${kbitPerSecond}k`,
  ];
  const groups = ['-g', String(group), '-keyint_min', String(group), '-bf', String(bFrames)];
  if (codec === 'h265') {
    const params = `log-level=none:keyint=${group}:min-keyint=${group}:scenecut=0:bframes=${bFrames}:open-gop=0`;
    return ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', params, '-tag:v', 'hvc1', ...rates];
  }
  const params = `scenecut=0:slices=${slices}:open-gop=0`;
  return [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-profile:v',
    'main',
    '-x264-params',
    params,
    ...groups,
    ...rates,
  ];
}
