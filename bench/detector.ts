/**
 * How well the default model finds vehicles in real pictures, in one pass and with a second look at the middle of the far field:
 * AP50 and recall of one class "vehicle". `--fp32 FILE` compares with the unquantised graph that make-nanodet.sh can write.
 * Needs the footage ($NGATU_FOOTAGE or ../shared/footage), which is not part of the project.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from '../src/base/index.ts';
import { describeModel, type ModelDescription } from '../src/perception/detect/description.ts';
import { readModel } from '../src/perception/detect/model-files.ts';
import { openSession, type Session } from '../src/perception/detect/onnx/session.ts';
import { familyOf } from '../src/perception/detect/road-users.ts';
import { letterbox, viewSize } from '../src/perception/detect/view.ts';
import { type Judged, type Marks, mark } from './detector/marks.ts';
import { type PictureSet, pictureSets, truthOf, viewsOf } from './detector/pictures.ts';
import type { BenchOptions, Figures } from './run.ts';

const WHOLE: Box = { left: 0, top: 0, right: 1, bottom: 1 };
const MIDDLE: Box = { left: 0.15, top: 0.05, right: 0.85, bottom: 0.75 };
const PASSES = { onePass: [WHOLE], withCrop: [WHOLE, MIDDLE] } as const;
/** Low enough that average precision sees the whole curve. */
const LEAST = 0.05;
const IN_USE = 0.35;

export async function run(options: BenchOptions): Promise<Figures> {
  const sets = pictureSets();
  if (sets.length === 0) return { skipped: 'no footage on this machine' };
  const models = join(import.meta.dirname, '..', 'models');
  const { description, bytes } = await readModel(models, String(options.model ?? 'nanodet-g'));
  const size = {
    width: Number(options.width ?? description.input.width),
    height: Number(options.height ?? description.input.height),
  };
  const eager = describeModel(
    { ...description, leastConfidence: LEAST, input: { ...description.input, ...size } },
    'bench',
  );
  const figures = await figuresOf(eager, bytes, sets, '');
  const fp32 = options.fp32;
  return typeof fp32 === 'string'
    ? { ...figures, ...(await figuresOf(eager, await readFile(fp32), sets, 'Fp32')) }
    : figures;
}

async function figuresOf(
  model: ModelDescription,
  bytes: Uint8Array,
  sets: readonly PictureSet[],
  suffix: string,
): Promise<Figures> {
  const session = await openSession(model, bytes);
  const figures: Record<string, number> = {};
  for (const set of sets)
    for (const [passes, parts] of Object.entries(PASSES)) {
      const { marks, milliseconds } = await judge(session, model, set, parts);
      const name = `${set.name}${passes[0]!.toUpperCase()}${passes.slice(1)}${suffix}`;
      for (const [key, value] of Object.entries({ ...marks, milliseconds }))
        figures[`${name}.${key}`] = Math.round(value * 1000) / 1000;
    }
  await session.close();
  return figures;
}

async function judge(
  session: Session,
  model: ModelDescription,
  set: PictureSet,
  parts: readonly Box[],
): Promise<{ marks: Marks; milliseconds: number }> {
  const size = viewSize(model, set.shape);
  const views = parts.map((part) => letterbox(set.shape, part, size));
  const judged: Judged[] = [];
  let spent = 0;
  for await (const pixels of viewsOf(set, size, views)) {
    const began = process.cpuUsage();
    const found = await session.run(pixels, size, views);
    const used = process.cpuUsage(began);
    spent += (used.user + used.system) / 1000;
    const vehicles = found.filter(({ kind }) => familyOf(kind) === 'vehicle');
    judged.push({ found: vehicles, truth: truthOf(set, set.files[judged.length]!) });
  }
  return { marks: mark(judged, IN_USE), milliseconds: spent / judged.length };
}
