import { type Lifetime, type Log, lifetime } from '#base';
import type { EvidenceBounds, EvidenceFiles } from './evidence/evidence-files.ts';
import type { History, RetentionPolicy } from './port.ts';
import type { TrackArchive } from './tracks/track-archive.ts';

/** How long everything is kept. */
export interface KeepingPolicy {
  readonly history: RetentionPolicy;
  readonly evidence: EvidenceBounds;
  readonly tracks: { readonly days: number; readonly bytes: number };
}

/** Incidents for two years, traffic and camera states for a good one, evidence for a quarter, tracks for a week. */
export const defaultKeeping: KeepingPolicy = {
  history: { eventDays: 30, incidentDays: 730, cameraStateDays: 400, trafficDays: 400 },
  evidence: { days: 90, bytes: 100 * 1024 ** 3 },
  tracks: { days: 7, bytes: 20 * 1024 ** 3 },
};

export interface Kept {
  readonly history: Pick<History, 'trim'>;
  readonly evidence: Pick<EvidenceFiles, 'trim'>;
  readonly tracks: Pick<TrackArchive, 'trim'>;
  readonly log: Log;
}

const EVERY_MS = 3_600_000;
/** Not while everything else is starting. */
const FIRST_MS = 5 * 60_000;

/** Removes what has been kept long enough, every hour; a failure of one kind does not stop the others. */
export function startRetention(kept: Kept, policy: KeepingPolicy = defaultKeeping): Lifetime {
  let timer = setTimeout(run, FIRST_MS);
  let running: Promise<void> = Promise.resolve();

  function run(): void {
    running = trimAll(kept, policy);
    timer = setTimeout(run, EVERY_MS);
    timer.unref();
  }

  timer.unref();
  return lifetime(async () => {
    clearTimeout(timer);
    await running;
  });
}

export async function trimAll(
  { history, evidence, tracks, log }: Kept,
  policy: KeepingPolicy,
): Promise<void> {
  // Incidents first: evidence of those that are gone goes with them.
  const steps = [
    ['history', () => history.trim(policy.history)],
    ['evidence', () => evidence.trim(policy.evidence)],
    ['tracks', () => tracks.trim(policy.tracks)],
  ] as const;
  for (const [what, trim] of steps)
    await trim().catch((failure: unknown) =>
      log.warn({ err: failure, what }, 'old things could not be removed'),
    );
}
