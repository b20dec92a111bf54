/**
 * Fits the model of the detector to what the real one did on the rendered scenes, prints it and writes it to `detector-figures.json`:
 *
 *     node bench/incidents/fit.ts [--keep DIR]
 *
 * The whole picture in one pass, every picture of every clip; a true box is found where a box of at least 0.35 overlaps it by 0.4 (IoU).
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { type Box, boxArea, intersection, overlap } from '../../src/base/index.ts';
import { sceneSchema } from '../../src/camera/index.ts';
import type { Detection, RoadUser } from '../../src/perception/index.ts';
import { seeClip } from '../alarms/seen-clip.ts';
import type { DetectorFigures } from './detector-model.ts';

const folder = join(import.meta.dirname, '../../test-fixtures/scenes');
const framesPerSecond = 15;
const sureFrom = 0.35;
const leastOverlap = 0.4;
const kinds: readonly RoadUser[] = ['motorbike', 'bicycle', 'person', 'car', 'bus', 'truck'];
const heights = [12, 17, 24, 32, 44, 64, 96, 140] as const;
/** With fewer boxes than this a bin says nothing. */
const enough = 40;

/** One true box in one picture, and what the detector made of it. */
interface Sample {
  readonly scene: string;
  readonly frame: number;
  readonly id: number;
  readonly kind: RoadUser;
  readonly pixels: number;
  readonly visible: number;
  readonly box: Box;
  readonly found: Detection | undefined;
}

interface Stray {
  readonly scene: string;
  readonly frame: number;
  readonly box: Box;
  readonly ofSomebody: boolean;
}

const { values } = parseArgs({ options: { keep: { type: 'string' } } });
const samples: Sample[] = [];
const strays: Stray[] = [];
let pictures = 0;
for (const name of readdirSync(folder).filter((name) => existsSync(join(folder, name, 'clip.mp4'))))
  await take(name);

const found = Object.fromEntries(
  kinds.map((kind) => [kind, curveOf(kind)]),
) as unknown as DetectorFigures['found'];
const chanceOf = ({ kind, pixels }: Sample): number => alongKnots(found[kind], pixels);
const { jitter, lastingError } = errors();
const { traitShare, luckSeconds } = luck();
const { looksLike, takenFor, flip } = looks();
const figures: DetectorFigures = {
  found,
  ...visibility(),
  weakShare: weakShare(),
  traitShare,
  luckSeconds,
  jitter,
  lastingError,
  split: round(strays.filter(({ ofSomebody }) => ofSomebody).length / samples.filter(sure).length),
  looksLike,
  takenFor,
  flip,
  ...falseBoxes(),
};
const text = `${JSON.stringify(figures, null, 2)}\n`;
process.stdout.write(`${samples.length} true boxes in ${pictures} pictures\n${text}`);
writeFileSync(join(import.meta.dirname, 'detector-figures.json'), text);

