/**
 * Stills of scenes at a few moments, with the true boxes beside them: to look at, and to try the detector before a
 * whole scene is rendered. `node scripts/scenes/stills.ts OUT_DIR COUNT [NAME…]`
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { openCapture } from './capture.ts';
import { cameraLook } from './clip.ts';
import { scenes } from './scenes.ts';
import { run } from './traffic/index.ts';

const [out = '.scenes-work/stills', count = '6', ...names] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const capture = await openCapture();
for (const scene of scenes.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const started = Date.now();
  await capture.open({ ...scene.setting, averaged: 1 });
  process.stdout.write(`${scene.name}: baked in ${Date.now() - started} ms\n`);
  const { width, height } = scene.setting.picture;
  const every = (scene.seconds * 15) / Number(count);
  let frame = 0;
  let next = every / 2;
  for (const moment of run(scene.scenario, scene.trafficSeed, { rate: 15, seconds: scene.seconds })) {
    if (frame++ < next) continue;
    next += every;
    const before = Date.now();
    const [shot] = await capture.shoot([moment]);
    const { pixels, boxes } = shot!;
    const name = `${out}/${scene.name}-${String(frame).padStart(4, '0')}`;
    process.stdout.write(
      `${name} ${moment.movers.length} movers, ${boxes.length} seen, ${Date.now() - before} ms\n`,
    );
    execFileSync(
      'ffmpeg',
      [
        ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${width}x${height}`, '-i', '-'],
        ...[
          '-vf',
          `vflip,${cameraLook(scene.setting, { width: 640, height: 360 })}`,
          '-c:v',
          'libx264',
          '-crf',
          '21',
          `${name}.mp4`,
        ],
      ],
      { input: pixels },
    );
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', `${name}.mp4`, `${name}.png`]);
    writeFileSync(`${name}.json`, JSON.stringify(boxes));
  }
}
await capture.close();
