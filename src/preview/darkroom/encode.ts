import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { VideoFormat } from '#ingest';
import { FragmentReader, type ReadSample } from '../mp4/fragment-reader.ts';

interface H264EncoderOptions {
  readonly ffmpeg: string;
  /** Wider pictures are made so wide: encoding costs by the pixel. */
  readonly mostWidth: number;
}

interface H264EncoderSink {
  format(format: VideoFormat): void;
  /** Times in 90 kHz ticks, those of the input. */
  sample(sample: ReadSample): void;
  /** Once, at the end, however it came: what ffmpeg said last, or undefined. */
  ended(reason: string | undefined): void;
}

/** An ffmpeg child that reads our fragmented MP4 and writes it again in H.264, one picture out for each in. */
export interface H264Encoder {
  /** `taken` is called when ffmpeg has read it, or never will. */
  write(bytes: Buffer, taken: () => void): void;
  close(): void;
}

/** Behind those who send pictures and those who look for incidents. */
const NICENESS = 7;
const MOST_ERROR_TEXT = 500;
const TICKS = '90000';

export function openH264Encoder(options: H264EncoderOptions, sink: H264EncoderSink): H264Encoder {
  const child = spawn(options.ffmpeg, encoderArguments(options.mostWidth), {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const reader = new FragmentReader({
    format: (format) => sink.format(format),
    sample: (each) => sink.sample(each),
  });
  let said = '';
  let over = false;
  const end = (reason: string | undefined): void => {
    if (over) return;
    over = true;
    child.kill('SIGKILL');
    sink.ended(reason);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    if (over) return;
    try {
      reader.push(chunk);
    } catch (failure) {
      end((failure as Error).message);
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-MOST_ERROR_TEXT);
  });
  child.once('error', (failure) => end(failure.message));
  child.once('close', () => end(said.trim().split('\n').at(-1)));
  child.stdin.on('error', () => {});
  politely(child);
  return {
    write(bytes, taken) {
      if (over) taken();
      else child.stdin.write(bytes, taken);
    },
    close() {
      over = true;
      child.kill('SIGKILL');
    },
  };
}

/**
 * `-copyts` and frag_discont carry the input's times through; `zerolatency` gives out each picture before the next comes in.
 * Not `nobuffer`: it throws away what was read while probing, which is the first keyframe.
 */
function encoderArguments(mostWidth: number): string[] {
  return [
    ...['-nostdin', '-v', 'error', '-probesize', '32', '-analyzeduration', '0', '-flags', 'low_delay'],
    ...['-copyts', '-threads', '1', '-f', 'mp4', '-i', 'pipe:0', '-fps_mode', 'passthrough'],
    ...['-vf', `scale=w=min(${mostWidth}\\,iw):h=-2`, '-enc_time_base', `1:${TICKS}`, '-pix_fmt', 'yuv420p'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-threads', '1'],
    ...['-crf', '26', '-maxrate', '3M', '-bufsize', '3M', '-force_key_frames', 'source', '-g', '600'],
    ...['-avoid_negative_ts', 'disabled', '-video_track_timescale', TICKS, '-f', 'mp4'],
    ...[
      '-movflags',
      'frag_every_frame+empty_moov+default_base_moof+frag_discont',
      '-flush_packets',
      '1',
      'pipe:1',
    ],
  ];
}

function politely(child: ChildProcessByStdio<Writable, Readable, Readable>): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICENESS);
  } catch {
    // It may have ended already.
  }
}
