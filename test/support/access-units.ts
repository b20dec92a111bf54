import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AccessUnit, VideoFormat } from '../../src/ingest/index.ts';
import { FragmentReader, type ReadSample } from '../../src/preview/mp4/fragment-reader.ts';

export interface AccessUnitsOptions {
  /** Capture time of the first picture shown; 2025-01-01T00:00Z unless told. */
  readonly startAt?: number;
  readonly firstSequence?: number;
  /** Extra arguments after `-c copy`, e.g. `['-t', '2']`. */
  readonly ffmpeg?: readonly string[];
}

/** The pictures of a clip as ingest would hand them on, cut out by ffmpeg and not re-encoded. */
export async function accessUnitsOf(clip: string, options: AccessUnitsOptions = {}): Promise<AccessUnit[]> {
  const samples: ReadSample[] = [];
  let format: VideoFormat | undefined;
  let timescale = 0;
  const reader = new FragmentReader({
    format(read, ticks) {
      format = read;
      timescale = ticks;
    },
    sample: (sample) => samples.push(sample),
  });
  const movflags = 'frag_every_frame+empty_moov+default_base_moof';
  const args = [
    '-nostdin',
    '-v',
    'error',
    '-i',
    clip,
    '-map',
    '0:v:0',
    '-c',
    'copy',
    ...(options.ffmpeg ?? []),
  ];
  const child = spawn('ffmpeg', [...args, '-f', 'mp4', '-movflags', movflags, 'pipe:1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const chunk of child.stdout) reader.push(chunk as Buffer);
  await ended;
  if (format === undefined || samples.length === 0) throw new Error(`ffmpeg found no pictures in ${clip}`);
  return toUnits(samples, format, timescale, options);
}

function toUnits(
  samples: readonly ReadSample[],
  format: VideoFormat,
  timescale: number,
  options: AccessUnitsOptions,
): AccessUnit[] {
  const ticks = (time: number) => Math.round((time * 90_000) / timescale);
  const first = Math.min(...samples.map((sample) => sample.decodeTime + sample.compositionOffset));
  const startAt = options.startAt ?? Date.UTC(2025, 0, 1);
  return samples.map((sample, i) => {
    const dts90k = ticks(sample.decodeTime);
    const pts90k = dts90k + ticks(sample.compositionOffset);
    const capturedAt = startAt + ((sample.decodeTime + sample.compositionOffset - first) * 1000) / timescale;
    return {
      data: Buffer.from(sample.data),
      format,
      keyframe: sample.keyframe,
      pts90k,
      dts90k,
      capturedAt,
      receivedAt: startAt + ((sample.decodeTime - first) * 1000) / timescale,
      sequence: (options.firstSequence ?? 0) + i,
      discontinuity: i === 0,
    };
  });
}
