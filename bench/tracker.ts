/**
 * How well the tracker keeps identities, as MOTA, IDF1 and switches: on a made-up street at several picture rates, and with `--rendered`
 * on the rendered scenes behind the real detector, at five pictures a second.
 */
import { createTracker } from '../src/perception/track/tracker.ts';
import type { BenchOptions, Figures } from './run.ts';
import { markTracks, type Scene, type TrackMarks } from './tracker/marks.ts';
import { renderedScenes, trackRendered } from './tracker/rendered.ts';
import { street } from './tracker/street.ts';

const RATES = [1, 2, 3, 5, 8];
/** Of the clips' fifteen pictures a second. */
const EVERY_THIRD = 3;

export async function run(options: BenchOptions): Promise<Figures> {
  if (options.rendered !== undefined) return onRenderedScenes();
  const seeds = Number(options.seeds ?? 6);
  const figures: Record<string, number> = {};
  for (const rate of RATES) {
    const began = performance.now();
    const scenes = Array.from({ length: seeds }, (_, seed) => tracked(seed + 1, rate));
    const spent = performance.now() - began;
    const marks = markTracks(scenes.flatMap((each, seed) => each.map((scene) => apart(scene, seed))));
    const shares = { ...sharesOf(marks), millisecondsAPicture: spent / scenes.flat().length };
    for (const [name, value] of Object.entries(shares)) figures[`${name}At${rate}`] = rounded(value);
  }
  return figures;
}

async function onRenderedScenes(): Promise<Figures> {
  const figures: Record<string, number | string> = {};
  for (const name of renderedScenes()) {
    const marks = markTracks(await trackRendered(name, EVERY_THIRD, { lanes: [], zones: [], lines: [] }));
    for (const [key, value] of Object.entries(sharesOf(marks))) figures[`${name}.${key}`] = rounded(value);
  }
  return Object.keys(figures).length > 0 ? figures : { skipped: 'no rendered scenes' };
}

function sharesOf(marks: TrackMarks): Record<string, number> {
  return {
    mota: marks.mota,
    idf1: marks.idf1,
    found: 1 - marks.missed / marks.boxes,
    switchesPer1000Boxes: (1000 * marks.switches) / marks.boxes,
    falseShare: marks.false_ / marks.boxes,
    kindsRight: marks.kindsRight,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function tracked(seed: number, picturesPerSecond: number): Scene[] {
  const tracker = createTracker();
  const faults = { missed: 0.15, jitter: 0.05, falseBoxes: 0.5 };
  const options = { ...faults, seed, seconds: 60, picturesPerSecond, unevenness: 0.4, roadUsers: 30 };
  return [...street(options)].map(({ at, truth, detections }) => {
    const told = tracker.update(detections, at, 16 / 9).filter(({ lastSeenAt }) => lastSeenAt === at);
    return { truth, told };
  });
}

/** Numbers of different streets must not meet. */
function apart({ truth, told }: Scene, seed: number): Scene {
  const moved = <T extends { id: number }>(each: T): T => ({ ...each, id: each.id + seed * 100_000 });
  return { truth: truth.map(moved), told: told.map(moved) };
}
