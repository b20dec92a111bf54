import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Box, boxArea, intersection } from '../../src/base/index.ts';
import type { Scene as CameraScene } from '../../src/camera/index.ts';
import { viewFilters } from '../../src/perception/decode/arguments.ts';
import { PictureSheet, PixelStock } from '../../src/perception/decode/picture-sheet.ts';
import { readModel } from '../../src/perception/detect/model-files.ts';
import { openSession } from '../../src/perception/detect/onnx/session.ts';
import { planViews } from '../../src/perception/detect/plan-views.ts';
import { createTracker } from '../../src/perception/track/tracker.ts';
import type { Scene } from './marks.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'test-fixtures/scenes');
const PICTURE = { width: 640, height: 360 };
const CLIP_PER_SECOND = 15;
/** Smaller or more hidden than this nobody is asked for; a track there is not false either. */
const LEAST_PIXELS = 24;
const LEAST_VISIBLE = 0.5;

interface TrueBox {
  readonly id: number;
  readonly kind: string;
  readonly box: readonly [number, number, number, number];
  readonly visible: number;
  readonly px: number;
}

/** Names of the rendered scenes that are here. */
export function renderedScenes(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'clip.mp4')));
}

/** What detector and tracker make of every n-th picture of a rendered scene, beside the truth. `scene`: for the plan of views. */
export async function trackRendered(name: string, every: number, scene: CameraScene): Promise<Scene[]> {
  const { description, bytes } = await readModel(join(ROOT, 'models'), 'nanodet-g');
  const session = await openSession(description, bytes);
  const { size, views } = planViews(description, PICTURE, scene);
  const lines = readFileSync(join(FOLDER, name, 'tracks.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const tracker = createTracker();
  const scenes: Scene[] = [];
  const graph = viewFilters([String.raw`[0:v]select='not(mod(n\,${every}))'`], size, views, []);
  const output = ['-map', '[out]', '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
  const clip = join(FOLDER, name, 'clip.mp4');
  const child = spawn('ffmpeg', ['-v', 'error', '-i', clip, '-filter_complex', `${graph}[out]`, ...output], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready: Uint8Array[] = [];
  const stock = new PixelStock(size.width * size.height * 3 * views.length, 0);
  const sheet = new PictureSheet(stock, (pixels) => ready.push(pixels));
  for await (const piece of child.stdout) {
    sheet.write(piece as Buffer);
    for (let pixels = ready.shift(); pixels !== undefined; pixels = ready.shift()) {
      const line = lines[scenes.length * every];
      if (line === undefined) continue;
      const truth = (JSON.parse(line) as { boxes: TrueBox[] }).boxes;
      const at = 1_000_000 + (scenes.length * every * 1000) / CLIP_PER_SECOND;
      const tracks = tracker.update(
        await session.run(pixels, size, views),
        at,
        PICTURE.width / PICTURE.height,
      );
      scenes.push(
        compared(
          truth,
          tracks.filter(({ lastSeenAt }) => lastSeenAt === at),
        ),
      );
    }
  }
  await session.close();
  return scenes;
}

function compared(truth: readonly TrueBox[], told: Scene['told']): Scene {
  const asked = truth.filter(({ px, visible }) => px >= LEAST_PIXELS && visible >= LEAST_VISIBLE);
  const others = truth.filter((each) => !asked.includes(each)).map(boxOf);
  const wanted = asked.map((each) => ({ id: each.id, kind: each.kind, box: boxOf(each) }));
  const counted = told.filter(
    ({ box }) => wanted.some((each) => meets(box, each.box)) || !others.some((each) => meets(box, each)),
  );
  return { truth: wanted, told: counted };
}

function boxOf({ box: [left, top, right, bottom] }: TrueBox): Box {
  return { left, top, right, bottom };
}

function meets(a: Box, b: Box): boolean {
  const shared = intersection(a, b);
  return (
    shared.left < shared.right &&
    shared.top < shared.bottom &&
    boxArea(shared) > 0.3 * Math.min(boxArea(a), boxArea(b))
  );
}
