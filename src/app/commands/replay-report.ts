import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import type { Incident, ReplayDifference, ShiftedIncident } from '#rules';

/** What came of the replay of one camera. */
export interface ReplayedCamera {
  readonly id: CameraId;
  readonly name: string;
  /** Pictures whose tracks were stored; 0: there was nothing to try the rules on. */
  readonly observations: number;
  /** Whether the changed file still analyses it. */
  readonly analysed: boolean;
  readonly difference: ReplayDifference;
}

export interface ReplayReport {
  readonly config: string;
  readonly against: string;
  readonly timezone: string;
  readonly days: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly cameras: readonly ReplayedCamera[];
  /** Same scene and rules in both files. */
  readonly unchanged: readonly CameraId[];
}

/** How many incidents appear, vanish, shift, stay. */
type Counts = readonly [number, number, number, number];

/** For people: grouped by camera and rule, totals at the end. Times in the site's zone. */
export function replayText(report: ReplayReport): string {
  const { config, against, days, cameras, unchanged, timezone } = report;
  const time = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' },
  });
  const said = (at: EpochMs) => time.format(at);
  const same =
    unchanged.length === 0
      ? []
      : [`same scene and rules in both files, not replayed: ${unchanged.join(', ')}`];
  const lines = [
    `${config} instead of ${against}, the last ${days === 1 ? 'day' : `${days} days`} (${timezone})`,
    ...cameras.flatMap((camera) => ['', ...cameraLines(camera, said)]),
    ...(cameras.length === 0 ? [] : ['', ...totalLines(cameras)]),
    ...(same.length === 0 ? [] : ['', ...same]),
  ];
  return `${lines.join('\n')}\n`;
}

function cameraLines(
  { id, name, observations, analysed, difference }: ReplayedCamera,
  said: (at: EpochMs) => string,
): string[] {
  const head = `${id}  ${name}${analysed ? '' : ' (no longer analysed)'}`;
  if (observations === 0) return [head, '  no tracks'];
  const kinds = kindsOf([difference]);
  if (kinds.length === 0) return [head, '  no incident under either'];
  return [
    head,
    ...kinds.flatMap((kind) => {
      const [appear, vanish, shift, stay] = countsOf([difference], kind);
      const of = (incidents: readonly Incident[]) => incidents.filter((one) => one.kind === kind);
      return [
        `  ${kind}: ${appear} appear, ${vanish} vanish, ${shift} shift, ${stay} stay`,
        ...of(difference.appear).map((one) => `    appears   ${lifeOf(one, said)}`),
        ...of(difference.vanish).map((one) => `    vanishes  ${lifeOf(one, said)}`),
        ...difference.shift
          .filter(({ after }) => after.kind === kind)
          .map((one) => `    shifts    ${said(one.before.detectedAt)}  ${one.after.place}  ${shiftOf(one)}`),
      ];
    }),
  ];
}

function lifeOf({ detectedAt, clearedAt, place }: Incident, said: (at: EpochMs) => string): string {
  const end = clearedAt === undefined ? 'not cleared' : `cleared after ${duration(clearedAt - detectedAt)}`;
  return `${said(detectedAt)}  ${place}  ${end}`;
}

function shiftOf({ before, after, detectedLaterSeconds, clearedLaterSeconds }: ShiftedIncident): string {
  const told = `raised ${later(detectedLaterSeconds)}`;
  if (clearedLaterSeconds !== undefined) return `${told}, cleared ${later(clearedLaterSeconds)}`;
  if (before.clearedAt !== undefined) return `${told}, no longer cleared`;
  return after.clearedAt === undefined ? told : `${told}, now cleared`;
}

function later(seconds: number): string {
  if (Math.abs(seconds) < 0.5) return 'at the same time';
  return `${duration(Math.abs(seconds) * 1000)} ${seconds > 0 ? 'later' : 'earlier'}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function totalLines(cameras: readonly ReplayedCamera[]): string[] {
  const all = cameras.map(({ difference }) => difference);
  const row = (title: string, cells: readonly (string | number)[]) =>
    `${title.padEnd(18)}${cells.map((cell) => String(cell).padStart(8)).join('')}`;
  return [
    row('in all', ['appear', 'vanish', 'shift', 'stay']),
    ...kindsOf(all).map((kind) => row(`  ${kind}`, countsOf(all, kind))),
    row('  every rule', countsOf(all)),
  ];
}

function kindsOf(all: readonly ReplayDifference[]): string[] {
  const kinds = all.flatMap(({ appear, vanish, shift, same }) =>
    [...appear, ...vanish, ...shift.map(({ after }) => after), ...same].map(({ kind }) => kind),
  );
  return [...new Set(kinds)].sort();
}

/** Of one rule, or of all. */
function countsOf(all: readonly ReplayDifference[], kind?: string): Counts {
  const count = (incidents: (of: ReplayDifference) => readonly Incident[]) =>
    all.flatMap(incidents).filter((one) => kind === undefined || one.kind === kind).length;
  return [
    count(({ appear }) => appear),
    count(({ vanish }) => vanish),
    count(({ shift }) => shift.map(({ after }) => after)),
    count(({ same }) => same),
  ];
}

/** For programs: times as RFC 3339, incidents as the API has them. */
export function replayJson({ cameras, from, to, ...rest }: ReplayReport): string {
  const all = cameras.map(({ difference }) => difference);
  const [appear, vanish, shift, stay] = countsOf(all);
  const report = {
    ...rest,
    from: instant(from),
    to: instant(to),
    totals: { appear, vanish, shift, stay },
    cameras: cameras.map(({ difference, ...camera }) => ({
      ...camera,
      appear: difference.appear.map(incidentJson),
      vanish: difference.vanish.map(incidentJson),
      shift: difference.shift.map(({ before, after, ...by }) => ({
        ...by,
        ...{ before: incidentJson(before), after: incidentJson(after) },
      })),
      stay: difference.same.map(incidentJson),
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function incidentJson({ onsetAt, detectedAt, clearedAt, updatedAt, ...rest }: Incident) {
  return {
    ...rest,
    ...{ onsetAt: instant(onsetAt), detectedAt: instant(detectedAt), updatedAt: instant(updatedAt) },
    clearedAt: clearedAt && instant(clearedAt),
  };
}

function instant(at: EpochMs): string {
  return new Date(at).toISOString();
}
