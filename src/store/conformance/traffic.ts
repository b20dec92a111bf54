import { describe, expect, it } from 'vitest';
import type { EpochMs } from '#base';
import type { TrafficCount } from '#rules';
import type { TrafficQuery } from '../records.ts';
import { DAY, HOUR, MINUTE, T, type World } from './world.ts';

export function describeTraffic(w: World): void {
  describe('traffic', () => {
    w.shared();
    const countAt = (minuteAt: EpochMs, more: Partial<TrafficCount> = {}): TrafficCount => ({
      camera: w.junction.camera,
      lane: 'north-1',
      roadUser: 'motorbike',
      direction: 'forward',
      minuteAt,
      count: 10,
      meanSpeedKmh: 30,
      occupancy: 0.25,
      meanHeadwaySeconds: 4,
      queueMetres: 5,
      watchedSeconds: 60,
      ...more,
    });
    const ask = async (query: Partial<TrafficQuery> = {}, limit = 10_000) =>
      await w.history.traffic.counts(
        {
          from: T,
          to: T + DAY,
          cameras: [w.junction.camera],
          intervalMinutes: 60,
          utcOffsetMinutes: 0,
          ...query,
        },
        { limit },
      );

    it('gives back a minute as it was', async () => {
      await w.history.traffic.record([
        countAt(T),
        countAt(T, { roadUser: 'car', count: 0, meanSpeedKmh: undefined }),
      ]);
      const { rows } = await ask({ intervalMinutes: 1 });
      const { minuteAt: _, ...count } = countAt(T);
      expect(rows).toEqual([
        { ...count, roadUser: 'car', count: 0, meanSpeedKmh: undefined, startsAt: T },
        { ...count, startsAt: T },
      ]);
    });

    it('replaces a minute that is counted again', async () => {
      await w.history.traffic.record([countAt(T)]);
      await w.history.traffic.record([countAt(T, { count: 12 })]);
      expect((await ask()).rows).toMatchObject([{ count: 12 }]);
    });

    it('adds up minutes: sums counts, weighs means, takes the longest queue', async () => {
      await w.history.traffic.record([
        countAt(T),
        countAt(T + MINUTE, {
          count: 30,
          meanSpeedKmh: 50,
          occupancy: 0.75,
          queueMetres: 20,
          watchedSeconds: 20,
        }),
      ]);
      expect((await ask()).rows).toEqual([
        {
          ...{ camera: w.junction.camera, lane: 'north-1', roadUser: 'motorbike', direction: 'forward' },
          ...{ startsAt: T, count: 40, meanSpeedKmh: 45, occupancy: 0.375, meanHeadwaySeconds: 4 },
          ...{ queueMetres: 20, watchedSeconds: 80 },
        },
      ]);
    });

    it('cuts days where the site’s days begin', async () => {
      const midnight = T + 10 * HOUR; // in Hạ Long
      await w.history.traffic.record([countAt(midnight - MINUTE), countAt(midnight, { count: 3 })]);
      const { rows } = await ask({ intervalMinutes: 1440, utcOffsetMinutes: 420 });
      expect(rows.map((row) => [row.startsAt, row.count])).toEqual([
        [midnight - DAY, 10],
        [midnight, 3],
      ]);
    });

    it('keeps to the lanes, classes and cameras asked for, and pages by whole intervals', async () => {
      const hours = [0, 1, 2, 3];
      await w.history.traffic.record(
        hours.flatMap((hour) => [
          countAt(T + hour * HOUR),
          countAt(T + hour * HOUR, { lane: 'south-1' }),
          countAt(T + hour * HOUR, { camera: w.harbour.camera, roadUser: 'bus' }),
        ]),
      );
      expect((await ask({ lanes: ['south-1'] })).rows).toHaveLength(4);
      expect((await ask({ roadUsers: ['bus'] })).rows).toHaveLength(0);
      const cameras = [w.junction.camera, w.harbour.camera, 'none'];
      const whole = (await ask({ cameras })).rows;
      const query = { from: T, to: T + DAY, cameras, intervalMinutes: 60, utcOffsetMinutes: 0 } as const;
      const paged = [];
      for (let cursor: string | undefined, more = true; more; ) {
        const page = await w.history.traffic.counts(query, { limit: 3, cursor });
        paged.push(...page.rows);
        cursor = page.next;
        more = cursor !== undefined;
      }
      expect(paged).toEqual(whole);
      expect(whole).toHaveLength(12);
    });

    it('counts turning movements', async () => {
      const turn = { camera: w.junction.camera, fromLane: 'north-1', toLane: 'east-2', roadUser: 'car' };
      await w.history.traffic.recordTurns([
        { ...turn, minuteAt: T, count: 2 },
        { ...turn, minuteAt: T + MINUTE, count: 3 },
      ]);
      await w.history.traffic.record([countAt(T)]);
      const query = { from: T, to: T + HOUR, cameras: [w.junction.camera], utcOffsetMinutes: 0 } as const;
      const { rows } = await w.history.traffic.turns({ ...query, intervalMinutes: 60 }, { limit: 10 });
      expect(rows).toEqual([{ ...turn, startsAt: T, count: 5 }]);
      expect((await ask()).rows).toHaveLength(1);
    });

    it('forgets old traffic', async () => {
      await w.history.traffic.record([countAt(T), countAt(T + 40 * DAY)]);
      w.clock.set(T + 41 * DAY);
      await w.history.trim({ eventDays: 1, incidentDays: 1, cameraStateDays: 1, trafficDays: 30 });
      expect((await ask({ to: T + 41 * DAY })).rows.every((row) => row.startsAt >= T + 11 * DAY)).toBe(true);
    });
  });
}
