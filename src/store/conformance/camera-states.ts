import { describe, expect, it } from 'vitest';
import type { EpochMs } from '#base';
import type { UptimeQuery, UptimeRow } from '../records.ts';
import { DAY, HOUR, MINUTE, T, type World } from './world.ts';

export function describeCameraStates(w: World): void {
  describe('camera states', () => {
    w.isolated();
    const enter = (
      state: 'live' | 'silent' | 'unreachable' | 'frozen',
      since: EpochMs,
      facts = w.junction,
    ) => {
      w.clock.set(Math.max(w.clock.now(), since));
      return w.history.cameras.record({ camera: facts.camera, state, since, reason: `is ${state}` }, facts);
    };
    const uptime = async (query: Partial<UptimeQuery> = {}, limit = 1000) => {
      const all = {
        from: T,
        to: T + DAY,
        by: 'camera' as const,
        period: 'whole' as const,
        utcOffsetMinutes: 0,
        ...query,
      };
      const rows: UptimeRow[] = [];
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await w.history.cameras.uptime(all, { limit, cursor });
        rows.push(...page.rows);
        cursor = page.next;
      }
      return rows;
    };

    it('lists what a camera went through, newest first, with the end of each', async () => {
      await enter('live', T + 10);
      await enter('live', T + 20);
      await enter('silent', T + HOUR);
      await enter('live', T + 2 * HOUR);
      const page = await w.history.cameras.states({ camera: w.junction.camera }, { limit: 2 });
      expect(page.rows).toMatchObject([
        { ...w.junction, state: 'live', since: T + 2 * HOUR, reason: 'is live' },
        { state: 'silent', since: T + HOUR, until: T + 2 * HOUR },
      ]);
      expect(page.rows[0]?.until).toBeUndefined();
      const rest = await w.history.cameras.states(
        { camera: w.junction.camera },
        { limit: 2, cursor: page.next },
      );
      expect(rest).toMatchObject({ rows: [{ state: 'live', since: T + 10, until: T + HOUR }] });
      expect(rest.next).toBeUndefined();
      const cut = { camera: w.junction.camera, from: T + 90 * MINUTE, to: T + 2 * HOUR };
      expect((await w.history.cameras.states(cut, { limit: 9 })).rows.map((row) => row.state)).toEqual([
        'silent',
      ]);
      expect((await w.history.cameras.states({ camera: 'none' }, { limit: 9 })).rows).toEqual([]);
    });

    it('logs every change once, with what was before', async () => {
      await enter('live', T);
      await enter('live', T + 5);
      await enter('frozen', T + 10);
      await w.history.cameras.recordRemoved(w.junction, T + 20);
      await enter('live', T + 30);
      expect(await w.everyEvent()).toMatchObject([
        { type: 'camera-state', ...w.junction, state: 'live', since: T },
        { state: 'frozen', previous: 'live' },
        { state: 'removed', previous: 'frozen' },
        { state: 'live' },
      ]);
      const previous = (await w.everyEvent()).map((event) => event.type === 'camera-state' && event.previous);
      expect(previous).toEqual([undefined, 'live', 'frozen', undefined]);
    });

    it('adds up uptime: up, down and, where the gateway was not, unknown', async () => {
      await enter('live', T);
      await enter('unreachable', T + 6 * HOUR);
      await enter('live', T + 7 * HOUR);
      w.clock.set(T + 10 * HOUR);
      await w.history.close();
      w.clock.set(T + 12 * HOUR);
      await w.openAgain();
      await enter('live', T + 13 * HOUR);
      w.clock.set(T + DAY);
      expect(await uptime()).toEqual([
        {
          ...{ camera: w.junction.camera, domain: w.junction.domain, from: T, to: T + DAY },
          ...{ upMs: 20 * HOUR, downMs: HOUR, unknownMs: 3 * HOUR, availability: 20 / 21, outages: 1 },
          msByState: { live: 20 * HOUR, unreachable: HOUR },
        },
      ]);
    });

    it('counts by domain, by day and by month of the site’s own clock, and not the future', async () => {
      await enter('live', T);
      await enter('live', T, w.harbour);
      await enter('unreachable', T + 12 * HOUR, w.harbour);
      w.clock.set(T + 36 * HOUR);
      const days = await uptime({ by: 'domain', period: 'day', to: T + 10 * DAY, utcOffsetMinutes: 420 });
      // T is 14:00 in Hạ Long, so the first day has ten hours.
      expect(
        days.map((row) => [row.domain, (row.to - row.from) / HOUR, row.upMs / HOUR, row.downMs / HOUR]),
      ).toEqual([
        [w.harbour.domain, 10, 10, 0],
        [w.harbour.domain, 24, 2, 22],
        [w.harbour.domain, 2, 0, 2],
        [w.junction.domain, 10, 10, 0],
        [w.junction.domain, 24, 24, 0],
        [w.junction.domain, 2, 2, 0],
      ]);
      const paged = { by: 'domain', period: 'day', to: T + 10 * DAY, utcOffsetMinutes: 420 } as const;
      expect(await uptime(paged, 1)).toEqual(days);
      expect(await uptime({ by: 'domain', domains: [w.junction.domain], period: 'month' })).toMatchObject([
        { domain: w.junction.domain, availability: 1, outages: 0 },
      ]);
      expect(await uptime({ cameras: ['none'] })).toEqual([]);
    });

    it('knows nothing of a camera that is no longer configured', async () => {
      await enter('live', T);
      await w.history.cameras.recordRemoved(w.junction, T + HOUR);
      w.clock.set(T + DAY);
      expect(await uptime()).toMatchObject([
        { upMs: HOUR, downMs: 0, unknownMs: 23 * HOUR, availability: 1 },
      ]);
    });

    it('forgets old states but not the one that still stands', async () => {
      await enter('live', T);
      await enter('silent', T + HOUR);
      await enter('live', T + 2 * HOUR);
      w.clock.set(T + 400 * DAY);
      await w.history.trim({ eventDays: 1000, incidentDays: 1000, cameraStateDays: 30, trafficDays: 1000 });
      expect(await uptime({ from: T + 399 * DAY, to: T + 400 * DAY })).toMatchObject([{ upMs: DAY }]);
      expect((await w.history.cameras.states({ camera: w.junction.camera }, { limit: 9 })).rows).toHaveLength(
        1,
      );
    });
  });
}
