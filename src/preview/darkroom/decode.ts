import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { ErrorKind } from '#base';
import { fragmentHead } from '../mp4/fragment.ts';
import { initSegment } from '../mp4/init-segment.ts';
import type { SentUnit } from './messages.ts';

/** A decoded picture in RGB, 3 bytes a pixel, row by row. */
export interface RawPicture {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Why there is no picture; the near side of the darkroom makes a `NgatuError` of it. The process knows no more of `base`, to stay small. */
export class DecodeFailure extends Error {
  readonly code: string;
  readonly kind: ErrorKind;

  constructor(code: string, message: string, kind: ErrorKind) {
    super(message);
    this.code = code;
    this.kind = kind;
  }
}

export interface DecodeOptions {
  /** A child that takes longer is killed. */
  readonly timeoutMs: number;
  readonly ffmpeg: string;
}

const MOST_ERROR_TEXT = 2000;
const NICENESS = 5;
const LARGEST_PICTURE_BYTES = 3 * 8192 * 8192;

/**
 * Decodes the last of `units`, which begin with a keyframe and follow each other, in an ffmpeg child of its own.
 * The end of its input makes a decoder give out everything it holds, which no decoder that is kept running does reliably.
 * Rejects with `PICTURE_UNDECODABLE`, `DECODER_TIMEOUT` or `FFMPEG_MISSING`.
 */
export async function decodeLast(units: readonly SentUnit[], options: DecodeOptions): Promise<RawPicture> {
  const first = units[0]!;
  const wanted = units.at(-1)!;
  const time = (ticks: number) => ticks - first.dts90k;
  const input = units.flatMap((unit, i) => [
    fragmentHead({
      sequence: i,
      decodeTime: time(unit.dts90k),
      duration: 1,
      compositionOffset: unit.pts90k - unit.dts90k,
      keyframe: unit.keyframe,
      size: unit.data.length,
    }),
    unit.data,
  ]);
  // Pictures come out in the order they are shown, so the wanted one need not be the last.
  const select = units.length === 1 ? [] : ['-vf', `select=gte(pts\\,${time(wanted.pts90k)})`];
  const output = await runFfmpeg(
    [...select, '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'ppm', 'pipe:1'],
    Buffer.concat([initSegment(first.format), ...input]),
    options,
  );
  return readPpm(output);
}

function runFfmpeg(args: readonly string[], input: Buffer, options: DecodeOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const quiet = ['-nostdin', '-v', 'error', '-threads', '1'];
    const source = ['-probesize', '32', '-analyzeduration', '0', '-copyts', '-f', 'mp4', '-i', 'pipe:0'];
    const child = spawn(options.ffmpeg, [...quiet, ...source, ...args], {
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    let bytes = 0;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LARGEST_PICTURE_BYTES) child.kill('SIGKILL');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < MOST_ERROR_TEXT) said += chunk;
    });
    child.once('error', (cause) => reject(missing(cause)));
    child.once('close', (_, signal) => {
      if (signal !== null) reject(tooSlow(options.timeoutMs));
      else if (bytes === 0) reject(undecodable(said));
      else resolve(Buffer.concat(out));
    });
    if (child.pid !== undefined) politely(child.pid);
    // A child that died early has said why on stderr; that it does not read on says nothing more.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Decoding a still must not take the processor from those who send pictures. */
function politely(pid: number): void {
  try {
    setPriority(pid, NICENESS);
  } catch {
    // It may have ended already.
  }
}

/** Netpbm's P6: three decimal numbers after the magic, one byte of white space, then the pixels. */
function readPpm(bytes: Buffer): RawPicture {
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 64));
  const width = Number(header?.[1]);
  const height = Number(header?.[2]);
  const pixels = bytes.subarray(header?.[0].length);
  if (header === null || pixels.length < width * height * 3)
    throw undecodable(`expected a whole picture, got ${bytes.length} bytes`);
  return { pixels: pixels.subarray(0, width * height * 3), width, height };
}

function undecodable(said: string): DecodeFailure {
  const reason = said.trim().split('\n')[0] ?? '';
  const message = `Expected a picture from the decoder, got none: ${reason}`;
  return new DecodeFailure('PICTURE_UNDECODABLE', message, 'transient');
}

function tooSlow(timeoutMs: number): DecodeFailure {
  const message = `Expected a picture within ${timeoutMs} ms, the decoder took longer.`;
  return new DecodeFailure('DECODER_TIMEOUT', message, 'transient');
}

function missing(cause: Error): DecodeFailure {
  const message = `ffmpeg could not be started (${cause.message}); install it (apt install ffmpeg).`;
  return new DecodeFailure('FFMPEG_MISSING', message, 'config');
}
