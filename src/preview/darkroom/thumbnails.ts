import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { toLengthPrefixed } from '#codec';
import { fragmentHead } from '../mp4/fragment.ts';
import { initSegment } from '../mp4/init-segment.ts';
import type { Thumbnail } from './content.ts';
import type { SentKeyframe } from './messages.ts';

export interface ThumbnailOptions {
  readonly ffmpeg: string;
  readonly timeoutMs: number;
}

const THUMBNAIL = { width: 320, height: 180 } as const;

const BYTES = THUMBNAIL.width * THUMBNAIL.height;
/** Between two pictures on the child's line of time. */
const STEP = 90_000;
const NICENESS = 5;
const MOST_LOG = 1024 * 1024;

/**
 * Small grey pictures of many cameras' keyframes, decoded by one child: to start one costs more than to decode ten pictures.
 * All of one codec, whatever their sizes. Undefined for those that could not be decoded. Rejects where there is no ffmpeg.
 */
export async function decodeThumbnails(
  keyframes: readonly SentKeyframe[],
  options: ThumbnailOptions,
): Promise<readonly (Thumbnail | undefined)[]> {
  const { out, log } = await runFfmpeg(asMovie(keyframes), options);
  const thumbnails: (Thumbnail | undefined)[] = keyframes.map(() => undefined);
  // showinfo tells which of them came out, in order.
  const times = [...log.matchAll(/\[Parsed_showinfo[^\n]*\bpts: *(\d+) /g)].map(([, pts]) => Number(pts));
  times.forEach((pts, i) => {
    const pixels = out.subarray(i * BYTES, (i + 1) * BYTES);
    const nth = Math.round(pts / STEP);
    if (pixels.length === BYTES && nth < thumbnails.length) thumbnails[nth] = { ...THUMBNAIL, pixels };
  });
  return thumbnails;
}

/** Each with its own parameter sets before it, because only the first one's are in the init segment. */
function asMovie(keyframes: readonly SentKeyframe[]): Buffer {
  const parts = keyframes.flatMap(({ format, data }, i) => {
    const { vps, sps, pps } = format.parameterSets;
    const sets = toLengthPrefixed([...vps, ...sps, ...pps]);
    const head = fragmentHead({
      sequence: i,
      decodeTime: i * STEP,
      duration: STEP,
      compositionOffset: 0,
      keyframe: true,
      size: sets.length + data.length,
    });
    return [head, sets, data];
  });
  return Buffer.concat([initSegment(keyframes[0]!.format), ...parts]);
}

function runFfmpeg(
  input: Buffer,
  options: ThumbnailOptions,
): Promise<{ readonly out: Buffer; readonly log: string }> {
  const size = `${THUMBNAIL.width}:${THUMBNAIL.height}`;
  const args = [
    ...['-nostdin', '-hide_banner', '-nostats', '-v', 'info', '-threads', '1'],
    ...['-probesize', '32', '-analyzeduration', '0', '-copyts', '-f', 'mp4', '-i', 'pipe:0'],
    ...['-fps_mode', 'passthrough', '-vf', `scale=${size}:flags=area,showinfo=checksum=0`],
    ...['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(options.ffmpeg, args, { timeout: options.timeoutMs, killSignal: 'SIGKILL' });
    const out: Buffer[] = [];
    let log = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      if (log.length < MOST_LOG) log += chunk;
    });
    child.once('error', reject);
    child.once('close', () => resolve({ out: Buffer.concat(out), log }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    try {
      if (child.pid !== undefined) setPriority(child.pid, NICENESS);
    } catch {
      // It may have ended already.
    }
  });
}
