import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { systemClock as clock, type EpochMs, NgatuError } from '#base';
import type { CameraId } from '#camera';
import type { ReplayedRules } from '#rules';
import type { Configuration } from '../config/index.ts';
import { utcOffsetMinutes as offsetOf } from '../time-zone.ts';
import { checkedConfiguration } from './checked-configuration.ts';
import { type Command, parseWords, UsageError, wholeNumber } from './command.ts';
import { type ComparedCamera, listed, replayCameras } from './replay-cameras.ts';
import { replayJson, replayText } from './replay-report.ts';

const options = {
  config: { type: 'string' },
  against: { type: 'string', default: 'streams.yaml' },
  data: { type: 'string', default: 'data' },
  days: { type: 'string', default: '7' },
  camera: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

const DAY_MS = 86_400_000;

export const replay: Command = {
  summary: 'try changed rules or scenes on stored tracks, before they are applied',
  parameters: '--config FILE [--against FILE] [--data DIR] [--days N] [--camera ID]… [--json]',
  about: `Runs the tracks that the gateway has stored through the rules of both files and lists which incidents would appear,
vanish and shift. Nothing is applied. Cameras whose scene and rules are the same in both are left out.
  --config FILE     with the changed thresholds or scenes
  --against FILE    what they are compared with; streams.yaml unless told
  --data DIR        the gateway's data folder; ./data unless told. The gateway may be running
  --days N          the last N days, 1 to 366; 7 unless told
  --camera ID       only this one; may come several times
  --json            for programs
Exit code 0, also where much differs; 1: a file has mistakes, or there are no tracks.`,
  async run(words) {
    const { values } = parseWords(words, options);
    if (values.config === undefined) throw new UsageError('--config names the file with the changed rules');
    const days = wholeNumber('days', values.days, 1, 366) ?? 7;
    const [changed, against] = [checkedConfiguration(values.config), checkedConfiguration(values.against)];
    const to = clock.now();
    const span = { days, from: to - days * DAY_MS, to };
    const compared = comparedCameras(against, changed, to);
    checkNames(values.camera ?? [], compared, changed, values.config);
    const asked = compared.filter(({ id }) => values.camera?.includes(id) ?? true);
    const differing = asked.filter(({ before, after }) => !isDeepStrictEqual(before, after));
    const cameras = differing.length === 0 ? [] : await replayCameras(differing, resolve(values.data), span);
    const report = {
      ...{ config: values.config, against: values.against, timezone: changed.site.timezone, ...span },
      ...{ cameras, unchanged: asked.filter((one) => !differing.includes(one)).map(({ id }) => id) },
    };
    process.stdout.write(values.json ? replayJson(report) : replayText(report));
    return 0;
  },
};

/** Every camera that is analysed in either file. */
function comparedCameras(against: Configuration, changed: Configuration, now: EpochMs): ComparedCamera[] {
  const [before, after] = [rulesOf(against, now), rulesOf(changed, now)];
  const names = new Map(
    [...against.cameras, ...changed.cameras].map(({ camera }) => [camera.id, camera.name]),
  );
  return [...new Set([...after.keys(), ...before.keys()])].map((id) => ({
    ...{ id, name: names.get(id)!, before: before.get(id), after: after.get(id) },
  }));
}

function rulesOf({ site, cameras }: Configuration, now: EpochMs): Map<CameraId, ReplayedRules> {
  const utcOffsetMinutes = offsetOf(site.timezone, now);
  return new Map(
    cameras.flatMap(({ camera: { id, analysis }, rules: settings }) =>
      analysis && settings ? [[id, { scene: analysis.scene, settings, utcOffsetMinutes }]] : [],
    ),
  );
}

function checkNames(
  ids: readonly CameraId[],
  compared: readonly ComparedCamera[],
  { cameras }: Configuration,
  file: string,
): void {
  for (const id of ids) {
    if (compared.some((one) => one.id === id)) continue;
    const known = cameras.some(({ camera }) => camera.id === id);
    throw new NgatuError(
      'REPLAY_CAMERA',
      known
        ? `camera '${id}' has no scene in ${file}, so no rules: give it \`analysis.scene\`, or choose another`
        : `there is no camera '${id}' in ${file}; analysed are ${listed(compared.map(({ id }) => id))}`,
      { kind: 'config' },
    );
  }
}
