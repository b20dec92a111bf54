/**
 * How good the incident rules are, without pictures: simulated traffic seen through a model of the detector (`incidents/detector-model.ts`), the
 * project's tracker and rules. Hundreds of staged happenings per rule, and ordinary days of many cameras that should raise nothing.
 *
 *     npm run bench -- incidents [--scenarios 200] [--hours 24] [--cameras 30] [--only stopped-vehicle] [--tuning] [--json]
 *
 * Seeds for tuning (`--tuning`) and for reporting are different sets. `--hours 0` leaves the ordinary days out.
 */

import { allFramings } from './incidents/cameras.ts';
import { workOff } from './incidents/crew.ts';
import { fittedFigures } from './incidents/detector-model.ts';
import { type StagedKind, stagedKinds } from './incidents/happenings.ts';
import { type Job, type JobContext, type JobResult, learningHours } from './incidents/job.ts';
import { countInterval, percentile, wilson } from './incidents/wilson.ts';

export interface IncidentOptions {
  readonly scenarios?: number;
  readonly hours?: number;
  readonly cameras?: number;
  readonly only?: string;
  readonly tuning?: true;
  readonly threads?: number;
}

export interface RuleFigures {
  readonly detectionRate: number;
  readonly detectionRate95: readonly [number, number];
  readonly falseShare: number;
  readonly falseShare95: readonly [number, number];
  readonly meanSeconds: number | undefined;
  readonly p95Seconds: number | undefined;
  readonly n: number;
  /** Share of the true incidents that were raised, and of those that ended that were cleared, within half a minute of the truth. */
  readonly raisedWithin30: number;
  readonly clearedWithin30: number;
  /** Alerts of this kind over its staged happenings, of which `falseShare` are false. */
  readonly alerts: number;
}

/** Hours of one piece of a day; each begins with a camera that was just started. */
const pieceHours = 2;

export async function run(options: IncidentOptions = {}) {
  const { scenarios = 200, hours = 24, cameras = 30, only } = options;
  const base = options.tuning === true ? 1 : 1_000_001;
  const context = await learnedContext(base);
  const kinds = stagedKinds.filter((kind) => only === undefined || kind === only);
  const staged = kinds.flatMap((kind) =>
    Array.from({ length: scenarios }, (_, i): Job => ({ type: 'staged', kind, seed: base + i })),
  );
  const results = await workOff(
    [...ordinaryJobs(base, hours, cameras), ...staged],
    context,
    tell,
    options.threads,
  );
  const figures = Object.fromEntries(kinds.map((kind) => [nameOf(kind), ruleFigures(kind, results)]));
  return { ...figures, ...ordinaryFigures(results, hours, cameras), scenarios };
}

/** Every framing's camera has watched ordinary traffic for a while before anything is staged. */
async function learnedContext(base: number): Promise<JobContext> {
  const context: JobContext = { figures: fittedFigures, settings: {}, learned: {} };
  const framings = allFramings.map((_, i) => i);
  const jobs = framings.map(
    (i): Job => ({
      type: 'ordinary',
      seed: base + 500_000 + i,
      startHour: 9,
      hours: learningHours,
      framings: [i],
    }),
  );
  const results = await workOff(jobs, context);
  return { ...context, learned: Object.assign({}, ...results.map(({ learned }) => learned)) };
}

/** Cameras at one junction share its traffic: ten look at each, from different places. */
function ordinaryJobs(base: number, hours: number, cameras: number): Job[] {
  const jobs: Job[] = [];
  for (let first = 0; first < cameras; first += allFramings.length) {
    const framings = allFramings.map((_, i) => i).slice(0, cameras - first);
    for (let hour = 0; hour < hours; hour += pieceHours) {
      const seed = base + 700_000 + first * 100 + hour;
      jobs.push({
        type: 'ordinary',
        seed,
        startHour: hour % 24,
        hours: Math.min(pieceHours, hours - hour),
        framings,
      });
    }
  }
  return jobs;
}

function ruleFigures(kind: StagedKind, results: readonly JobResult[]): RuleFigures {
  const own = results
    .filter(({ job }) => job.type === 'staged' && job.kind === kind)
    .map(({ verdicts }) => verdicts);
  const cases = own.flatMap((verdicts) => verdicts.cases);
  const delays = cases.map(({ delaySeconds }) => delaySeconds).filter((delay) => delay !== undefined);
  const clearings = cases
    .map(({ clearingSeconds }) => clearingSeconds)
    .filter((delay) => delay !== undefined);
  const alerts = own.reduce((sum, verdicts) => sum + (verdicts.alerts[kind] ?? 0), 0);
  const wrong = own.flatMap(({ falseAlerts }) => falseAlerts).filter((alert) => alert.kind === kind).length;
  return {
    detectionRate: round(delays.length / Math.max(1, cases.length)),
    detectionRate95: bounds(wilson(delays.length, cases.length)),
    falseShare: round(wrong / Math.max(1, alerts)),
    falseShare95: bounds(wilson(wrong, alerts)),
    meanSeconds: delays.length === 0 ? undefined : round(delays.reduce((a, b) => a + b, 0) / delays.length),
    p95Seconds: round(percentile(delays, 0.95)),
    n: cases.length,
    raisedWithin30: round(delays.filter((delay) => delay <= 30).length / Math.max(1, cases.length)),
    clearedWithin30: round(
      clearings.filter((delay) => Math.abs(delay) <= 30).length / Math.max(1, clearings.length),
    ),
    alerts,
  };
}

function ordinaryFigures(results: readonly JobResult[], hours: number, cameras: number) {
  if (hours === 0) return {};
  const days = (hours * cameras) / 24;
  const wrong = results
    .filter(({ job }) => job.type === 'ordinary')
    .flatMap(({ verdicts }) => verdicts.falseAlerts);
  const byKind = Object.groupBy(wrong, ({ kind }) => kind);
  return {
    falseAlarmsPerCameraDay: round(wrong.length / days),
    falseAlarmsPerCameraDay95: bounds(countInterval(wrong.length)).map((bound) => round(bound / days)),
    falseAlarms: Object.fromEntries(
      Object.entries(byKind).map(([kind, alerts]) => [nameOf(kind), alerts.length]),
    ),
    cameraDays: round(days),
  };
}

function tell({ job, verdicts }: JobResult, done: number): void {
  if (job.type === 'ordinary') {
    const wrong = verdicts.falseAlerts.map(({ kind, place, seconds }) => `${kind} ${place} @${seconds}`);
    process.stderr.write(
      `${done}: ordinary, seed ${job.seed}, hour ${job.startHour}: ${wrong.join(', ') || 'no false alarm'}\n`,
    );
  }
}

/** `stopped-vehicle` as `stoppedVehicle`. */
function nameOf(kind: string): string {
  return kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function round(value: number): number;
function round(value: number | undefined): number | undefined;
function round(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1000) / 1000;
}

function bounds([low, high]: readonly [number, number]): [number, number] {
  return [round(low), round(high)];
}
