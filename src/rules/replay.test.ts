import { describe, expect, it } from 'vitest';
import type { Observation } from '#perception';
import { type ReplayDifference, replay } from './replay.ts';
import { street, streetStart } from './scripted-street.ts';
import { type RuleSettingsInput, ruleSettingsSchema } from './settings/rule-settings.ts';
import { passing, stopping } from './street-play.ts';

const { scene, observe } = street();
/** Stands for 40 s in a lane, with others passing beside it. */
const users = [stopping(1, 1.8, 30, 60), passing(2, 5.2, 25), passing(3, 5.2, 40), passing(4, 5.2, 62)];

/** As an archive gives them: one after the other, anew for every reader. */
const stored: AsyncIterable<Observation> = {
  async *[Symbol.asyncIterator]() {
    for (let n = 0; n < 90 * 4; n++) yield observe(streetStart + n * 250, users);
  },
};

const rules = (settings: RuleSettingsInput) => ({
  scene,
  settings: ruleSettingsSchema.parse(settings),
  utcOffsetMinutes: 420,
});
const dwell = (dwellSeconds: number) => rules({ stoppedVehicle: { dwellSeconds } });
const counts = ({ appear, vanish, shift, same }: ReplayDifference) =>
  [appear, vanish, shift, same].map((incidents) => incidents.length);

describe('replay', () => {
  it('finds no difference between rules and themselves', async () => {
    const difference = await replay(stored, 'test', dwell(10), dwell(10));
    expect(counts(difference)).toEqual([0, 0, 0, 1]);
    expect(difference.same[0]).toMatchObject({ kind: 'stopped-vehicle', place: 'right-1' });
  });

  it('lists what a longer dwell no longer raises, and what a shorter one adds', async () => {
    const longer = await replay(stored, 'test', dwell(10), dwell(120));
    expect(counts(longer)).toEqual([0, 1, 0, 0]);
    const shorter = await replay(stored, 'test', dwell(120), dwell(10));
    expect(counts(shorter)).toEqual([1, 0, 0, 0]);
    expect(shorter.appear).toEqual(longer.vanish);
  });

  it('tells how much later an incident is told', async () => {
    const { shift } = await replay(stored, 'test', dwell(10), dwell(18));
    expect(shift).toHaveLength(1);
    expect(shift[0]!.detectedLaterSeconds).toBeCloseTo(8, 0);
    expect(shift[0]!.clearedLaterSeconds).toBeCloseTo(0, 0);
  });

  it('takes a camera without rules as one without incidents', async () => {
    expect(counts(await replay(stored, 'test', dwell(10), undefined))).toEqual([0, 1, 0, 0]);
    expect(counts(await replay(stored, 'test', undefined, undefined))).toEqual([0, 0, 0, 0]);
  });

  it('follows a place that was drawn elsewhere', async () => {
    const moved = { ...scene, lanes: scene.lanes.map((lane) => ({ ...lane, id: `new-${lane.id}` })) };
    const { appear, vanish } = await replay(stored, 'test', dwell(10), { ...dwell(10), scene: moved });
    expect([appear, vanish].map(([one]) => one?.place)).toEqual(['new-right-1', 'right-1']);
  });
});
