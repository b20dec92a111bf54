/**
 * Makes test-fixtures/scenes: clips of the demonstration junction with what truly happens beside them. The same in every run.
 *
 *   node scripts/scenes/render.ts [--work DIR] [NAME…]
 *
 * Drawing is slow (about half a second a picture on two cores), so what is drawn is kept in the work folder
 * (.scenes-work unless told) and not drawn again; delete a scene's folder there to draw it anew.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Capture, openCapture } from './capture.ts';
import { encode, openReel } from './clip.ts';
import type { TrueBox } from './page/protocol.ts';
import { picturesPerSecond, type SceneSpec, scenes } from './scenes.ts';
import { type Moment, run } from './traffic/index.ts';
import { incidentsJson, trackLine } from './truth-files.ts';

/** How the 1080p version of a scene differs: drawn at that size, and shorter. */
const large = { picture: { width: 1920, height: 1080 }, seconds: 20 };
/** Moments sent to the page at once. */
const batch = picturesPerSecond;

const { values, positionals } = parseArgs({ options: { work: { type: 'string' } }, allowPositionals: true });
const work = values.work ?? '.scenes-work';
const wanted = positionals.length === 0 ? scenes : scenes.filter(({ name }) => positionals.includes(name));

const capture = await openCapture();
for (const scene of wanted) await make(capture, scene);
await capture.close();

async function make(capture: Capture, scene: SceneSpec): Promise<void> {
  const target = `test-fixtures/scenes/${scene.name}`;
  mkdirSync(target, { recursive: true });
  const drawn = await draw(capture, scene, `${work}/${scene.name}`);
  encode(`${drawn}/reel.mkv`, `${target}/clip.mp4`, 'h264', scene.setting);
  if (scene.also.includes('h265'))
    encode(`${drawn}/reel.mkv`, `${target}/clip.h265.mp4`, 'h265', scene.setting);
  copyTruth(drawn, target);
  if (scene.also.includes('1080p')) {
    const larger = {
      ...scene,
      seconds: large.seconds,
      setting: { ...scene.setting, picture: large.picture, averaged: 4 },
    };
    const reel = await draw(capture, larger, `${work}/${scene.name}.1080p`);
    encode(`${reel}/reel.mkv`, `${target}/clip.1080p.mp4`, '1080p', scene.setting);
  }
  process.stdout.write(`${scene.name}: done\n`);
}

/** Draws a scene into `folder` unless it is there; returns the folder. */
async function draw(capture: Capture, scene: SceneSpec, folder: string): Promise<string> {
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  await capture.open(scene.setting);
  const reel = openReel(`${unfinished}/reel.mkv`, scene.setting.picture);
  const clip = run(scene.scenario, scene.trafficSeed, { rate: picturesPerSecond, seconds: scene.seconds });
  const lines: string[] = [];
  const started = Date.now();
  for (const moments of inBatches(clip)) {
    for (const { pixels, boxes } of await capture.shoot(moments)) {
      await reel.write(pixels);
      lines.push(trackLine(lines.length, picturesPerSecond, boxes as TrueBox[]));
    }
    const perPicture = Math.round((Date.now() - started) / lines.length);
    process.stdout.write(`${scene.name}: ${lines.length} pictures, ${perPicture} ms each\n`);
  }
  await reel.close();
  writeFileSync(`${unfinished}/tracks.jsonl`, lines.join(''));
  writeFileSync(`${unfinished}/incidents.json`, incidentsJson(clip.incidents, scene.seconds));
  renameSync(unfinished, folder);
  return folder;
}

function* inBatches(moments: Iterable<Moment>): Generator<Moment[]> {
  let some: Moment[] = [];
  for (const moment of moments) {
    some.push(moment);
    if (some.length < batch) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

function copyTruth(from: string, to: string): void {
  for (const file of ['tracks.jsonl', 'incidents.json']) {
    copyFileSync(`${from}/${file}`, `${to}/${file}`);
  }
}
