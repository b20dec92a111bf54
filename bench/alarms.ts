/**
 * Which alarms detector, tracker and rules raise on clips that play in a loop, beside what truly happened: the rendered scenes of this
 * repository, and with `--footage` real clips ($NGATU_FOOTAGE or ../shared/footage, not part of the project) in scenes drawn by hand,
 * each played once.
 *
 *   npm run bench -- alarms [--rate 5] [--minutes 10] [--only NAME] [--footage] [--keep DIR] [--verbose]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Scene, sceneSchema } from '../src/camera/index.ts';
import type { RuleSettingsInput } from '../src/rules/index.ts';
import { footageClips } from './alarms/footage.ts';
import { type Marks, mark, type TrueEvent } from './alarms/mark.ts';
import { type Played, play } from './alarms/play.ts';
import { type ClipToSee, seeClip } from './alarms/seen-clip.ts';
import type { BenchOptions, Figures } from './run.ts';

/** A clip, its scene and what happens in it, in seconds of the clip. */
export interface JudgedClip extends Omit<ClipToSee, 'keepIn'> {
  readonly name: string;
  readonly truth: readonly TrueEvent[];
  /** Plays from beginning to end and stops, where its end does not lead into its beginning. */
  readonly once?: boolean;
  readonly settings?: RuleSettingsInput;
  /** Who tells the truth, and in which words. */
  readonly witness?: string;
  /** To be said with its figures. */
  readonly remark?: string;
}

export async function run(options: BenchOptions): Promise<Figures> {
  const rate = Number(options.rate ?? 5);
  const minutes = Number(options.minutes ?? 10);
  const all = options.footage === undefined ? renderedClips() : footageClips();
  if (all.length === 0) return { skipped: 'no footage on this machine' };
  const figures: Record<string, number | string> = {};
  for (const clip of all.filter(({ name }) => options.only === undefined || options.only === name)) {
    const seen = await seeClip({
      ...clip,
      keepIn: typeof options.keep === 'string' ? options.keep : undefined,
    });
    const loopSeconds = seen.pictures.length / seen.picturesPerSecond;
    const seconds = clip.once === true ? loopSeconds : minutes * 60;
    const played = play(seen, { scene: clip.scene, settings: clip.settings ?? {}, rate, seconds });
    const marks = mark(played.told, clip.truth, loopSeconds, seconds);
    const { extra } = marks;
    const words = [inWords(marks), watchedInWords(played), agreement(marks, played, clip), clip.remark];
    figures[clip.name] = words.filter((word) => word !== undefined).join('; ');
    if (options.verbose === true)
      for (const { incident, seconds } of extra)
        console.error(
          `${clip.name}: ${incident.kind} at ${incident.place} ${seconds.toFixed(1)} s (${(seconds % loopSeconds).toFixed(1)} of the clip)`,
          incident.measures,
        );
  }
  return figures;
}

function inWords({ found, missed, extra, delays }: Marks): string {
  const longest = delays.length === 0 ? '' : ` after ${Math.max(...delays).toFixed(1)} s at most`;
  const others = [...new Set(extra.map(({ incident }) => `${incident.kind} at ${incident.place}`))];
  const which = others.length === 0 ? '' : ` (${others.join(', ')})`;
  return `${found} of ${found + missed} raised${longest}, ${extra.length} others${which}`;
}

function watchedInWords({ judgedSeconds, onRoad }: Played): string {
  return `${onRoad} tracks in lanes, judged for ${judgedSeconds.toFixed(0)} s`;
}

function agreement({ missed, extra }: Marks, { judgedSeconds, onRoad }: Played, { witness }: JudgedClip) {
  if (witness === undefined) return undefined;
  if (onRoad === 0) return `NOTHING SEEN, so nothing to hold against ${witness}`;
  if (judgedSeconds === 0) return `TOO SHORT to be held against ${witness}`;
  return `${missed + extra.length === 0 ? 'agrees with' : 'DIFFERS from'} ${witness}`;
}

function renderedClips(): JudgedClip[] {
  const folder = join(import.meta.dirname, '../test-fixtures/scenes');
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'clip.mp4')))
    .map((name) => {
      const read = (file: string): string => readFileSync(join(folder, name, file), 'utf8');
      const scene: Scene = sceneSchema.parse(parse(read('scene.yaml')));
      const truth = (JSON.parse(read('incidents.json')) as TrueEvent[]).filter(
        ({ inView, movers }) => inView !== null || movers.length === 0,
      );
      const picture = { width: 640, height: 360 };
      return {
        name,
        file: join(folder, name, 'clip.mp4'),
        picture,
        framesPerSecond: 15,
        every: 1,
        scene,
        truth,
      };
    });
}
