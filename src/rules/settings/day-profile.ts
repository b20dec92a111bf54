import { z } from 'zod';
import type { EpochMs } from '#base';

const dayMinutes = 1440;

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'Expected a time of day like "06:30"');

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** When other figures hold: local time, `from` inclusive, `to` exclusive, over midnight where `to` is before `from`. */
const period = { from: timeOfDay, to: timeOfDay, days: z.array(z.enum(weekdays)).min(1).optional() };

/**
 * A rule's settings: on or off, its figures, and where and when other figures hold. A profile's or a place's figures replace the
 * rule's own; a place (lane, group, zone or line id) wins over a profile.
 */
export function ruleSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  const figures = z.strictObject(shape);
  // Defaults would fill every override with the rule's own figures; an override holds only what it changes.
  const changed = Object.fromEntries(
    Object.entries(shape).map(([key, type]) => [key, withoutDefault(type as z.ZodType).optional()]),
  );
  const overrides = z.strictObject({ enabled: z.boolean().optional(), ...changed });
  return z.strictObject({
    enabled: z.boolean().default(true),
    ...figures.shape,
    profiles: z
      .array(z.strictObject({ ...period, ...overrides.shape }))
      .max(32)
      .default([]),
    places: z.record(z.string(), overrides).default({}),
  });
}

function withoutDefault(type: z.ZodType): z.ZodType {
  return type instanceof z.ZodDefault ? (type.unwrap() as z.ZodType) : type;
}

interface Period {
  readonly from: string;
  readonly to: string;
  readonly days?: readonly string[] | undefined;
}

interface RuleSettings {
  readonly enabled: boolean;
  readonly profiles: readonly object[];
  readonly places: Readonly<Record<string, object>>;
}

/** A rule's figures as they hold at one place and time. */
export interface SettingsAt<S> {
  at(place: string, now: EpochMs): S;
}

/** Profiles are looked up once a local minute and place, so this may be asked for every picture. */
export function settingsAt<S extends RuleSettings>(settings: S, utcOffsetMinutes: number): SettingsAt<S> {
  let minute = Number.NaN;
  const now = new Map<string, S>();
  return {
    at(place, time) {
      const localMinute = Math.floor(time / 60_000) + utcOffsetMinutes;
      if (localMinute !== minute) now.clear();
      minute = localMinute;
      const known = now.get(place);
      if (known !== undefined) return known;
      const found = resolved(settings, place, localMinute);
      now.set(place, found);
      return found;
    },
  };
}

function resolved<S extends RuleSettings>(settings: S, place: string, localMinute: number): S {
  const profile = settings.profiles.find((candidate) => holds(candidate as Period, localMinute));
  const local = Object.hasOwn(settings.places, place) ? settings.places[place] : undefined;
  return { ...settings, ...given(profile), ...given(local) };
}

function given(overrides: object | undefined): object {
  return Object.fromEntries(Object.entries(overrides ?? {}).filter(([, value]) => value !== undefined));
}

function holds({ from, to, days }: Period, localMinute: number): boolean {
  const minuteOfDay = ((localMinute % dayMinutes) + dayMinutes) % dayMinutes;
  const start = minutesOf(from);
  const end = minutesOf(to);
  const overMidnight = end <= start;
  const inside = overMidnight
    ? minuteOfDay >= start || minuteOfDay < end
    : minuteOfDay >= start && minuteOfDay < end;
  if (!inside) return false;
  // The small hours of a period over midnight belong to the day it began on.
  const day = Math.floor(localMinute / dayMinutes) - (overMidnight && minuteOfDay < end ? 1 : 0);
  // 1970-01-01 was a Thursday.
  return days === undefined || days.includes(weekdays[(((day + 3) % 7) + 7) % 7]!);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
