import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { systemClock as clock, createLog, type EpochMs, NgatuError } from '#base';
import type { CameraId } from '#camera';
import type { Observation } from '#perception';
import { type ReplayedRules, replay } from '#rules';
import { openTrackArchive, type TrackArchive } from '#store';
import type { ReplayedCamera } from './replay-report.ts';

/** A camera with the rules that it has and those that it would have; undefined where it is not analysed. */
export interface ComparedCamera {
  readonly id: CameraId;
  readonly name: string;
  readonly before: ReplayedRules | undefined;
  readonly after: ReplayedRules | undefined;
}

/** The last so many days. */
export interface Span {
  readonly days: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** It may run beside the gateway, which goes first. */
const NICENESS = 10;

/** One camera after the other; those without tracks are in the list too, unless that is all of them. */
export async function replayCameras(
  compared: readonly ComparedCamera[],
  dataFolder: string,
  span: Span,
): Promise<ReplayedCamera[]> {
  const dir = join(dataFolder, 'tracks');
  if (!existsSync(dir))
    throw new NgatuError(
      'REPLAY_NO_TRACKS',
      `there is no folder '${dir}': --data takes the folder that the gateway keeps its data in`,
      { kind: 'config' },
    );
  setPriority(NICENESS);
  const archive = openTrackArchive({ dir, clock, log: createLog({ level: 'warn' }) });
  const cameras: ReplayedCamera[] = [];
  for (const [i, one] of compared.entries())
    cameras.push(await replayOne(archive, one, span, `${one.id}, ${i + 1} of ${compared.length}`));
  if (cameras.every(({ observations }) => observations === 0))
    throw new NgatuError(
      'REPLAY_NO_TRACKS',
      `'${dir}' has no tracks of the last ${span.days === 1 ? 'day' : `${span.days} days`} of ${listed(compared.map(({ id }) => id))}`,
      { kind: 'config' },
    );
  return cameras;
}

async function replayOne(
  archive: TrackArchive,
  { id, name, before, after }: ComparedCamera,
  { from, to }: Span,
  title: string,
): Promise<ReplayedCamera> {
  let observations = 0;
  async function* counted(): AsyncGenerator<Observation> {
    const progress = progressOf(title, from, to);
    for await (const observation of archive.read(id, from, to)) {
      if (observations++ % 1000 === 0) progress.at(observation.capturedAt);
      yield observation;
    }
    progress.end(observations);
  }
  const difference = await replay(counted(), id, before, after);
  return { id, name, observations, analysed: after !== undefined, difference };
}

/** On stderr: how far one camera has come where somebody watches, and a line when it is done. */
function progressOf(title: string, from: EpochMs, to: EpochMs) {
  const watched = process.stderr.isTTY;
  return {
    at(time: EpochMs): void {
      if (watched) process.stderr.write(`\r${title}: ${Math.round((100 * (time - from)) / (to - from))} %`);
    },
    end: (observations: number) =>
      void process.stderr.write(`${watched ? '\r' : ''}${title}: ${observations} pictures\n`),
  };
}

export function listed(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : `${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ', …' : ''}`;
}
