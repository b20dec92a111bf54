import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '#base';
import { incidentAt, testClock } from '../conformance/world.ts';
import type { History } from '../port.ts';
import { openSqliteHistory } from './sqlite-history.ts';

const T = Date.UTC(2026, 2, 8, 7);
const FACTS = { camera: 'cam', name: 'Cam', domain: 'traffic' };

describe('a database thread that is lost', () => {
  let dir: string;
  let history: History;
  const clock = testClock(T);
  const workers = new Set<Worker>();

  beforeEach(async () => {
    const post = Worker.prototype.postMessage;
    vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...message) {
      workers.add(this);
      post.apply(this, message);
    });
    dir = mkdtempSync(join(tmpdir(), 'ngatu-lost-'));
    history = await openSqliteHistory({ dir, clock, log: createLog({ level: 'silent' }) });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await history.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const raise = (id: string) =>
    history.incidents.record({ change: 'opened', incident: incidentAt(id, T) }, FACTS);
  const lose = async () => {
    await Promise.all([...workers].map((worker) => worker.terminate()));
    workers.clear();
  };

  it('is started again; what the machine reports is stored all the same, in the same run', async () => {
    await history.cameras.record({ camera: 'cam', state: 'live', since: T, reason: '' }, FACTS);
    const kept = [raise('a'), raise('b')];
    await lose();
    kept.push(raise('c'));
    expect((await Promise.all(kept)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    await expect
      .poll(() => history.incidents.get('a').catch(() => undefined), { timeout: 20_000 })
      .toMatchObject({ id: 'a' });
    const events = await history.events.read(0, 100);
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    clock.set(T + 1000);
    const query = { from: T, to: T + 1000, by: 'camera', period: 'whole', utcOffsetMinutes: 0 } as const;
    expect((await history.cameras.uptime(query, { limit: 9 })).rows).toMatchObject([
      { upMs: 1000, unknownMs: 0 },
    ]);
  });

  it('tells whoever waits for an answer instead of leaving them waiting', async () => {
    await raise('a');
    expect(await history.incidents.get('a')).toBeDefined();
    const outcomes = Promise.allSettled([
      history.incidents.act('a', { action: 'close' }, 'lan'),
      history.incidents.get('a'),
    ]);
    await lose();
    for (const one of await outcomes)
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({ code: 'STORE_THREAD', kind: 'transient' });
    await expect
      .poll(() => history.incidents.get('a').catch(() => undefined), { timeout: 20_000 })
      .toBeDefined();
  });
});
