import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { PictureQuality } from '../track.ts';
import { lookAt } from './look.ts';
import { QualityJudge } from './quality-judge.ts';

const SIZE = { width: 256, height: 144 };
const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
const PER_SECOND = 5;

/** A still scene full of detail with two boxes that drive through it, and camera noise. */
const SCENE = [
  `mandelbrot=size=256x144:rate=${PER_SECOND}:maxiter=60:start_scale=0.9:end_scale=0.9,format=yuv420p,loop=-1:1,setpts=N/${PER_SECOND}/TB`,
  ',noise=alls=6:allf=t[scene];',
  `color=red:size=30x16:rate=${PER_SECOND}[car];color=gray:size=20x20:rate=${PER_SECOND}[van];`,
  "[scene][car]overlay=x='mod(t*60,300)-30':y=100[one];[one][van]overlay=x='240-mod(t*35,270)':y=60",
].join('');

/** What is told from second to second of a scene that `fault` (an ffmpeg filter) changes. */
async function judged(fault: string, seconds: number, scene = SCENE): Promise<PictureQuality[]> {
  const graph = `${scene}${fault === '' ? '' : `,${fault}`},format=rgb24[out]`;
  return qualities(['-filter_complex', graph, '-map', '[out]', '-t', String(seconds)]);
}

async function qualities(args: readonly string[]): Promise<PictureQuality[]> {
  const child = spawn('ffmpeg', ['-v', 'error', ...args, '-f', 'rawvideo', 'pipe:1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const judge = new QualityJudge();
  const told: PictureQuality[] = [];
  const bytes = SIZE.width * SIZE.height * 3;
  let rest = Buffer.alloc(0);
  for await (const piece of child.stdout) {
    rest = Buffer.concat([rest, piece as Buffer]);
    for (; rest.length >= bytes; rest = rest.subarray(bytes))
      told.push(judge.judge(lookAt(rest, SIZE.width, SIZE.height, WHOLE), told.length * (1000 / PER_SECOND)));
  }
  return told;
}

const from = (second: number, filter: string): string => `${filter}:enable='gte(t,${second})'`;
const at = (told: readonly PictureQuality[], second: number): PictureQuality => told[second * PER_SECOND]!;

describe('a picture', () => {
  it.each([
    ['traffic and noise', ''],
    ['clouds', "eq=brightness='0.15*sin(t)':eval=frame"],
    ['a sudden shadow', from(6, 'eq=brightness=-0.2')],
    ['colours of another time of day', from(6, 'colorbalance=bs=0.3:rs=-0.3')],
    ['two seconds of glare', "eq=brightness=0.6:enable='between(t,6,7.5)'"],
  ])('is good through %s', async (_, filter) => {
    expect(new Set(await judged(filter, 14))).toEqual(new Set(['good']));
  });

  it.each<[PictureQuality, string]>([
    ['black', from(6, 'lutyuv=y=16:u=128:v=128')],
    ['blinded', from(6, 'lutyuv=y=250:u=128:v=128')],
    ['blurred', from(6, 'gblur=3')],
    ['poor', from(6, 'lutyuv=y=110+val*0.1')],
  ])('is called %s soon, not at once', async (quality, filter) => {
    const told = await judged(filter, 14);
    expect(at(told, 6)).toBe('good');
    expect(at(told, 13)).toBe(quality);
    expect(new Set(told)).toEqual(new Set(['good', quality]));
  });

  it('is called moved when the camera turns a little, and good again when it turns back', async () => {
    const turned = `${SCENE},split[a][b];[b]scale=iw*1.15:-2,crop=256:144:30:8[c];[a][c]overlay=enable='between(t,6,13)'`;
    const told = await judged('', 20, turned);
    expect(at(told, 6)).toBe('good');
    expect(at(told, 12)).toBe('moved');
    expect(at(told, 19)).toBe('good');
  });

  it('is called frozen after a minute without any change by day, much later in the dark', async () => {
    const still = `mandelbrot=size=256x144:rate=${PER_SECOND}:maxiter=60:start_scale=0.9:end_scale=0.9,format=yuv420p,loop=-1:1,setpts=N/${PER_SECOND}/TB`;
    const told = await judged('', 66, still);
    expect(at(told, 58)).toBe('good');
    expect(at(told, 65)).toBe('frozen');
    expect(new Set(await judged('', 66, `${still},lutyuv=y=16+val*0.25`))).not.toContain('frozen');
  });
});
