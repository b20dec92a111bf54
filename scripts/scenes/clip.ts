import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Setting } from './page/setting.ts';
import { picturesPerSecond } from './scenes.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Takes drawn pictures and keeps them nearly without loss, so that encoding can be tried again without drawing. */
export interface Reel {
  write(pixels: Buffer): Promise<void>;
  close(): Promise<void>;
}

export function openReel(path: string, { width, height }: Size): Reel {
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgba',
    '-s',
    `${width}x${height}`,
    '-r',
    `${picturesPerSecond}`,
  ];
  const codec = [
    '-vf',
    'vflip',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-qp',
    '8',
    '-pix_fmt',
    'yuv444p',
  ];
  const ffmpeg = spawn(
    'ffmpeg',
    ['-v', 'error', '-y', ...input, '-i', '-', ...codec, '-f', 'matroska', path],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
    },
  );
  return {
    async write(pixels) {
      if (!ffmpeg.stdin.write(pixels)) await once(ffmpeg.stdin, 'drain');
    },
    async close() {
      ffmpeg.stdin.end();
      const [code] = await once(ffmpeg, 'close');
      if (code !== 0) throw new Error(`ffmpeg ended with ${code} while writing ${path}`);
    },
  };
}

/** What lens and sensor do to the drawn picture, as an ffmpeg filter: scaled down, sharpened as cameras do, noisy. */
export function cameraLook({ light, rain }: Setting, { width, height }: Size): string {
  const noise = light === 'night' ? 7 : light === 'dusk' ? 6 : rain ? 5 : 4;
  return [
    `scale=${width}:${height}:flags=area`,
    'unsharp=5:5:0.55:5:5:0',
    `noise=alls=${noise}:allf=t:all_seed=7`,
    'format=yuv420p',
  ].join(',');
}

export type Encoding = 'h264' | 'h265' | '1080p';

/** As cameras encode: a keyframe every two seconds, closed groups, no B-frames. */
export function encode(reel: string, clip: string, encoding: Encoding, setting: Setting): void {
  const size = encoding === '1080p' ? { width: 1920, height: 1080 } : { width: 640, height: 360 };
  const group = picturesPerSecond * 2;
  const codec =
    encoding === 'h265'
      ? [
          ...['-c:v', 'libx265', '-preset', 'medium', '-crf', '24', '-tag:v', 'hvc1', '-x265-params'],
          `keyint=${group}:min-keyint=${group}:scenecut=0:open-gop=0:bframes=0:vbv-maxrate=450:vbv-bufsize=900:log-level=error`,
        ]
      : [
          ...['-c:v', 'libx264', '-preset', 'medium', '-profile:v', 'main', '-bf', '0', '-sc_threshold', '0'],
          ...['-g', `${group}`, '-keyint_min', `${group}`, '-crf', '21'],
          ...(encoding === '1080p'
            ? ['-maxrate', '2400k', '-bufsize', '4800k']
            : ['-maxrate', '560k', '-bufsize', '1120k']),
        ];
  const output = [
    '-threads',
    '1',
    '-an',
    '-movflags',
    '+faststart',
    '-map_metadata',
    '-1',
    '-fflags',
    '+bitexact',
    clip,
  ];
  // One thread each: several give other noise and other bits in every run.
  const filter = ['-filter_threads', '1', '-vf', cameraLook(setting, size)];
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', reel, ...filter, ...codec, ...output], {
    stdio: 'inherit',
  });
}
