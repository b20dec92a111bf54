import { describe, expect, it } from 'vitest';
import type { EventNotice } from '../events.ts';
import { DAY, T, type World } from './world.ts';

export function describeEventLog(w: World): void {
  describe('the log', () => {
    w.isolated();
    it('numbers everything without a hole, across restarts, and keeps its id', async () => {
      const log = w.history.events.id;
      await w.raise('a');
      await w.history.cameras.record(
        { camera: w.harbour.camera, state: 'live', since: T, reason: 'ok' },
        w.harbour,
      );
      await w.reopen();
      await w.history.incidents.act(w.id('a'), { action: 'acknowledge' }, 'lan');
      expect(w.history.events.id).toBe(log);
      expect(w.history.events.bounds()).toEqual({ oldest: 1, newest: 3 });
      expect((await w.everyEvent()).map((event) => event.sequence)).toEqual([1, 2, 3]);
      expect((await w.history.events.read(1, 1)).map((event) => event.sequence)).toEqual([2]);
      expect(await w.history.events.read(3, 10)).toEqual([]);
    });

    it('tells subscribers after the commit, in order, exactly what can be read', async () => {
      const told: EventNotice[] = [];
      const subscription = w.history.events.subscribe((notice) => told.push(notice));
      await Promise.all(Array.from({ length: 50 }, (_, i) => w.raise(`i${i}`)));
      const read = await w.everyEvent();
      expect(told.map((notice) => notice.kind === 'logged' && notice.event)).toEqual(read);
      subscription.close();
      await w.raise('late');
      expect(told).toHaveLength(50);
    });

    it('loses its tail to retention and says where it begins', async () => {
      for (let i = 0; i < 30; i++) {
        w.clock.set(T + i * DAY);
        await w.raise(`i${i}`, T + i * DAY);
      }
      await w.history.trim({ eventDays: 10, incidentDays: 1000, cameraStateDays: 1000, trafficDays: 1000 });
      expect(w.history.events.bounds()).toEqual({ oldest: 20, newest: 30 });
      expect((await w.everyEvent())[0]?.sequence).toBe(20);
      await w.reopen();
      expect(w.history.events.bounds()).toEqual({ oldest: 20, newest: 30 });
      w.clock.set(T + 1000 * DAY);
      await w.history.trim({ eventDays: 10, incidentDays: 1000, cameraStateDays: 1000, trafficDays: 1000 });
      expect(w.history.events.bounds()).toEqual({ oldest: 30, newest: 30 });
      expect((await w.raise('next')).sequence).toBe(31);
    });
  });
}
