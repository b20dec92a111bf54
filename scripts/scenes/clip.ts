import type { Setting } from './page/setting.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What lens and sensor do to the drawn picture, as an ffmpeg filter: scaled down, sharpened as cameras do, noisy. */
export function cameraLook({ light, rain }: Setting, { width, height }: Size): string {
  const noise = light === 'night' ? 9 : light === 'dusk' ? 7 : rain ? 6 : 4;
  return [
    'vflip',
    `scale=${width}:${height}:flags=lanczos`,
    'unsharp=5:5:0.55:5:5:0',
    `noise=alls=${noise}:allf=t`,
    'format=yuv420p',
  ].join(',');
}
