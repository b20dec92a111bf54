import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Scene, sceneSchema } from '../../src/camera/index.ts';
import type { IncidentKind, RuleSettingsInput } from '../../src/rules/index.ts';
import type { JudgedClip } from '../alarms.ts';
import type { TrueEvent } from './mark.ts';

/** A line of a table whose first line names its columns. */
type Row = Readonly<Record<string, string>>;

/** What clips.tsv says otherwise only in words: the original of a clip whose header is wrong. */
const trueFps: Readonly<Record<string, number>> = { cdnet_highway: 25 };

/** Classes of events.tsv that a rule tells of; the others (none, a red-light queue, a crash) are to raise nothing. */
const kinds: Readonly<Record<string, IncidentKind>> = {
  congestion: 'congestion',
  stopped_vehicle: 'stopped-vehicle',
};

/** A rule learns for 8 s and waits for its dwell: what a shorter clip shows could never be raised. Then with these instead, and marked so. */
const hurried: RuleSettingsInput = {
  watching: { learnSeconds: 1 },
  congestion: { dwellSeconds: 3 },
  stoppedVehicle: { dwellSeconds: 3 },
};
const needsSeconds = 23;

/** Real clips ($NGATU_FOOTAGE or ../shared/footage), in scenes drawn by hand: bench/alarms/footage/NAME.yaml. None where there are none. */
export function footageClips(): JudgedClip[] {
  const root = process.env.NGATU_FOOTAGE ?? resolve(import.meta.dirname, '../../../shared/footage');
  if (!existsSync(join(root, 'clips.tsv'))) return [];
  const events = table(join(root, 'events.tsv'));
  return table(join(root, 'clips.tsv')).map((row) =>
    judged(
      row,
      root,
      events.filter(({ clip }) => clip === row.clip),
    ),
  );
}

function judged(row: Row, root: string, events: readonly Row[]): JudgedClip {
  const name = row.clip!;
  const file = join(import.meta.dirname, 'footage', `${name}.yaml`);
  const scene = sceneSchema.parse(parse(readFileSync(file, 'utf8')));
  const framesPerSecond = trueFps[name] ?? Number(row.fps);
  const seconds = (Number(row.seconds) * Number(row.fps)) / framesPerSecond;
  const truth = events.flatMap((event) => truthOf(event, scene));
  const isHurried = truth.length > 0 && seconds < needsSeconds;
  return {
    name,
    file: join(root, row.file!),
    picture: { width: Number(row.width), height: Number(row.height) },
    framesPerSecond,
    every: Math.max(1, Math.floor(framesPerSecond / 10)),
    scene,
    truth,
    once: true,
    settings: isHurried ? hurried : {},
    witness: `events.tsv (${events.map(({ event }) => event).join(', ') || 'nothing told'})`,
    ...(isHurried ? { remark: `SHORT, ${seconds.toFixed(0)} s: learned for 1 s, dwell 3 s` } : {}),
  };
}

/** Where it is stands in no table: any place of the scene will do. */
function truthOf({ class: kind = '', start_s, end_s }: Row, scene: Scene): TrueEvent[] {
  const told = kinds[kind];
  if (told === undefined) return [];
  const also = [...scene.lanes.flatMap(({ id, group }) => [id, group]), ...scene.zones.map(({ id }) => id)];
  return [
    { kind: told, place: '', also, onset: Number(start_s), movers: [], end: Number(end_s), inView: null },
  ];
}

function table(file: string): Row[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const columns = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
  });
}
