/** What every adapter of `History` must do. An adapter's test calls this with how it is opened. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock, EpochMs } from '#base';
import type { Incident, IncidentChange, TrafficCount } from '#rules';
import type { EventNotice } from './events.ts';
import type { History } from './port.ts';
import type { CameraFacts, IncidentRecord, TrafficQuery, UptimeQuery, UptimeRow } from './records.ts';

/** Wall-clock time as the test wants it; what is measured in between stays real. */
export interface TestClock extends Clock {
  set(now: EpochMs): void;
}

export function testClock(now: EpochMs): TestClock {
  let time = now;
  return {
    now: () => time,
    monotonicMs: () => performance.now(),
    set: (to) => {
      time = to;
    },
  };
}

export type OpenHistory = (dir: string, clock: Clock) => Promise<History>;

const T = Date.UTC(2026, 2, 8, 7, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function incidentAt(id: string, detectedAt: EpochMs, more: Partial<Incident> = {}): Incident {
  return {
    id,
    kind: 'stopped-vehicle',
    severity: 'major',
    camera: 'loong-toong-1',
    place: 'lane-2',
    box: { left: 0.25, top: 0.5, right: 0.375, bottom: 0.625 },
    path: undefined,
    onsetAt: detectedAt - 12_000,
    detectedAt,
    clearedAt: undefined,
    updatedAt: detectedAt,
    confidence: 0.875,
    measures: { standingSeconds: 12 },
    ...more,
  };
}

interface Opening {
  begin(): Promise<void>;
  meet(): void;
  end(): Promise<void>;
}

/** Opening takes longest, so tests that can tell their own things apart share a history. */
function openedOnce({ begin, meet, end }: Opening): void {
  beforeAll(begin);
  beforeEach(meet);
  afterAll(end);
}

function openedEachTime({ begin, meet, end }: Opening): void {
  beforeEach(async () => {
    await begin();
    meet();
  });
  afterEach(end);
}

export function describeHistory(name: string, open: OpenHistory): void {
  describe(`${name} keeps history:`, () => {
    let dir: string;
    let clock: TestClock;
    let history: History;
    let round = 0;
    let start = 0;
    let junction: CameraFacts;
    let harbour: CameraFacts;

    async function begin(): Promise<void> {
      dir = mkdtempSync(join(tmpdir(), 'ngatu-history-'));
      clock = testClock(T);
      history = await open(dir, clock);
    }

    async function end(): Promise<void> {
      await history.close();
      rmSync(dir, { recursive: true, force: true });
    }

    function meet(): void {
      round++;
      junction = { camera: `loong-toong-${round}`, name: 'Ngã tư Loong Toòng', domain: `traffic-${round}` };
      harbour = { camera: `bai-chay-${round}`, name: 'Cảng Bãi Cháy', domain: `harbour-${round}` };
      clock.set(T);
      start = history.events.bounds().newest;
    }

    const shared = () => openedOnce({ begin, meet, end });
    const isolated = () => openedEachTime({ begin, meet, end });

    async function reopen(): Promise<void> {
      await history.close();
      history = await open(dir, clock);
    }

    /** This test's own incident of that name. */
    const id = (name: string) => `${name}.${round}`;
    const named = (rows: readonly IncidentRecord[]) =>
      rows.map((row) => row.id.slice(0, row.id.indexOf('.')));
    const raise = (name: string, at: EpochMs = T, more: Partial<Incident> = {}, facts = junction) =>
      history.incidents.record(
        { change: 'opened', incident: incidentAt(id(name), at, { camera: facts.camera, ...more }) },
        facts,
      );
    const change = (
      what: IncidentChange['change'],
      name: string,
      at: EpochMs,
      more: Partial<Incident> = {},
    ) =>
      history.incidents.record(
        {
          change: what,
          incident: incidentAt(id(name), T, { camera: junction.camera, updatedAt: at, ...more }),
        },
        junction,
      );
    /** Since this test began. */
    const everyEvent = async () => await history.events.read(start, 100_000);

    describe('incidents', () => {
      shared();
      it('keeps an incident with its camera’s name and domain, across a restart', async () => {
        const recorded = await raise('a');
        await reopen();
        const found = await history.incidents.get(id('a'));
        expect(JSON.parse(JSON.stringify(found))).toMatchObject(JSON.parse(JSON.stringify(recorded)));
        expect(found).toMatchObject({ state: 'open', onsetAt: T - 12_000, confidence: 0.875 });
        expect(found).toMatchObject({ cameraName: junction.name, domain: junction.domain });
        expect(found?.evidence).toEqual({ snapshot: 'pending', clip: 'pending', locked: false });
        expect(await history.incidents.get(id('b'))).toBeUndefined();
      });

      it('follows its life: updated, cleared, reopened', async () => {
        await raise('a');
        await change('updated', 'a', T + 1000, { measures: { standingSeconds: 13 } });
        await change('cleared', 'a', T + 2000, { clearedAt: T + 1500 });
        expect(await history.incidents.get(id('a'))).toMatchObject({ state: 'cleared', clearedAt: T + 1500 });
        await change('reopened', 'a', T + 3000);
        const found = await history.incidents.get(id('a'));
        expect(found?.state).toBe('open');
        expect(found?.clearedAt).toBeUndefined();
        expect(found?.timeline.map((step) => 'life' in step && step.life)).toEqual([
          'opened',
          'cleared',
          'reopened',
        ]);
      });

      it('takes the same change twice as one, and one that is older than what it knows as none', async () => {
        await raise('a');
        await raise('a');
        await change('updated', 'a', T + 5000, { measures: { standingSeconds: 17 } });
        await change('updated', 'a', T + 1000, { measures: { standingSeconds: 13 } });
        expect((await history.incidents.get(id('a')))?.measures).toEqual({ standingSeconds: 17 });
        expect(await everyEvent()).toHaveLength(2);
      });

      it('begins a life with whatever it hears first', async () => {
        await change('updated', 'lost', T + 1000);
        expect(await everyEvent()).toMatchObject([{ change: 'opened', incident: { id: id('lost') } }]);
      });

      it('notes who did what and when', async () => {
        await raise('a');
        clock.set(T + 60_000);
        const { incidents } = history;
        expect(await incidents.act(id('a'), { action: 'acknowledge' }, 'lan')).toMatchObject({
          outcome: 'done',
        });
        await incidents.act(id('a'), { action: 'assign', assignee: 'minh' }, 'lan');
        await incidents.act(id('a'), { action: 'note', text: 'xe tải hỏng' }, 'minh');
        await incidents.act(id('a'), { action: 'verdict', verdict: 'true', reason: undefined }, 'minh');
        await incidents.act(id('a'), { action: 'lock-evidence', locked: true }, 'lan');
        await incidents.act(id('a'), { action: 'close' }, 'lan');
        const found = await incidents.get(id('a'));
        expect(found).toMatchObject({
          state: 'closed',
          acknowledged: { at: T + 60_000, by: 'lan' },
          assignee: 'minh',
          verdict: { verdict: 'true', by: 'minh' },
          closed: { by: 'lan' },
          evidence: { locked: true },
        });
        expect(found?.timeline.slice(1)).toMatchObject([
          { by: 'lan', act: { action: 'acknowledge' } },
          { by: 'lan', act: { action: 'assign', assignee: 'minh' } },
          { by: 'minh', act: { action: 'note', text: 'xe tải hỏng' } },
          { by: 'minh', act: { action: 'verdict', verdict: 'true' } },
          { by: 'lan', act: { action: 'lock-evidence', locked: true } },
          { by: 'lan', act: { action: 'close' } },
        ]);
        expect((await everyEvent()).map((event) => 'change' in event && event.change)).toEqual([
          'opened',
          'acknowledged',
          'assigned',
          'noted',
          'judged',
          'evidence',
          'closed',
        ]);
      });

      it('does nothing twice, and tells a second operator who was first', async () => {
        await raise('a');
        await history.incidents.act(id('a'), { action: 'acknowledge' }, 'lan');
        const second = await history.incidents.act(id('a'), { action: 'acknowledge' }, 'minh');
        expect(second).toMatchObject({ outcome: 'unchanged', incident: { acknowledged: { by: 'lan' } } });
        expect(await history.incidents.act(id('none'), { action: 'close' }, 'lan')).toEqual({
          outcome: 'unknown',
        });
        expect(await everyEvent()).toHaveLength(2);
      });

      it('lets a closed incident be judged but not assigned, and opens it again when the rules do', async () => {
        await raise('a');
        await history.incidents.act(id('a'), { action: 'close' }, 'lan');
        const refused = await history.incidents.act(id('a'), { action: 'assign', assignee: 'minh' }, 'lan');
        expect(refused.outcome).toBe('closed');
        const verdict = { action: 'verdict', verdict: 'false', reason: 'shadow' } as const;
        expect((await history.incidents.act(id('a'), verdict, 'lan')).outcome).toBe('done');
        await change('cleared', 'a', T + 2000, { clearedAt: T + 2000 });
        expect((await history.incidents.get(id('a')))?.state).toBe('closed');
        await change('reopened', 'a', T + 3000);
        expect(await history.incidents.get(id('a'))).toMatchObject({
          state: 'open',
          verdict: { reason: 'shadow' },
        });
      });

      it('follows its evidence', async () => {
        await raise('a');
        await history.incidents.recordEvidence(id('a'), { snapshot: 'ready', at: T });
        await history.incidents.recordEvidence(id('a'), { snapshot: 'ready', at: T });
        await history.incidents.recordEvidence(id('a'), { clip: 'failed', at: T });
        await history.incidents.recordEvidence(id('nobody'), { clip: 'ready', at: T });
        expect((await history.incidents.get(id('a')))?.evidence).toMatchObject({
          snapshot: 'ready',
          clip: 'failed',
        });
        expect(await everyEvent()).toHaveLength(3);
      });

      it('links neighbours from both sides, once', async () => {
        await raise('a');
        await raise('b', T, {}, harbour);
        const link = { from: id('a'), to: id('b'), relation: 'upstream', at: T } as const;
        await history.incidents.link(link);
        await history.incidents.link(link);
        await history.incidents.link({ ...link, to: id('nobody') });
        expect((await history.incidents.get(id('a')))?.links).toEqual([
          { incident: id('b'), relation: 'upstream' },
        ]);
        expect((await history.incidents.get(id('b')))?.links).toEqual([
          { incident: id('a'), relation: 'downstream' },
        ]);
        expect(await everyEvent()).toHaveLength(4);
      });

      it('lists the newest first, page by page, without a hole or a double', async () => {
        // Several at the same moment, so that the time alone does not order them.
        for (let i = 0; i < 25; i++)
          await raise(`i${String(i).padStart(2, '0')}`, T + Math.floor(i / 4) * 1000);
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await history.incidents.list({ domains: [junction.domain] }, { limit: 7, cursor });
          seen.push(...named(page.rows));
          cursor = page.next;
        } while (cursor !== undefined);
        expect(seen).toEqual([...seen].sort().reverse());
        expect(new Set(seen).size).toBe(25);
        expect((await history.incidents.list({}, { limit: 7, cursor: 'bm9uc2Vuc2U' })).rows).toEqual([]);
      });

      it('narrows the list by everything that is asked', async () => {
        await raise('a', T);
        await raise('b', T + HOUR, { kind: 'congestion', severity: 'minor' });
        await raise('c', T + 2 * HOUR, {}, harbour);
        await history.incidents.act(
          id('a'),
          { action: 'verdict', verdict: 'true', reason: undefined },
          'lan',
        );
        await history.incidents.act(id('b'), { action: 'assign', assignee: 'minh' }, 'lan');
        await history.incidents.act(id('c'), { action: 'close' }, 'lan');
        const domains = [junction.domain, harbour.domain, 'nobody'];
        const list = async (filter: Parameters<History['incidents']['list']>[0]) =>
          named((await history.incidents.list({ domains, ...filter }, { limit: 10 })).rows).join('');
        expect(await list({ from: T + 1 })).toBe('cb');
        expect(await list({ from: T, to: T + 2 * HOUR })).toBe('ba');
        expect(await list({ cameras: [harbour.camera] })).toBe('c');
        expect(await list({ domains: [junction.domain] })).toBe('ba');
        expect(await list({ domains: [] })).toBe('');
        expect(await list({ kinds: ['congestion', 'wrong-way'] })).toBe('b');
        expect(await list({ severities: ['major'] })).toBe('ca');
        expect(await list({ states: ['open'] })).toBe('ba');
        expect(await list({ verdicts: ['true'] })).toBe('a');
        expect(await list({ verdicts: ['true', 'unjudged'], domains: [junction.domain] })).toBe('ba');
        expect(await list({ assignee: 'minh' })).toBe('b');
        expect(await history.incidents.totals({ domains })).toEqual({ open: 2, cleared: 0, closed: 1 });
        expect((await history.incidents.totals()).open).toBeGreaterThanOrEqual(2);
        expect(await history.incidents.totals({ domains: [harbour.domain] })).toEqual({
          open: 0,
          cleared: 0,
          closed: 1,
        });
      });

      it('says how good the detector was', async () => {
        const seconds = [4, 6, 8, 30];
        for (const [i, s] of seconds.entries()) {
          await raise(`t${i}`, T + i, { onsetAt: T + i - s * 1000 });
          await history.incidents.act(
            id(`t${i}`),
            { action: 'verdict', verdict: 'true', reason: undefined },
            'lan',
          );
        }
        await raise('f');
        await history.incidents.act(
          id('f'),
          { action: 'verdict', verdict: 'false', reason: 'shadow' },
          'lan',
        );
        await raise('u');
        await history.incidents.act(
          id('u'),
          { action: 'verdict', verdict: 'unverifiable', reason: undefined },
          'lan',
        );
        await raise('open');
        await raise('elsewhere', T, {}, harbour);
        await raise('before', T - DAY);
        const quality = await history.incidents.quality({
          from: T,
          to: T + HOUR,
          domains: [junction.domain, harbour.domain],
        });
        expect(quality).toEqual([
          {
            ...{
              camera: harbour.camera,
              name: harbour.name,
              domain: harbour.domain,
              kind: 'stopped-vehicle',
            },
            ...{ true: 0, false: 0, unverifiable: 0, unjudged: 1 },
          },
          {
            ...{
              camera: junction.camera,
              name: junction.name,
              domain: junction.domain,
              kind: 'stopped-vehicle',
            },
            ...{ true: 4, false: 1, unverifiable: 1, unjudged: 1 },
            ...{ meanSecondsToDetect: 12, p95SecondsToDetect: 30 },
          },
        ]);
        expect(
          await history.incidents.quality({ from: T, to: T + HOUR, domains: [harbour.domain] }),
        ).toHaveLength(1);
      });

      it('survives any order of what rules and operators do', async () => {
        const step = fc.oneof(
          fc.record({
            rule: fc.constantFrom<IncidentChange['change']>('opened', 'updated', 'cleared', 'reopened'),
            later: fc.integer({ min: -5, max: 20 }),
          }),
          fc.constantFrom(
            { act: { action: 'acknowledge' as const } },
            { act: { action: 'assign' as const, assignee: 'minh' } },
            { act: { action: 'verdict' as const, verdict: 'unverifiable' as const, reason: undefined } },
            { act: { action: 'close' as const } },
          ),
        );
        let round = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
            const id = `r${round++}`;
            let at = T;
            for (const one of steps) {
              if ('act' in one) await history.incidents.act(id, one.act, 'lan');
              else {
                at += one.later;
                const clearedAt = one.rule === 'cleared' ? at : undefined;
                await change(one.rule, id, at, { clearedAt });
              }
            }
            const found = await history.incidents.get(id);
            if (found === undefined) return;
            expect(found.state === 'closed').toBe(found.closed !== undefined);
            if (found.state !== 'closed')
              expect(found.state === 'cleared').toBe(found.clearedAt !== undefined);
            const events = (await history.events.read(0, 100_000)).filter(
              (event) => event.type === 'incident' && event.incident.id === id,
            );
            expect(events.at(-1)).toMatchObject({
              sequence: found.sequence,
              incident: { state: found.state },
            });
          }),
          { numRuns: 30 },
        );
        const sequences = (await history.events.read(0, 100_000)).map((event) => event.sequence);
        expect(sequences).toEqual(sequences.map((_, at) => at + 1));
      });
    });

    describe('the log', () => {
      isolated();
      it('numbers everything without a hole, across restarts, and keeps its id', async () => {
        const log = history.events.id;
        await raise('a');
        await history.cameras.record(
          { camera: harbour.camera, state: 'live', since: T, reason: 'ok' },
          harbour,
        );
        await reopen();
        await history.incidents.act(id('a'), { action: 'acknowledge' }, 'lan');
        expect(history.events.id).toBe(log);
        expect(history.events.bounds()).toEqual({ oldest: 1, newest: 3 });
        expect((await everyEvent()).map((event) => event.sequence)).toEqual([1, 2, 3]);
        expect((await history.events.read(1, 1)).map((event) => event.sequence)).toEqual([2]);
        expect(await history.events.read(3, 10)).toEqual([]);
      });

      it('tells subscribers after the commit, in order, exactly what can be read', async () => {
        const told: EventNotice[] = [];
        const subscription = history.events.subscribe((notice) => told.push(notice));
        await Promise.all(Array.from({ length: 50 }, (_, i) => raise(`i${i}`)));
        const read = await everyEvent();
        expect(told.map((notice) => notice.kind === 'logged' && notice.event)).toEqual(read);
        subscription.close();
        await raise('late');
        expect(told).toHaveLength(50);
      });

      it('loses its tail to retention and says where it begins', async () => {
        for (let i = 0; i < 30; i++) {
          clock.set(T + i * DAY);
          await raise(`i${i}`, T + i * DAY);
        }
        await history.trim({ eventDays: 10, incidentDays: 1000, cameraStateDays: 1000, trafficDays: 1000 });
        expect(history.events.bounds()).toEqual({ oldest: 20, newest: 30 });
        expect((await everyEvent())[0]?.sequence).toBe(20);
        await reopen();
        expect(history.events.bounds()).toEqual({ oldest: 20, newest: 30 });
        clock.set(T + 1000 * DAY);
        await history.trim({ eventDays: 10, incidentDays: 1000, cameraStateDays: 1000, trafficDays: 1000 });
        expect(history.events.bounds()).toEqual({ oldest: 30, newest: 30 });
        expect((await raise('next')).sequence).toBe(31);
      });
    });

    describe('camera states', () => {
      isolated();
      const enter = (
        state: 'live' | 'silent' | 'unreachable' | 'frozen',
        since: EpochMs,
        facts = junction,
      ) => {
        clock.set(Math.max(clock.now(), since));
        return history.cameras.record({ camera: facts.camera, state, since, reason: `is ${state}` }, facts);
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
          const page = await history.cameras.uptime(all, { limit, cursor });
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
        const page = await history.cameras.states({ camera: junction.camera }, { limit: 2 });
        expect(page.rows).toMatchObject([
          { ...junction, state: 'live', since: T + 2 * HOUR, reason: 'is live' },
          { state: 'silent', since: T + HOUR, until: T + 2 * HOUR },
        ]);
        expect(page.rows[0]?.until).toBeUndefined();
        const rest = await history.cameras.states(
          { camera: junction.camera },
          { limit: 2, cursor: page.next },
        );
        expect(rest).toMatchObject({ rows: [{ state: 'live', since: T + 10, until: T + HOUR }] });
        expect(rest.next).toBeUndefined();
        const cut = { camera: junction.camera, from: T + 90 * MINUTE, to: T + 2 * HOUR };
        expect((await history.cameras.states(cut, { limit: 9 })).rows.map((row) => row.state)).toEqual([
          'silent',
        ]);
        expect((await history.cameras.states({ camera: 'none' }, { limit: 9 })).rows).toEqual([]);
      });

      it('logs every change once, with what was before', async () => {
        await enter('live', T);
        await enter('live', T + 5);
        await enter('frozen', T + 10);
        await history.cameras.recordRemoved(junction, T + 20);
        await enter('live', T + 30);
        expect(await everyEvent()).toMatchObject([
          { type: 'camera-state', ...junction, state: 'live', since: T },
          { state: 'frozen', previous: 'live' },
          { state: 'removed', previous: 'frozen' },
          { state: 'live' },
        ]);
        const previous = (await everyEvent()).map((event) => event.type === 'camera-state' && event.previous);
        expect(previous).toEqual([undefined, 'live', 'frozen', undefined]);
      });

      it('adds up uptime: up, down and, where the gateway was not, unknown', async () => {
        await enter('live', T);
        await enter('unreachable', T + 6 * HOUR);
        await enter('live', T + 7 * HOUR);
        clock.set(T + 10 * HOUR);
        await history.close();
        clock.set(T + 12 * HOUR);
        history = await open(dir, clock);
        await enter('live', T + 13 * HOUR);
        clock.set(T + DAY);
        expect(await uptime()).toEqual([
          {
            ...{ camera: junction.camera, domain: junction.domain, from: T, to: T + DAY },
            ...{ upMs: 20 * HOUR, downMs: HOUR, unknownMs: 3 * HOUR, availability: 20 / 21, outages: 1 },
            msByState: { live: 20 * HOUR, unreachable: HOUR },
          },
        ]);
      });

      it('counts by domain, by day and by month of the site’s own clock, and not the future', async () => {
        await enter('live', T);
        await enter('live', T, harbour);
        await enter('unreachable', T + 12 * HOUR, harbour);
        clock.set(T + 36 * HOUR);
        const days = await uptime({ by: 'domain', period: 'day', to: T + 10 * DAY, utcOffsetMinutes: 420 });
        // T is 14:00 in Hạ Long, so the first day has ten hours.
        expect(
          days.map((row) => [row.domain, (row.to - row.from) / HOUR, row.upMs / HOUR, row.downMs / HOUR]),
        ).toEqual([
          [harbour.domain, 10, 10, 0],
          [harbour.domain, 24, 2, 22],
          [harbour.domain, 2, 0, 2],
          [junction.domain, 10, 10, 0],
          [junction.domain, 24, 24, 0],
          [junction.domain, 2, 2, 0],
        ]);
        const paged = { by: 'domain', period: 'day', to: T + 10 * DAY, utcOffsetMinutes: 420 } as const;
        expect(await uptime(paged, 1)).toEqual(days);
        expect(await uptime({ by: 'domain', domains: [junction.domain], period: 'month' })).toMatchObject([
          { domain: junction.domain, availability: 1, outages: 0 },
        ]);
        expect(await uptime({ cameras: ['none'] })).toEqual([]);
      });

      it('knows nothing of a camera that is no longer configured', async () => {
        await enter('live', T);
        await history.cameras.recordRemoved(junction, T + HOUR);
        clock.set(T + DAY);
        expect(await uptime()).toMatchObject([
          { upMs: HOUR, downMs: 0, unknownMs: 23 * HOUR, availability: 1 },
        ]);
      });

      it('forgets old states but not the one that still stands', async () => {
        await enter('live', T);
        await enter('silent', T + HOUR);
        await enter('live', T + 2 * HOUR);
        clock.set(T + 400 * DAY);
        await history.trim({ eventDays: 1000, incidentDays: 1000, cameraStateDays: 30, trafficDays: 1000 });
        expect(await uptime({ from: T + 399 * DAY, to: T + 400 * DAY })).toMatchObject([{ upMs: DAY }]);
        expect((await history.cameras.states({ camera: junction.camera }, { limit: 9 })).rows).toHaveLength(
          1,
        );
      });
    });

    describe('traffic', () => {
      shared();
      const countAt = (minuteAt: EpochMs, more: Partial<TrafficCount> = {}): TrafficCount => ({
        camera: junction.camera,
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
        await history.traffic.counts(
          {
            from: T,
            to: T + DAY,
            cameras: [junction.camera],
            intervalMinutes: 60,
            utcOffsetMinutes: 0,
            ...query,
          },
          { limit },
        );

      it('gives back a minute as it was', async () => {
        await history.traffic.record([
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
        await history.traffic.record([countAt(T)]);
        await history.traffic.record([countAt(T, { count: 12 })]);
        expect((await ask()).rows).toMatchObject([{ count: 12 }]);
      });

      it('adds up minutes: sums counts, weighs means, takes the longest queue', async () => {
        await history.traffic.record([
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
            ...{ camera: junction.camera, lane: 'north-1', roadUser: 'motorbike', direction: 'forward' },
            ...{ startsAt: T, count: 40, meanSpeedKmh: 45, occupancy: 0.375, meanHeadwaySeconds: 4 },
            ...{ queueMetres: 20, watchedSeconds: 80 },
          },
        ]);
      });

      it('cuts days where the site’s days begin', async () => {
        const midnight = T + 10 * HOUR; // in Hạ Long
        await history.traffic.record([countAt(midnight - MINUTE), countAt(midnight, { count: 3 })]);
        const { rows } = await ask({ intervalMinutes: 1440, utcOffsetMinutes: 420 });
        expect(rows.map((row) => [row.startsAt, row.count])).toEqual([
          [midnight - DAY, 10],
          [midnight, 3],
        ]);
      });

      it('keeps to the lanes, classes and cameras asked for, and pages by whole intervals', async () => {
        const hours = [0, 1, 2, 3];
        await history.traffic.record(
          hours.flatMap((hour) => [
            countAt(T + hour * HOUR),
            countAt(T + hour * HOUR, { lane: 'south-1' }),
            countAt(T + hour * HOUR, { camera: harbour.camera, roadUser: 'bus' }),
          ]),
        );
        expect((await ask({ lanes: ['south-1'] })).rows).toHaveLength(4);
        expect((await ask({ roadUsers: ['bus'] })).rows).toHaveLength(0);
        const cameras = [junction.camera, harbour.camera, 'none'];
        const whole = (await ask({ cameras })).rows;
        const query = { from: T, to: T + DAY, cameras, intervalMinutes: 60, utcOffsetMinutes: 0 } as const;
        const paged = [];
        for (let cursor: string | undefined, more = true; more; ) {
          const page = await history.traffic.counts(query, { limit: 3, cursor });
          paged.push(...page.rows);
          cursor = page.next;
          more = cursor !== undefined;
        }
        expect(paged).toEqual(whole);
        expect(whole).toHaveLength(12);
      });

      it('counts turning movements', async () => {
        const turn = { camera: junction.camera, fromLane: 'north-1', toLane: 'east-2', roadUser: 'car' };
        await history.traffic.recordTurns([
          { ...turn, minuteAt: T, count: 2 },
          { ...turn, minuteAt: T + MINUTE, count: 3 },
        ]);
        await history.traffic.record([countAt(T)]);
        const query = { from: T, to: T + HOUR, cameras: [junction.camera], utcOffsetMinutes: 0 } as const;
        const { rows } = await history.traffic.turns({ ...query, intervalMinutes: 60 }, { limit: 10 });
        expect(rows).toEqual([{ ...turn, startsAt: T, count: 5 }]);
        expect((await ask()).rows).toHaveLength(1);
      });

      it('forgets old traffic', async () => {
        await history.traffic.record([countAt(T), countAt(T + 40 * DAY)]);
        clock.set(T + 41 * DAY);
        await history.trim({ eventDays: 1, incidentDays: 1, cameraStateDays: 1, trafficDays: 30 });
        expect((await ask({ to: T + 41 * DAY })).rows.every((row) => row.startsAt >= T + 11 * DAY)).toBe(
          true,
        );
      });
    });

    describe('people', () => {
      shared();
      it('knows a user by password, whatever the Unicode form', async () => {
        const { people } = history;
        await people.putUser({
          name: 'lan',
          password: 'mật khẩu dài'.normalize('NFD'),
          role: 'administrator',
        });
        expect(await people.checkPassword('lan', 'mật khẩu dài'.normalize('NFC'))).toMatchObject({
          name: 'lan',
          role: 'administrator',
        });
        expect(await people.checkPassword('lan', 'falsch')).toBeUndefined();
        expect(await people.checkPassword('minh', 'mật khẩu dài')).toBeUndefined();
        expect(await people.users()).toEqual([{ name: 'lan', role: 'administrator', createdAt: T }]);
      });

      it('opens sessions, extends them in use, ends them by age, sign-out, password and removal', async () => {
        const { people } = history;
        const lan = await people.putUser({ name: 'lan', password: 'one', role: 'administrator' });
        const { secret } = await people.openSession(lan);
        expect(await people.identify(secret)).toMatchObject({ kind: 'session', user: 'lan' });
        expect(await people.identify(`${secret}x`)).toBeUndefined();
        clock.set(T + 11 * HOUR);
        await people.identify(secret);
        await people.users();
        clock.set(T + 20 * HOUR);
        await expect.poll(() => people.identify(secret), { timeout: 20_000 }).toMatchObject({ user: 'lan' });
        clock.set(T + 40 * HOUR);
        expect(await people.identify(secret)).toBeUndefined();
        const again = await people.openSession(lan);
        await people.closeSession(again.secret);
        expect(await people.identify(again.secret)).toBeUndefined();
        const third = await people.openSession(lan);
        await people.putUser({ name: 'lan', password: 'two', role: 'administrator' });
        expect(await people.identify(third.secret)).toBeUndefined();
        const fourth = await people.openSession(lan);
        expect(await people.removeUser('lan')).toBe(true);
        expect(await people.removeUser('lan')).toBe(false);
        expect(await people.identify(fourth.secret)).toBeUndefined();
      });

      it('gives out tokens that end when removed or too old', async () => {
        const { people } = history;
        const wanted = { name: 'scada', scope: 'read', createdBy: 'lan', expiresAt: T + DAY } as const;
        const { secret, token } = await people.addToken(wanted);
        expect(await people.identify(secret)).toEqual({
          kind: 'token',
          id: token.id,
          name: 'scada',
          scope: 'read',
        });
        await expect.poll(async () => (await people.tokens())[0]?.lastUsedAt, { timeout: 20_000 }).toBe(T);
        expect(JSON.stringify(await people.tokens())).not.toContain(secret);
        clock.set(T + DAY);
        expect(await people.identify(secret)).toBeUndefined();
        const second = await people.addToken({ ...wanted, expiresAt: undefined });
        expect(await people.removeToken(second.token.id)).toBe(true);
        expect(await people.removeToken(second.token.id)).toBe(false);
        expect(await people.identify(second.secret)).toBeUndefined();
      });
    });

    describe('all of it', () => {
      isolated();

      it('keeps what the rules learned', async () => {
        const state = { freeFlowKmh: [31.5, null], hours: { 7: 0.25 } };
        await history.learned.record('cam', 'congestion', { old: true }, T);
        await history.learned.record('cam', 'congestion', state, T + 1);
        await reopen();
        expect(await history.learned.get('cam', 'congestion')).toEqual({ state, at: T + 1 });
        expect(await history.learned.get('cam', 'wrong-way')).toBeUndefined();
      });

      it('forgets old incidents, but neither open nor locked ones', async () => {
        for (const name of ['open', 'cleared', 'locked', 'young'])
          await raise(name, name === 'young' ? T + 400 * DAY : T);
        for (const name of ['cleared', 'locked', 'young'])
          await history.incidents.act(id(name), { action: 'close' }, 'lan');
        await history.incidents.act(id('locked'), { action: 'lock-evidence', locked: true }, 'lan');
        await history.incidents.link({ from: 'cleared', to: 'open', relation: 'same', at: T });
        clock.set(T + 401 * DAY);
        await history.trim({ eventDays: 1, incidentDays: 365, cameraStateDays: 1, trafficDays: 1 });
        expect(named((await history.incidents.list({}, { limit: 9 })).rows).sort()).toEqual([
          'locked',
          'open',
          'young',
        ]);
        expect((await history.incidents.get(id('open')))?.links).toEqual([]);
      });

      it('stores what waits before it closes', async () => {
        const writes = Array.from({ length: 300 }, (_, i) => raise(`w${i}`));
        await history.close();
        await Promise.all(writes);
        history = await open(dir, clock);
        expect(history.events.bounds().newest).toBe(300);
      });
    });
  });
}
