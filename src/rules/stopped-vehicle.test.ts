import { describe, expect, it } from 'vitest';
import { createRuleEngine } from './engine.ts';
import type { IncidentChange } from './incident.ts';
import { type ScriptedUser, type StreetOptions, street, streetStart } from './scripted-street.ts';
import { type RuleSettingsInput, ruleSettingsSchema } from './settings/rule-settings.ts';

interface Play {
  readonly users: readonly ScriptedUser[];
  readonly seconds: number;
  readonly street?: StreetOptions;
  readonly settings?: RuleSettingsInput;
}

/** Plays a script at four pictures a second; answers with `change kind place @second`. */
function play({ users, seconds, street: options = {}, settings = {} }: Play): string[] {
  const { scene, observe } = street(options);
  const engine = createRuleEngine({
    camera: 'test',
    scene,
    settings: ruleSettingsSchema.parse(settings),
    utcOffsetMinutes: 420,
  });
  const told: string[] = [];
  for (let s = 0; s < seconds; s += 0.25) {
    const { changes } = engine.observe(observe(streetStart + s * 1000, users));
    told.push(...changes.filter(({ change }) => change !== 'updated').map((change) => line(change, s)));
  }
  return told;
}

function line({ change, incident }: IncidentChange, s: number): string {
  return `${change} ${incident.kind} ${incident.place} @${Math.round(s)}`;
}

/** Drives up from the near end at 10 m/s, stands at `y` from second 20 until `leaves`, drives off. */
function stops(track: number, x: number, y: number, leaves: number): ScriptedUser {
  const arrives = 20;
  return {
    track,
    kind: 'car',
    way: [
      [arrives - (y - 8) / 10, x, 8],
      [arrives, x, y],
      [leaves, x, y],
      [leaves + 4, x, y + 40],
    ],
  };
}

describe('stopped vehicle', () => {
  it('is raised after its dwell in a lane and cleared when its place is empty', () => {
    expect(play({ users: [stops(1, 2, 30, 50)], seconds: 70 })).toEqual([
      'opened stopped-vehicle right-1 @31',
      'cleared stopped-vehicle right-1 @52',
    ]);
  });

  it('is raised on the shoulder', () => {
    expect(play({ users: [stops(1, 8, 30, 50)], seconds: 70 })).toContain(
      'opened stopped-vehicle shoulder @31',
    );
  });
});
