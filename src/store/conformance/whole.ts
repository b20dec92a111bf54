import { describe, expect, it } from 'vitest';
import { DAY, T, type World } from './world.ts';

export function describeWhole(w: World): void {
  describe('all of it', () => {
    w.isolated();

    it('keeps what the rules learned', async () => {
      const state = { freeFlowKmh: [31.5, null], hours: { 7: 0.25 } };
      await w.history.learned.record('cam', 'congestion', { old: true }, T);
      await w.history.learned.record('cam', 'congestion', state, T + 1);
      await w.reopen();
      expect(await w.history.learned.get('cam', 'congestion')).toEqual({ state, at: T + 1 });
      expect(await w.history.learned.get('cam', 'wrong-way')).toBeUndefined();
    });

    it('forgets old incidents, but neither open nor locked ones', async () => {
      for (const name of ['open', 'cleared', 'locked', 'young'])
        await w.raise(name, name === 'young' ? T + 400 * DAY : T);
      for (const name of ['cleared', 'locked', 'young'])
        await w.history.incidents.act(w.id(name), { action: 'close' }, 'lan');
      await w.history.incidents.act(w.id('locked'), { action: 'lock-evidence', locked: true }, 'lan');
      await w.history.incidents.link({ from: 'cleared', to: 'open', relation: 'near', metres: 30, at: T });
      w.clock.set(T + 401 * DAY);
      await w.history.trim({ eventDays: 1, incidentDays: 365, cameraStateDays: 1, trafficDays: 1 });
      expect(w.named((await w.history.incidents.list({}, { limit: 9 })).rows).sort()).toEqual([
        'locked',
        'open',
        'young',
      ]);
      expect((await w.history.incidents.get(w.id('open')))?.links).toEqual([]);
    });

    it('stores what waits before it closes', async () => {
      const writes = Array.from({ length: 300 }, (_, i) => w.raise(`w${i}`));
      await w.history.close();
      await Promise.all(writes);
      await w.openAgain();
      expect(w.history.events.bounds().newest).toBe(300);
    });
  });
}
