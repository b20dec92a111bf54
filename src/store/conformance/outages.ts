import { describe, expect, it } from 'vitest';
import type { Outage } from '#health';
import { DAY, HOUR, T, type World } from './world.ts';

export function describeOutages(w: World): void {
  describe('outages', () => {
    w.isolated();
    const outage = (name: string, since: number, more: Partial<Outage> = {}): Outage => ({
      ...{ id: `${since}.host.${name}`, scope: 'host', name, domains: ['traffic'], cameras: 5 },
      ...{ lost: ['a', 'b', 'c', 'd'], down: 4, since, until: undefined, into: undefined },
      ...more,
    });
    const ended = (name: string, since: number, until: number): Outage =>
      outage(name, since, { down: 0, until });

    it('are told once a change, without the names of their cameras, and known with them', async () => {
      const begun = outage('10.0.0.1', T);
      const grown = outage('10.0.0.1', T, { lost: ['a', 'b', 'c', 'd', 'e'], down: 5 });
      const over = { ...grown, down: 0, until: T + HOUR };
      for (const change of [
        { change: 'begun', outage: begun },
        { change: 'begun', outage: begun },
        { change: 'grown', outage: grown },
        { change: 'ended', outage: over },
      ] as const)
        await w.history.outages.record(change);
      const { lost: _, ...told } = over;
      const events = await w.everyEvent();
      expect(events.map((event) => event.type === 'outage' && event.change)).toEqual([
        'begun',
        'grown',
        'ended',
      ]);
      expect(events.at(-1)).toEqual(
        JSON.parse(JSON.stringify({ type: 'outage', change: 'ended', outage: told, sequence: 3, at: T })),
      );
      expect((await w.history.outages.list({}, { limit: 10 })).rows).toEqual([
        JSON.parse(JSON.stringify(over)),
      ]);
    });

    it('answer what was out last night, page by page', async () => {
      await w.history.outages.record({ change: 'ended', outage: ended('before', T, T + HOUR) });
      await w.history.outages.record({ change: 'ended', outage: ended('into', T + HOUR, T + 3 * HOUR) });
      await w.history.outages.record({
        change: 'ended',
        outage: ended('within', T + 2 * HOUR, T + 2 * HOUR + 1),
      });
      await w.history.outages.record({ change: 'begun', outage: outage('still', T + 2 * HOUR) });
      await w.history.outages.record({ change: 'begun', outage: outage('after', T + 4 * HOUR) });
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const night = { from: T + 2 * HOUR, to: T + 4 * HOUR };
        const page = await w.history.outages.list(night, { limit: 1, cursor });
        seen.push(...page.rows.map(({ name }) => name));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen).toEqual(['within', 'still', 'into']);
    });

    it('that stand are found again after a restart, whatever retention removed', async () => {
      await w.history.outages.record({ change: 'ended', outage: ended('over', T, T + HOUR) });
      await w.history.outages.record({ change: 'begun', outage: outage('still', T) });
      w.clock.set(T + 30 * DAY);
      await w.history.trim({ eventDays: 10, incidentDays: 10, cameraStateDays: 10, trafficDays: 10 });
      await w.reopen();
      const standing = [expect.objectContaining({ name: 'still', lost: ['a', 'b', 'c', 'd'] })];
      expect(await w.history.outages.standing()).toEqual(standing);
      expect((await w.history.outages.list({}, { limit: 10 })).rows).toEqual(standing);
    });
  });
}
