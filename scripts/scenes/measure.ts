/**
 * What share of the true vehicles the default detector finds in the scenes' clips, and how often it sees what is not there.
 *
 *   node scripts/scenes/measure.ts [--every FRAMES] [--model NAME] [NAME…]
 *
 * A vehicle counts if at least half of it can be seen; it is found where a box of its family with a confidence of 0.35
 * or more overlaps its true box by half (IoU). A rider's "person" counts for the motorbike or bicycle under them.
 * A false box is one of that confidence that touches nobody's true box.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Box, overlap } from '#base';
import type { Detection, RoadUser } from '#perception';
import { readModel } from '../../src/perception/detect/model-files.ts';
import { openSession, type Session } from '../../src/perception/detect/onnx/session.ts';
import { letterbox, viewSize } from '../../src/perception/detect/view.ts';
import { scenes } from './scenes.ts';

const clip = { width: 640, height: 360 };
const wholePicture: Box = { left: 0, top: 0, right: 1, bottom: 1 };
const leastConfidence = 0.35;
const leastOverlap = 0.5;
const leastVisible = 0.5;

interface Tracked {
  readonly kind: RoadUser;
  readonly box: readonly [number, number, number, number];
  readonly visible: number;
  readonly px: number;
}

/** Found and all of what was looked for. */
interface Tally {
  found: number;
  all: number;
}

const { values, positionals } = parseArgs({
  options: { every: { type: 'string', default: '15' }, model: { type: 'string', default: 'nanodet-g' } },
  allowPositionals: true,
});
const { description, bytes } = await readModel('models', values.model);
const session = await openSession(description, bytes);
const size = viewSize(description, clip);
const view = letterbox(clip, wholePicture, size);

for (const { name } of scenes) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const folder = `test-fixtures/scenes/${name}`;
  if (existsSync(`${folder}/clip.mp4`)) process.stdout.write(`${await measured(session, folder, name)}\n`);
}
await session.close();

async function measured(session: Session, folder: string, name: string): Promise<string> {
  const every = Number(values.every);
  const lines = readFileSync(`${folder}/tracks.jsonl`, 'utf8').trimEnd().split('\n');
  const tallies = new Map<string, Tally>();
  let [falseBoxes, boxes, pictures] = [0, 0, 0];
  for (const pixels of picturesOf(`${folder}/clip.mp4`, every)) {
    const truth = (JSON.parse(lines[pictures * every]!) as { boxes: Tracked[] }).boxes;
    const seen = (await session.run(pixels, size, [view])).filter(
      ({ confidence }) => confidence >= leastConfidence,
    );
    for (const one of truth) count(tallies, one, seen);
    boxes += seen.length;
    falseBoxes += seen.filter(({ box }) => !truth.some((one) => overlap(box, boxOf(one)) > 0.1)).length;
    pictures++;
  }
  const shares = ['24 px', '32 px', 'car', 'motorbike', 'bus', 'truck', 'bicycle'].flatMap((key) => {
    const tally = tallies.get(key);
    return tally
      ? [`${key} ${Math.round((100 * tally.found) / tally.all)} % (${tally.found}/${tally.all})`]
      : [];
  });
  return `${name}: ${shares.join(', ')}; ${falseBoxes} false of ${boxes} boxes in ${pictures} pictures`;
}

function count(tallies: Map<string, Tally>, one: Tracked, seen: readonly Detection[]): void {
  if (one.kind === 'person' || one.px < 24 || one.visible < leastVisible) return;
  const box = boxOf(one);
  const found = seen.some((each) => answers(each.kind, one.kind) && overlap(each.box, box) >= leastOverlap);
  for (const key of ['24 px', one.kind, ...(one.px >= 32 ? ['32 px'] : [])]) {
    const tally = tallies.get(key) ?? { found: 0, all: 0 };
    tallies.set(key, { found: tally.found + (found ? 1 : 0), all: tally.all + 1 });
  }
}

/** Whether a detection of this kind may stand for a vehicle of that kind: what a rule would do with it is the same. */
function answers(seen: RoadUser, wanted: RoadUser): boolean {
  const large: readonly RoadUser[] = ['car', 'bus', 'truck'];
  return large.includes(seen) === large.includes(wanted);
}

function boxOf({ box: [left, top, right, bottom] }: Tracked): Box {
  return { left, top, right, bottom };
}

/** Every n-th picture of a clip as the detector wants it, RGB in its input's size. */
function* picturesOf(path: string, every: number): Generator<Uint8Array> {
  const filter = `select=not(mod(n\\,${every})),scale=${size.width}:${size.height}:flags=bicubic`;
  const output = ['-vf', filter, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const all = execFileSync('ffmpeg', ['-v', 'error', '-i', path, ...output], { maxBuffer: 2 ** 30 });
  const each = size.width * size.height * 3;
  for (let at = 0; at + each <= all.length; at += each) yield all.subarray(at, at + each);
}
