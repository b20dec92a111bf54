import type { RetentionPolicy } from '../port.ts';
import type { Face } from './sqlite-history.ts';
import type { LogBounds } from './statements/event-reads.ts';
import type { Trimmed } from './statements/trimming.ts';

const DAY_MS = 86_400_000;

/** Step by step, each behind whatever waits in the queue. */
export async function trimHistory(
  { clock, queue }: Face,
  policy: RetentionPolicy,
  trimmed: (bounds: LogBounds) => void,
): Promise<void> {
  const now = clock.now();
  const days: Readonly<Record<Trimmed, number>> = {
    events: policy.eventDays,
    incidents: policy.incidentDays,
    cameraStates: policy.cameraStateDays,
    outages: policy.cameraStateDays,
    traffic: policy.trafficDays,
    sessions: 0,
  };
  for (const [kind, age] of Object.entries(days) as [Trimmed, number][])
    for (let more = true; more; ) {
      const args = { kind, before: now - age * DAY_MS };
      const step = await queue.write('trimStep', args, { kind: 'asked', share: 0.5 });
      trimmed(step.bounds);
      more = step.more;
    }
}
