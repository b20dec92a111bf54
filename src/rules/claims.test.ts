import { expect, it } from 'vitest';
import { createRuleEngine } from './engine.ts';
import type { Claim } from './incident.ts';
import { type ScriptedUser, street, streetStart } from './scripted-street.ts';
import { ruleSettingsSchema } from './settings/rule-settings.ts';
import { passing, stopping } from './street-play.ts';

/** What is claimed, with the second of the script, and when it is raised. */
function claimed(users: readonly ScriptedUser[], seconds: number) {
  const { observe, scene } = street();
  const settings = ruleSettingsSchema.parse({});
  const engine = createRuleEngine({ camera: 'test', scene, settings, utcOffsetMinutes: 420 });
  const claims: Claim[] = [];
  let raisedAt = Number.NaN;
  for (let s = 0; s < seconds; s += 0.25) {
    const outcome = engine.observe(observe(streetStart + s * 1000, users));
    claims.push(...outcome.claims);
    if (outcome.changes.some(({ change }) => change === 'opened')) raisedAt = streetStart + s * 1000;
  }
  return { before: claims.filter(({ at, raisesAt }) => raisesAt > at), claims, raisedAt };
}

it.each([
  ['stopped-vehicle', stopping(1, 1.8, 30, 60), 2.5],
  [
    'wrong-way',
    {
      track: 1,
      kind: 'car',
      way: [
        [20, 1.8, 55],
        [25, 1.8, 15],
      ],
    },
    0.25,
  ],
  [
    'pedestrian',
    {
      track: 1,
      kind: 'person',
      way: [
        [20, -3, 30],
        [28, 6.5, 30],
      ],
    },
    1.5,
  ],
] as const)(
  'a %s is claimed before it is raised, with when it will be, and as long as it is seen',
  (kind, user, lead) => {
    const { before, claims, raisedAt } = claimed([user as ScriptedUser], 45);
    expect(before.length).toBeGreaterThan(0);
    expect(new Set(claims.map((claim) => claim.kind))).toEqual(new Set([kind]));
    expect(raisedAt - before[0]!.at).toBeGreaterThanOrEqual(lead * 1000);
    expect(raisedAt - before[0]!.at).toBeLessThanOrEqual(5_000);
    expect(Math.abs(before.at(-1)!.raisesAt - raisedAt)).toBeLessThanOrEqual(600);
    expect(claims.filter(({ at }) => at >= raisedAt).length).toBeGreaterThan(4);
    const { at, since } = claims.at(-1)!;
    if (kind === 'stopped-vehicle') expect(at - since).toBeGreaterThan(10_000);
    else expect(since).toBe(at);
  },
);

it('traffic that flows claims nothing', () => {
  const users = Array.from({ length: 12 }, (_, n) => passing(n + 1, n % 2 ? 1.8 : 5.2, 10 + 3 * n));
  expect(claimed(users, 60).claims).toEqual([]);
});
