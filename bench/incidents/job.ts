import { ordinaryDay, run } from '../../scripts/scenes/traffic/index.ts';
import {
  createRuleEngine,
  type Learned,
  type RuleSettingsInput,
  ruleSettingsSchema,
} from '../../src/rules/index.ts';
import { allFramings, type Framing, sceneOf, watchedBy } from './cameras.ts';
import type { DetectorFigures } from './detector-model.ts';
import { type StagedKind, stage } from './happenings.ts';
import { Judge, type Verdicts } from './judge.ts';
import { lensOf, look } from './projection.ts';
import { StretchTruth } from './stretch-truth.ts';
import { epoch, Watch } from './watch.ts';

/** What a worker is asked to do; plain data. */
export type Job =
  | { readonly type: 'staged'; readonly kind: StagedKind; readonly seed: number }
  | {
      readonly type: 'ordinary';
      readonly seed: number;
      readonly startHour: number;
      readonly hours: number;
      readonly framings: readonly number[];
    };

export interface JobContext {
  readonly figures: DetectorFigures;
  readonly settings: RuleSettingsInput;
  /** What each framing's camera has learned before, by its name. */
  readonly learned: Readonly<Record<string, Learned>>;
}

export interface JobResult {
  readonly job: Job;
  readonly verdicts: Verdicts;
  readonly learned: Readonly<Record<string, Learned>>;
}

/** How long each camera watches ordinary traffic before anything is staged. */
export const learningHours = 1;

/** Moments a second of the simulation; pictures are some of them. */
const rate = 5;

export function work(job: Job, context: JobContext): JobResult {
  return job.type === 'staged' ? workStaged(job, context) : workOrdinary(job, context);
}

function workStaged(job: Extract<Job, { type: 'staged' }>, context: JobContext): JobResult {
  const { framing, scenario, seconds } = stage(job.kind, job.seed);
  // Right after what the camera has learned, and a whole number of hours, so that the signals go on in step.
  const desk = deskOf(framing, job.seed, context, epoch + learningHours * 3_600_000, job.kind);
  const clip = run(scenario, job.seed, { rate, seconds, warmUpSeconds: 90 });
  for (const moment of clip) desk.take(moment, clip.incidents);
  return { job, verdicts: desk.judge.verdicts(), learned: {} };
}

function workOrdinary(job: Extract<Job, { type: 'ordinary' }>, context: JobContext): JobResult {
  const day = ordinaryDay(0.75, job.startHour);
  const clip = run({ ...day, happenings: [] }, job.seed, { rate, seconds: job.hours * 3600 });
  const desks = job.framings.map((i) => deskOf(allFramings[i]!, job.seed * 100 + i, context, epoch));
  for (const moment of clip) for (const desk of desks) desk.take(moment, clip.incidents);
  const all = desks.map(({ judge }) => judge.verdicts());
  return {
    job,
    verdicts: {
      cases: [],
      alerts: sum(all.map(({ alerts }) => alerts)),
      falseAlerts: all.flatMap(({ falseAlerts }) => falseAlerts),
    },
    learned: Object.fromEntries(desks.map(({ name, engine }) => [name, engine.learned()])),
  };
}

/** One camera with its detector, tracker, rules and judge. */
function deskOf(
  framing: Framing,
  seed: number,
  { figures, settings, learned }: JobContext,
  startsAt: number,
  kind?: StagedKind,
) {
  const lens = lensOf(framing.pose);
  const scene = sceneOf(framing.pose);
  const pace = 2.5 + (seed % 3);
  const watch = new Watch({ lens, scene, figures, seed, rate: pace, startsAt });
  const judge = new Judge(scene, lens, kind);
  const jams = new StretchTruth(watchedBy(framing.pose));
  const engine = createRuleEngine({
    camera: 'bench',
    scene,
    settings: ruleSettingsSchema.parse(settings),
    utcOffsetMinutes: 420,
    learned: learned[framing.name],
  });
  function take(moment: Parameters<Watch['observe']>[0], truth: Parameters<Judge['look']>[1]): void {
    if (!watch.isDue(moment)) return;
    const seen = look(lens, moment.movers);
    jams.look(moment);
    judge.look(moment, truth, jams.incidents, seen);
    for (const change of engine.observe(watch.observe(moment, seen)).changes)
      judge.hear(change, moment.seconds);
  }
  return { name: framing.name, judge, engine, take };
}

function sum(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const one of counts)
    for (const [key, value] of Object.entries(one)) total[key] = (total[key] ?? 0) + value;
  return total;
}
