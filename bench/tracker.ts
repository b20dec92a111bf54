/** How well the tracker keeps identities on a made-up street, at several picture rates: MOTA, IDF1, switches. */
import { createTracker } from '../src/perception/track/tracker.ts';
import type { BenchOptions, Figures } from './run.ts';
import { markTracks, type Scene } from './tracker/marks.ts';
import { street } from './tracker/street.ts';

const RATES = [1, 2, 3, 5, 8];

export async function run(options: BenchOptions): Promise<Figures> {
  const seeds = Number(options.seeds ?? 6);
  const figures: Record<string, number> = {};
  for (const rate of RATES) {
    const began = performance.now();
    const scenes = Array.from({ length: seeds }, (_, seed) => tracked(seed + 1, rate));
    const spent = performance.now() - began;
    const marks = markTracks(scenes.flatMap((each, seed) => each.map((scene) => apart(scene, seed))));
    const of = (name: string, value: number) => {
      figures[`${name}At${rate}`] = Math.round(value * 1000) / 1000;
    };
    of('mota', marks.mota);
    of('idf1', marks.idf1);
    of('switchesPer1000Boxes', (1000 * marks.switches) / marks.boxes);
    of('falseShare', marks.false_ / marks.boxes);
    of('kindsRight', marks.kindsRight);
    of('millisecondsAPicture', spent / scenes.flat().length);
  }
  return figures;
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
