import type { PictureQuality } from '#perception';
import { createRuleEngine, type RuleEngine } from './engine.ts';
import type { IncidentChange, TrafficCount, TurningMovement } from './incident.ts';
import { type ScriptedUser, type StreetOptions, street, streetStart } from './scripted-street.ts';
import { type RuleSettingsInput, ruleSettingsSchema } from './settings/rule-settings.ts';

/** A script for a test: who drives on which street for how long, under which settings. */
export interface Play {
  readonly users: readonly ScriptedUser[];
  readonly seconds: number;
  readonly street?: StreetOptions;
  readonly settings?: RuleSettingsInput;
  /** Pictures a second; 4 unless told. */
  readonly rate?: number;
  /** When second 0 is; a Monday morning unless told. */
  readonly startsAt?: number;
  readonly quality?: (seconds: number) => PictureQuality;
  /** An engine that has played before; `settings` and `street` are then its own. */
  readonly engine?: RuleEngine;
}

export interface Played {
  /** `change kind place @second`, updates left out. */
  readonly told: readonly string[];
  readonly changes: readonly IncidentChange[];
  readonly counts: readonly TrafficCount[];
  readonly movements: readonly TurningMovement[];
  readonly engine: RuleEngine;
}

export function play({ users, seconds, rate = 4, startsAt = streetStart, quality, ...rest }: Play): Played {
  const { observe, scene } = street(rest.street);
  const settings = ruleSettingsSchema.parse(rest.settings ?? {});
  const engine = rest.engine ?? createRuleEngine({ camera: 'test', scene, settings, utcOffsetMinutes: 420 });
  const told: string[] = [];
  const changes: IncidentChange[] = [];
  const counts: TrafficCount[] = [];
  const movements: TurningMovement[] = [];
  for (let n = 0; n < seconds * rate; n++) {
    const s = n / rate;
    const seen = observe(streetStart + s * 1000, users, quality?.(s));
    const capturedAt = startsAt + s * 1000;
    const tracks = seen.tracks.map((track) => ({ ...track, lastSeenAt: capturedAt }));
    const outcome = engine.observe({ ...seen, capturedAt, tracks });
    changes.push(...outcome.changes);
    counts.push(...outcome.counts);
    movements.push(...outcome.movements);
    told.push(
      ...outcome.changes.filter(({ change }) => change !== 'updated').map((change) => lineOf(change, s)),
    );
  }
  return { told, changes, counts, movements, engine };
}

function lineOf({ change, incident }: IncidentChange, seconds: number): string {
  return `${change} ${incident.kind} ${incident.place} @${Math.round(seconds)}`;
}

/** Drives up from the near end at ten metres a second, stands at `y` from second 20 until `leaves`, drives off. */
export function stopping(
  track: number,
  x: number,
  y: number,
  leaves: number,
  kind: ScriptedUser['kind'] = 'car',
): ScriptedUser {
  const arrives = 20;
  return {
    track,
    kind,
    way: [
      [arrives - (y - 8) / 10, x, 8],
      [arrives, x, y],
      [leaves, x, y],
      [leaves + 4, x, y + 40],
    ],
  };
}

/** Drives through at a steady speed, away from the camera, from second `from` on. */
export function passing(
  track: number,
  x: number,
  from: number,
  speed = 10,
  kind: ScriptedUser['kind'] = 'car',
): ScriptedUser {
  return {
    track,
    kind,
    way: [
      [from, x, 8],
      [from + 60 / speed, x, 68],
    ],
  };
}