async function take(name: string): Promise<void> {
  const file = join(folder, name, 'clip.mp4');
  const scene = sceneSchema.parse(parse(readFileSync(join(folder, name, 'scene.yaml'), 'utf8')));
  const picture = { width: 640, height: 360 };
  const seen = await seeClip({ file, picture, framesPerSecond, every: 1, scene, keepIn: values.keep });
  const lines = readFileSync(join(folder, name, 'tracks.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  for (const [frame, line] of lines.entries()) {
    const { boxes } = JSON.parse(line) as {
      boxes: {
        id: number;
        kind: RoadUser;
        box: [number, number, number, number];
        visible: number;
        px: number;
      }[];
    };
    const detections = seen.pictures[frame]?.whole ?? [];
    pictures++;
    match(name, frame, boxes, detections);
  }
}

type Marked = {
  id: number;
  kind: RoadUser;
  box: [number, number, number, number];
  visible: number;
  px: number;
};

function match(
  scene: string,
  frame: number,
  boxes: readonly Marked[],
  detections: readonly Detection[],
): void {
  const truths = boxes.map((one) => ({ ...one, area: toBox(one.box) }));
  const pairs = truths
    .flatMap((truth) =>
      detections.map((detection) => ({ truth, detection, iou: overlap(truth.area, detection.box) })),
    )
    .filter(({ iou }) => iou >= leastOverlap)
    .sort((a, b) => Number(isSure(b.detection)) - Number(isSure(a.detection)) || b.iou - a.iou);
  const of = new Map<Marked, Detection>();
  const used = new Set<Detection>();
  for (const { truth, detection } of pairs) {
    if (of.has(truth) || used.has(detection)) continue;
    of.set(truth, detection);
    used.add(detection);
  }
  for (const truth of truths) {
    const { id, kind, px, visible, area } = truth;
    samples.push({ scene, frame, id, kind, pixels: px, visible, box: area, found: of.get(truth) });
  }
  for (const detection of detections) {
    if (used.has(detection) || detection.confidence < sureFrom) continue;
    const shared = Math.max(0, ...truths.map(({ area }) => sharedWith(area, detection.box)));
    if (shared < 0.1) strays.push({ scene, frame, box: detection.box, ofSomebody: false });
    else if (shared > 0.6) strays.push({ scene, frame, box: detection.box, ofSomebody: true });
  }
}

function sure({ found: detection }: Sample): boolean {
  return detection !== undefined && isSure(detection);
}

function isSure({ confidence }: Detection): boolean {
  return confidence >= sureFrom;
}

/** Share of boxes found for sure by height, of those that can be seen well. */
function curveOf(kind: RoadUser): (readonly [number, number])[] {
  const plain = samples.filter(
    (sample) => sample.kind === kind && sample.visible >= 0.75 && isInside(sample.box),
  );
  const knots: (readonly [number, number])[] = [];
  for (const [i, height] of heights.entries()) {
    const from = i === 0 ? 9 : Math.sqrt(height * heights[i - 1]!);
    const to = i === heights.length - 1 ? 400 : Math.sqrt(height * heights[i + 1]!);
    const bin = plain.filter(({ pixels }) => pixels >= from && pixels < to);
    if (bin.length < enough) continue;
    knots.push([height, round(Math.min(0.98, bin.filter(sure).length / bin.length))]);
  }
  return knots;
}

/** Share found of what is partly hidden, relative to what is not: a line from nothing to all. */
function visibility(): { visibleNone: number; visibleFull: number } {
  const bins = [0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85].map((middle) => {
    const bin = samples.filter(({ visible, pixels }) => Math.abs(visible - middle) < 0.05 && pixels >= 20);
    const expected = bin.reduce((sum, sample) => sum + chanceOf(sample), 0);
    return { middle, ratio: bin.filter(sure).length / Math.max(1, expected) };
  });
  let best = { visibleNone: 0, visibleFull: 1, error: Number.POSITIVE_INFINITY };
  for (let none = 0; none < 0.6; none += 0.05)
    for (let full = none + 0.1; full <= 1; full += 0.05) {
      const error = bins.reduce(
        (sum, { middle, ratio }) => sum + (clip((middle - none) / (full - none)) - Math.min(1, ratio)) ** 2,
        0,
      );
      if (error < best.error) best = { visibleNone: round(none), visibleFull: round(full), error };
    }
  return { visibleNone: best.visibleNone, visibleFull: best.visibleFull };
}

function weakShare(): number {
  const plain = samples.filter(({ visible, pixels }) => visible >= 0.75 && pixels >= 16);
  const weak = plain.filter((sample) => sample.found !== undefined && !sure(sample)).length;
  const room = plain.reduce((sum, sample) => sum + chanceOf(sample) * (1 - chanceOf(sample)), 0);
  return round(weak / room);
}

/** Errors of edges as shares of the box: what changes from one picture to the next but three, and what stays. */
function errors(): { jitter: number; lastingError: number } {
  const ways = [...waysOf().values()];
  const [changing, all]: [number[], number[]] = [[], []];
  for (const way of ways)
    for (const [i, sample] of way.entries()) {
      const later = way[i + 3];
      const now = errorOf(sample);
      if (now === undefined) continue;
      all.push(...now);
      const then = later !== undefined && later.frame === sample.frame + 3 ? errorOf(later) : undefined;
      if (then !== undefined) changing.push(...now.map((edge, k) => edge - then[k]!));
    }
  const jitter = deviation(changing) / Math.SQRT2;
  return {
    jitter: round(jitter),
    lastingError: round(Math.sqrt(Math.max(0, deviation(all) ** 2 - jitter ** 2))),
  };
}

function errorOf(sample: Sample): number[] | undefined {
  const { found: detection, box, visible } = sample;
  if (!sure(sample) || detection === undefined || visible < 0.9 || !isInside(box)) return undefined;
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  return [
    (detection.box.left - box.left) / width,
    (detection.box.top - box.top) / height,
    (detection.box.right - box.right) / width,
    (detection.box.bottom - box.bottom) / height,
  ];
}

/** How misses of one road user go together: at all times (its looks), and at times close by (its luck). */
function luck(): { traitShare: number; luckSeconds: number } {
  const ways = [...waysOf().values()].map((way) =>
    way.filter(({ visible, pixels }) => visible >= 0.75 && pixels >= 16),
  );
  const at = (frames: number): number => {
    let [product, room] = [0, 0];
    for (const way of ways)
      for (const [i, sample] of way.entries()) {
        const later = way[i + frames];
        if (later === undefined || later.frame !== sample.frame + frames) continue;
        const [a, b] = [chanceOf(sample), chanceOf(later)];
        product += (Number(sure(sample)) - a) * (Number(sure(later)) - b);
        room += Math.sqrt(a * (1 - a) * b * (1 - b));
      }
    return room === 0 ? 0 : product / room;
  };
  const lags = [3, 6, 9, 15, 22, 30, 45, 60].map((frames) => ({
    seconds: frames / framesPerSecond,
    value: at(frames),
  }));
  let best = { traitShare: 0, luckSeconds: 1, error: Number.POSITIVE_INFINITY };
  for (let traitShare = 0; traitShare < 0.9; traitShare += 0.02)
    for (let luckSeconds = 0.1; luckSeconds < 6; luckSeconds += 0.1) {
      const error = lags.reduce(
        (sum, { seconds, value }) =>
          sum + (traitShare + (1 - traitShare) * Math.exp(-seconds / luckSeconds) - value) ** 2,
        0,
      );
      if (error < best.error)
        best = { traitShare: round(traitShare), luckSeconds: round(luckSeconds), error };
    }
  return { traitShare: best.traitShare, luckSeconds: best.luckSeconds };
}

/** Whether the box is surely of this one, not of somebody close by. */
function isItsOwn({ found: detection, box, visible }: Sample): boolean {
  return detection !== undefined && visible >= 0.9 && overlap(detection.box, box) >= 0.6;
}

function looks(): Pick<DetectorFigures, 'looksLike' | 'takenFor' | 'flip'> {
  const takenFor: Record<string, Partial<Record<RoadUser, number>>> = {};
  for (const kind of kinds) {
    const own = samples.filter((sample) => sample.kind === kind && sure(sample) && isItsOwn(sample));
    const shares = kinds
      .map(
        (taken) =>
          [
            taken,
            round(own.filter((s) => s.found?.kind === taken).length / Math.max(1, own.length)),
          ] as const,
      )
      .filter(([, share]) => share >= 0.01);
    takenFor[kind] = own.length < enough ? { [kind]: 1 } : Object.fromEntries(shares);
  }
  const most: Record<string, Partial<Record<RoadUser, number>>> = Object.fromEntries(
    kinds.map((kind) => [kind, {}]),
  );
  let [differs, expected] = [0, 0];
  for (const way of waysOf().values()) {
    const own = way.filter((sample) => sure(sample) && isItsOwn(sample));
    if (own.length < 10) continue;
    const counts = [...Map.groupBy(own, (sample) => sample.found!.kind)].sort(
      ([, a], [, b]) => b.length - a.length,
    );
    const [looks, same] = counts[0]!;
    most[own[0]!.kind]![looks] = (most[own[0]!.kind]![looks] ?? 0) + 1;
    differs += own.length - same.length;
    const shares = Object.values(takenFor[own[0]!.kind]!);
    expected += own.length * (1 - shares.reduce((sum, share) => sum + share * share, 0));
  }
  const looksLike = Object.fromEntries(
    kinds.map((kind) => [kind, Object.keys(most[kind]!).length === 0 ? { [kind]: 1 } : most[kind]]),
  ) as DetectorFigures['looksLike'];
  return {
    looksLike,
    takenFor: takenFor as DetectorFigures['takenFor'],
    flip: round(Math.min(1, differs / Math.max(1, expected))),
  };
}

/** Boxes where nobody is: those that stay in a place for more than a second, once, and the others. */
function falseBoxes(): Pick<DetectorFigures, 'loneFalse' | 'lastingFalsePerHour' | 'falseSeconds'> {
  const places: { scene: string; box: Box; first: number; last: number; count: number }[] = [];
  for (const { scene, frame, box, ofSomebody } of strays) {
    if (ofSomebody) continue;
    const known = places.find(
      (place) =>
        place.scene === scene && frame - place.last < 2 * framesPerSecond && overlap(place.box, box) > 0.5,
    );
    if (known === undefined) places.push({ scene, box, first: frame, last: frame, count: 1 });
    else Object.assign(known, { box, last: frame, count: known.count + 1 });
  }
  // What is taken for a vehicle time and again stands there from the start: no rule tells of it.
  const again = (place: (typeof places)[number]): boolean =>
    places.some(
      (other) => other !== place && other.scene === place.scene && overlap(other.box, place.box) > 0.4,
    );
  const lasting = places.filter((place) => place.last - place.first > framesPerSecond && !again(place));
  const lone = places.filter((place) => !lasting.includes(place)).reduce((sum, { count }) => sum + count, 0);
  const hours = pictures / framesPerSecond / 3600;
  const seconds = lasting.map(({ first, last }) => (last - first) / framesPerSecond);
  return {
    loneFalse: round(lone / pictures),
    lastingFalsePerHour: round(lasting.length / hours),
    falseSeconds: lasting.length === 0 ? 0 : round(seconds.reduce((a, b) => a + b, 0) / lasting.length),
  };
}

function waysOf(): Map<string, Sample[]> {
  return Map.groupBy(samples, ({ scene, id }) => `${scene} ${id}`);
}

function sharedWith(a: Box, b: Box): number {
  const both = intersection(a, b);
  return both.left < both.right && both.top < both.bottom
    ? boxArea(both) / Math.min(boxArea(a), boxArea(b))
    : 0;
}

function isInside({ left, top, right, bottom }: Box): boolean {
  return left > 0.005 && top > 0.005 && right < 0.995 && bottom < 0.99;
}

function toBox([left, top, right, bottom]: readonly [number, number, number, number]): Box {
  return { left, top, right, bottom };
}

function alongKnots(knots: readonly (readonly [number, number])[], at: number): number {
  const after = knots.findIndex(([height]) => height >= at);
  if (after === 0) return knots[0]![1];
  if (after < 0) return knots.at(-1)?.[1] ?? 0;
  const [[x0, y0], [x1, y1]] = [knots[after - 1]!, knots[after]!];
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}

/** Standard deviation by the median of deviations: boxes that belong to somebody else do not count. */
function deviation(of: readonly number[]): number {
  const middle = median(of);
  return 1.4826 * median(of.map((value) => Math.abs(value - middle)));
}

function median(of: readonly number[]): number {
  return [...of].sort((a, b) => a - b)[of.length >> 1] ?? 0;
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
