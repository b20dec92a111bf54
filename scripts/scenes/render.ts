/**
 * Makes test-fixtures/scenes: clips of the demonstration junction with what truly happens beside them. The same in every run.
 *
 *   node scripts/scenes/render.ts [--work DIR] [NAME…]
 *
 * Drawing is slow (about half a second a picture on two cores), so what is drawn is kept in the work folder
 * (.scenes-work unless told) and not drawn again; delete a scene's folder there to draw it anew.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { parseArgs } from 'node:util';
import { type Capture, openCapture } from './capture.ts';
import { encode, openReel } from './clip.ts';
import { sceneYaml } from './scene-file.ts';
import { sceneOf } from './scene-of.ts';
import { picturesPerSecond, type SceneSpec, scenes } from './scenes.ts';
import { type Moment, run } from './traffic/index.ts';
import { incidentsJson, type ToldIncident, toldIncidents, trackLine } from './truth-files.ts';

/** How the 1080p version of a scene differs: drawn at that size, and shorter. */
const large = { picture: { width: 1920, height: 1080 }, seconds: 20 };
/** Moments sent to the page at once. */
const batch = picturesPerSecond;

const { values, positionals } = parseArgs({ options: { work: { type: 'string' } }, allowPositionals: true });
const work = values.work ?? '.scenes-work';
const wanted = positionals.length === 0 ? scenes : scenes.filter(({ name }) => positionals.includes(name));

const undrawn = [...wanted, ...wanted.filter(({ also }) => also.includes('1080p')).map(enlarged)].filter(
  (scene) => !existsSync(folderOf(scene)),
);
if (undrawn.length > 0) {
  const capture = await openCapture();
  for (const scene of undrawn) await draw(capture, scene, folderOf(scene));
  await capture.close();
}
for (const scene of wanted) finish(scene);

/** The shorter scene of the 1080p clip, drawn at that size. */
function enlarged(scene: SceneSpec): SceneSpec {
  const setting = { ...scene.setting, picture: large.picture };
  return { ...scene, seconds: large.seconds, setting };
}

function folderOf({ name, setting }: SceneSpec): string {
  return setting.picture.height === large.picture.height ? `${work}/${name}.1080p` : `${work}/${name}`;
}

/** From what was drawn to what lies in test-fixtures. */
function finish(scene: SceneSpec): void {
  const target = `test-fixtures/scenes/${scene.name}`;
  const drawn = folderOf(scene);
  mkdirSync(target, { recursive: true });
  encode(`${drawn}/reel.mkv`, `${target}/clip.mp4`, 'h264', scene.setting);
  if (scene.also.includes('h265'))
    encode(`${drawn}/reel.mkv`, `${target}/clip.h265.mp4`, 'h265', scene.setting);
  if (scene.also.includes('1080p')) {
    const larger = folderOf(enlarged(scene));
    encode(`${larger}/reel.mkv`, `${target}/clip.1080p.mp4`, '1080p', scene.setting);
    copyFileSync(`${larger}/tracks.jsonl`, `${target}/tracks.1080p.jsonl`);
  }
  writeTruth(scene, drawn, target);
  process.stdout.write(`${scene.name}: done\n`);
}

/** Draws a scene into `folder`, which appears when all is in it. */
async function draw(capture: Capture, scene: SceneSpec, folder: string): Promise<void> {
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
      lines.push(trackLine(lines.length, picturesPerSecond, boxes));
    }
    const perPicture = Math.round((Date.now() - started) / lines.length);
    process.stdout.write(`${scene.name}: ${lines.length} pictures, ${perPicture} ms each\n`);
  }
  await reel.close();
  writeFileSync(`${unfinished}/tracks.jsonl`, lines.join(''));
  writeFileSync(`${unfinished}/incidents.json`, JSON.stringify(toldIncidents(clip.incidents, scene.seconds)));
  renameSync(unfinished, folder);
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

/** The three files of truth beside the clip. */
function writeTruth(scene: SceneSpec, from: string, to: string): void {
  const drawn = sceneOf(scene.setting.camera);
  const places = new Set([...drawn.lanes, ...drawn.zones, ...drawn.lines].map(({ id }) => id));
  for (const { group } of drawn.lanes) places.add(group);
  const tracks = readFileSync(`${from}/tracks.jsonl`, 'utf8');
  const incidents = JSON.parse(readFileSync(`${from}/incidents.json`, 'utf8')) as ToldIncident[];
  writeFileSync(`${to}/tracks.jsonl`, tracks);
  writeFileSync(`${to}/incidents.json`, incidentsJson(incidents, places, tracks));
  writeFileSync(
    `${to}/scene.yaml`,
    sceneYaml(drawn, `What the camera of ${scene.name} looks at; made by scripts/scenes/render.ts.`),
  );
}
