import type { IncidentKind } from '../../src/rules/index.ts';
import type { Told } from './play.ts';

/** As incidents.json of a rendered scene tells it, in seconds of the clip. */
export interface TrueEvent {
  readonly kind: IncidentKind;
  readonly place: string;
  readonly also: readonly string[];
  readonly onset: number;
  readonly end: number | null;
  /** Who is involved; nobody in particular in a queue or a jam. */
  readonly movers: readonly number[];
  /** When it could be seen; for what is no matter of one vehicle it is not told. */
  readonly inView: readonly [number, number] | null;
}

export interface Marks {
  readonly found: number;
  readonly missed: number;
  /** Alarms that no truth explains. */
  readonly extra: readonly Told[];
  /** From each onset in view to its alarm, seconds. */
  readonly delays: readonly number[];
}

/** An alarm may come so long after the end of what it tells. */
const lateSeconds = 3;

/** Compares alarms with the truth of a clip that plays over and over; a truth that does not end within the time does not count. */
export function mark(
  told: readonly Told[],
  truth: readonly TrueEvent[],
  loopSeconds: number,
  seconds: number,
): Marks {
  const alarms = told.filter(({ change }) => change === 'opened' || change === 'reopened');
  const extra = new Set(alarms);
  const delays: number[] = [];
  let missed = 0;
  for (let begin = 0; begin + loopSeconds <= seconds; begin += loopSeconds) {
    for (const event of truth) {
      const onset = begin + (event.inView?.[0] ?? event.onset);
      const end = begin + (event.end ?? loopSeconds) + lateSeconds;
      const of = alarms.filter(
        ({ incident, seconds: at }) =>
          incident.kind === event.kind &&
          (incident.place === event.place || event.also.includes(incident.place)) &&
          at >= onset - 1 &&
          at <= end,
      );
      for (const alarm of of) extra.delete(alarm);
      if (of[0] === undefined) missed++;
      else delays.push(of[0].seconds - onset);
    }
  }
  const whole = Math.floor(seconds / loopSeconds) * loopSeconds;
  return { found: delays.length, missed, extra: [...extra].filter(({ seconds: at }) => at < whole), delays };
}
