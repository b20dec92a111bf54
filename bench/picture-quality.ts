/**
 * What the judge of pictures says of real cameras, by day, at night, in rain, in jams and in a tunnel: nothing but "good" is right, except
 * where a clip is cut to another view. Needs the footage ($NGATU_FOOTAGE or ../shared/footage), which is not part of the project.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lookAt } from '../src/perception/quality/look.ts';
import { QualityJudge } from '../src/perception/quality/quality-judge.ts';
import type { Figures } from './run.ts';

const SIZE = { width: 512, height: 288 };
const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
const PER_SECOND = 5;

export async function run(): Promise<Figures> {
  const root = process.env.NGATU_FOOTAGE ?? resolve(import.meta.dirname, '../../shared/footage');
  const folder = join(root, 'clips');
  if (!existsSync(folder)) return { skipped: 'no footage on this machine' };
  const figures: Record<string, number | string> = {};
  for (const clip of readdirSync(folder)) figures[clip] = await judged(join(folder, clip));
  return figures;
}

/** When it says what, e.g. `0 good, 31.2 moved`. */
async function judged(clip: string): Promise<string> {
  const scale = `fps=${PER_SECOND},scale=${SIZE.width}:${SIZE.height}:flags=area,format=rgb24`;
  const args = ['-v', 'error', '-threads', '1', '-i', clip, '-vf', scale, '-f', 'rawvideo', 'pipe:1'];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const judge = new QualityJudge();
  const changes: string[] = [];
  let rest = Buffer.alloc(0);
  let latest = '';
  let count = 0;
  for await (const piece of child.stdout) {
    rest = Buffer.concat([rest, piece as Buffer]);
    for (
      const bytes = SIZE.width * SIZE.height * 3;
      rest.length >= bytes;
      rest = rest.subarray(bytes), count++
    ) {
      const quality = judge.judge(lookAt(rest, SIZE.width, SIZE.height, WHOLE), (count * 1000) / PER_SECOND);
      if (quality !== latest) changes.push(`${count / PER_SECOND} ${quality}`);
      latest = quality;
    }
  }
  return changes.join(', ');
}
