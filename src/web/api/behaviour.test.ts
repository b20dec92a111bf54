import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INCIDENT_ID, raise, type TestSite, testSite } from '../../../test/support/web/test-site.ts';
import type {
  Cameras,
  Incident,
  IncidentDetail,
  Incidents,
  Problem,
  Quality,
  Traffic,
  Uptime,
} from './contract.ts';

const MINUTE = 60_000;

describe('the API', () => {
  let site: TestSite;

  beforeAll(async () => {
    site = await testSite({ cameras: 1300 });
    await raise(site.history);
  });
  afterAll(() => site.close());

  const get = async <T>(path: string): Promise<T> => (await (await site.call('GET', path)).json()) as T;
  const refused = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const response = await site.call(method, path, body, headers);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = (await response.json()) as Problem;
    expect(problem.status).toBe(response.status);
    expect(problem.type).toBe(`urn:ngatu:problem:${problem.code}`);
    return [response.status, problem.code, problem] as const;
  };

  describe('cameras', () => {
    it('come page by page, all of them once', async () => {
      const ids: string[] = [];
      for (let cursor = ''; ; ) {
        const page = await get<Cameras>(`/api/cameras?limit=500${cursor}`);
        ids.push(...page.cameras.map(({ id }) => id));
        expect(page.total).toBe(1300);
        if (page.next === undefined) break;
        cursor = `&cursor=${page.next}`;
      }
      expect(ids).toHaveLength(1300);
      expect(new Set(ids).size).toBe(1300);
    });

    it('are counted by domain and state, each with the other filters kept', async () => {
      const page = await get<Cameras>('/api/cameras?domain=harbour&limit=1');
      expect(page).toMatchObject({
        total: 1,
        facets: { domain: { traffic: 1299, harbour: 1 }, state: { unreachable: 1 } },
      });
      const down = await get<Cameras>('/api/cameras?state=unreachable&limit=1');
      expect(down.facets).toEqual({ domain: { harbour: 1 }, state: { live: 1299, unreachable: 1 } });
    });

    it('are found by name with or without Vietnamese marks', async () => {
      for (const q of ['bai chay', 'BÃI', 'cảng', 'Bai-Chay-3'])
        expect(
          (await get<Cameras>(`/api/cameras?q=${encodeURIComponent(q)}`)).cameras.map(({ id }) => id),
        ).toEqual(['bai-chay-3']);
      expect((await get<Cameras>('/api/cameras?q=nowhere')).total).toBe(0);
      expect((await get<Cameras>('/api/cameras?analysed=true')).cameras.map(({ id }) => id)).toEqual([
        'loong-toong-1',
      ]);
    });

    it('show a picture with its age, or say that there is none', async () => {
      const response = await site.call('GET', '/api/cameras/loong-toong-1/snapshot.jpg');
      expect(await response.text()).toBe('picture');
      expect(Number(response.headers.get('age'))).toBe(3);
      expect(Date.parse(response.headers.get('x-captured-at') ?? '')).toBeGreaterThan(Date.now() - 10_000);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const [status, code, problem] = await refused('GET', '/api/cameras/bai-chay-3/snapshot.jpg');
      expect([status, code, problem.detail]).toEqual([503, 'no-current-picture', 'as it is']);
      expect((await refused('GET', '/api/cameras/none/snapshot.jpg'))[0]).toBe(404);
    });
  });

  describe('incidents', () => {
    it('are listed by every filter, page by page', async () => {
      const now = Date.now();
      for (let i = 0; i < 5; i++) await raise(site.history, `listed-${i}`, now - 3_600_000 - i * 1000);
      const from = new Date(now - 3_700_000).toISOString();
      const to = String(now - 3_500_000);
      const first = await get<Incidents>(`/api/incidents?from=${from}&to=${to}&limit=2`);
      expect(first.incidents.map(({ id }) => id)).toEqual(['listed-0', 'listed-1']);
      const second = await get<Incidents>(
        `/api/incidents?from=${from}&to=${to}&limit=9&cursor=${first.next}`,
      );
      expect(second.incidents.map(({ id }) => id)).toEqual(['listed-2', 'listed-3', 'listed-4']);
      expect(second.next).toBeUndefined();
      const none =
        '?kind=congestion&kind=wrong-way&domain=traffic&state=open&severity=major&camera=loong-toong-1';
      expect((await get<Incidents>(`/api/incidents${none}`)).incidents).toEqual([]);
    });

    it('have their times as text and nothing that is absent', async () => {
      const incident = await get<IncidentDetail>(`/api/incidents/${INCIDENT_ID}`);
      expect(Date.parse(incident.detectedAt)).toBeGreaterThan(0);
      expect(incident.timeline[0]).toMatchObject({ life: 'opened' });
      expect(incident).not.toHaveProperty('clearedAt');
      expect(incident.path).toHaveLength(2);
    });

    it('follow what operators do, and say who did it', async () => {
      await raise(site.history, 'acted');
      const act = async (name: string, body: object) =>
        (await (await site.call('POST', `/api/incidents/acted/${name}`, body)).json()) as Incident & Problem;
      expect(await act('acknowledge', {})).toMatchObject({ acknowledged: { by: 'admin' }, state: 'open' });
      expect(await act('assign', { assignee: 'minh' })).toMatchObject({ assignee: 'minh' });
      expect(await act('assign', { assignee: null })).not.toHaveProperty('assignee');
      expect(await act('verdict', { verdict: 'false' })).toMatchObject({
        status: 422,
        mistakes: [{ at: 'reason' }],
      });
      expect(await act('verdict', { verdict: 'false', reason: 'bóng cây' })).toMatchObject({
        verdict: { reason: 'bóng cây' },
      });
      expect(await act('close', { note: 'xong' })).toMatchObject({ state: 'closed' });
      expect(await act('acknowledge', {})).toMatchObject({ status: 409, code: 'closed' });
      const { timeline } = await get<IncidentDetail>('/api/incidents/acted');
      expect(timeline.map((step) => ('act' in step ? step.act.action : step.life))).toEqual([
        ...['opened', 'acknowledge', 'assign', 'assign', 'verdict', 'note', 'close'],
      ]);
      const [row] = (await get<Quality>('/api/quality?camera=loong-toong-1')).rows;
      expect(row).toMatchObject({ kind: 'stopped-vehicle', false: 1, falseShare: 1, falsePerDay: 1 / 30 });
      expect((await refused('POST', '/api/incidents/none/close', {}))[0]).toBe(404);
    });

    it('give their clip in ranges, and again only when it changed', async () => {
      const path = `/api/incidents/${INCIDENT_ID}/evidence.mp4`;
      const authorization = `Bearer ${site.token}`;
      const part = await site.call('GET', path, undefined, { authorization, range: 'bytes=256-259' });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe('bytes 256-259/1000');
      expect([...new Uint8Array(await part.arrayBuffer())]).toEqual([0, 1, 2, 3]);
      const beyond = await site.call('GET', path, undefined, { authorization, range: 'bytes=5000-' });
      expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
      const etag = part.headers.get('etag') ?? '';
      const same = await site.call('GET', path, undefined, {
        authorization,
        'if-none-match': etag,
        'cache-control': 'max-age=0',
      });
      expect(same.status).toBe(304);
      const head = await site.call('HEAD', path);
      expect([head.status, head.headers.get('content-length')]).toEqual([200, '1000']);
      const [status, code] = await refused('GET', `/api/incidents/${INCIDENT_ID}/snapshot.jpg`);
      expect([status, code]).toEqual([404, 'evidence-pending']);
    });
  });

  describe('traffic', () => {
    const minuteAt = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;

    beforeAll(async () => {
      const common = { camera: 'loong-toong-1', lane: 'lane-2', direction: 'forward', minuteAt } as const;
      const measured = {
        occupancy: 0.25,
        meanHeadwaySeconds: 3.5,
        queueMetres: undefined,
        watchedSeconds: 60,
      };
      await site.history.traffic.record([
        { ...common, ...measured, roadUser: 'motorbike', count: 12, meanSpeedKmh: 31.5 },
        { ...common, ...measured, roadUser: 'car', count: 3, meanSpeedKmh: undefined },
      ]);
    });

    it('is the last hour of all watched cameras unless told', async () => {
      const { rows } = await get<Traffic>('/api/traffic?interval=1m');
      expect(rows).toEqual([
        {
          ...{ camera: 'loong-toong-1', lane: 'lane-2', roadUser: 'car', direction: 'forward', count: 3 },
          ...{
            startsAt: new Date(minuteAt).toISOString(),
            occupancy: 0.25,
            meanHeadwaySeconds: 3.5,
            watchedSeconds: 60,
          },
        },
        expect.objectContaining({ roadUser: 'motorbike', count: 12, meanSpeedKmh: 31.5 }),
      ]);
      expect((await get<Traffic>('/api/traffic?camera=bai-chay-3')).rows).toEqual([]);
      expect((await get<Traffic>('/api/traffic?domain=harbour')).rows).toEqual([]);
    });

    it('comes as CSV for spreadsheets', async () => {
      const response = await site.call('GET', '/api/traffic.csv?interval=1m');
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="traffic.csv"');
      expect((await response.text()).split('\r\n')).toEqual([
        'camera,startsAt,lane,roadUser,direction,count,meanSpeedKmh,occupancy,meanHeadwaySeconds,queueMetres,watchedSeconds',
        `loong-toong-1,${new Date(minuteAt).toISOString()},lane-2,car,forward,3,,0.25,3.5,,60`,
        `loong-toong-1,${new Date(minuteAt).toISOString()},lane-2,motorbike,forward,12,31.5,0.25,3.5,,60`,
        '',
      ]);
    });

    it('refuses a time that is empty or endless', async () => {
      expect((await refused('GET', '/api/traffic?from=2026-01-02&to=2026-01-01'))[1]).toBe('empty-time');
      expect((await refused('GET', '/api/traffic?from=0'))[1]).toBe('long-time');
      expect((await refused('GET', '/api/uptime?from=0'))[1]).toBe('long-time');
    });
  });

  it('adds up uptime by the site’s own days', async () => {
    const facts = { camera: 'loong-toong-1', name: 'x', domain: 'traffic' };
    await site.history.cameras.record(
      { camera: facts.camera, state: 'live', since: Date.now() - 5000, reason: '' },
      facts,
    );
    const { rows } = await get<Uptime>('/api/uptime?by=camera&period=day');
    const last = rows.at(-1);
    expect(last).toMatchObject({ camera: 'loong-toong-1', availability: 1, outages: 0 });
    expect(new Date(Date.parse(last?.from ?? '') + 7 * 3_600_000).toISOString()).toMatch(/T00:00:00/);
  });

  it('changes the configuration, dry or for real, and not on top of somebody else’s change', async () => {
    const change = async (query: string, body: object) =>
      await (await site.call('POST', `/api/config${query}`, body)).json();
    expect(await change('?dryRun=true', { yaml: 'a: 1' })).toMatchObject({
      applied: false,
      added: ['new-1'],
    });
    expect(await change('', { yaml: 'a: 1', revision: 'r1' })).toMatchObject({
      applied: true,
      revision: 'r2',
    });
    expect(await change('', { yaml: 'a: mistake' })).toMatchObject({
      applied: false,
      mistakes: [{ line: 3 }],
    });
    expect((await refused('POST', '/api/config', { yaml: '', revision: 'r0' }))[1]).toBe('stale-revision');
  });

  it('answers again only what has changed', async () => {
    const first = await site.call('GET', '/api/cameras/loong-toong-1');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('etag')).toMatch(/^W\//);
  });

  describe('refusals', () => {
    it('say what is wrong, as problem documents', async () => {
      expect((await refused('GET', '/api/nothing'))[0]).toBe(404);
      expect((await refused('GET', '/'))[0]).toBe(404);
      expect((await refused('GET', '/api/incidents/%E0%A4%A'))[0]).toBe(400);
      expect((await refused('POST', `/api/incidents/${INCIDENT_ID}/note`, '{"text":'))[1]).toBe('bad-json');
      expect((await refused('POST', '/api/tokens', { name: 'x'.repeat(70_000), scope: 'read' }))[0]).toBe(
        413,
      );
      const [status, code, problem] = await refused('GET', '/api/incidents?limit=0&kind=flood');
      expect([status, code]).toEqual([400, 'not-as-expected']);
      expect(problem.mistakes?.map(({ at }) => at).sort()).toEqual(['kind', 'limit']);
      const [, , unknown] = await refused('POST', `/api/incidents/${INCIDENT_ID}/note`, {
        text: 'x',
        admin: true,
      });
      expect(unknown.mistakes?.[0]?.message).toContain('admin');
    });

    it('name what can be done instead', async () => {
      const response = await site.call('PUT', '/api/status', {});
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
      const text = await fetch(`${site.url}/api/tokens`, {
        method: 'POST',
        body: 'name=x',
        headers: {
          authorization: `Bearer ${site.token}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
      });
      expect(text.status).toBe(415);
    });

    it('are all there is to hostile requests: never a crash, never a 500, never a stack', async () => {
      const paths = [
        '/api/incidents',
        '/api/cameras',
        '/api/traffic',
        '/api/uptime',
        '/api/events',
        '/api/turns.csv',
      ];
      const names = [
        'limit',
        'cursor',
        'from',
        'to',
        'camera',
        'domain',
        'kind',
        'offset',
        'interval',
        '__proto__',
        'after',
      ];
      const value = fc.oneof(
        fc.string({ maxLength: 40 }),
        fc.constantFrom(
          '-1',
          '1e999',
          '9'.repeat(40),
          '2026-02-30',
          '0',
          'null',
          '[]',
          'W10',
          "' OR 1=1 --",
          '\u0000',
        ),
      );
      const query = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 });
      const body = fc.oneof(
        fc.jsonValue(),
        fc.constantFrom({ __proto__: { a: 1 } }, { text: { $gt: '' } }, []),
      );
      const posts = ['note', 'verdict', 'assign', 'close', 'acknowledge'].map(
        (name) => `/api/incidents/x/${name}`,
      );
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...paths),
          query,
          fc.constantFrom(...posts),
          body,
          async (path, q, post, sent) => {
            const asked = new URLSearchParams(q).toString();
            const answers = [await site.call('GET', `${path}?${asked}`), await site.call('POST', post, sent)];
            for (const answer of answers) {
              const text = await answer.text();
              expect(answer.status, `${path}?${asked} ${text}`).toBeLessThan(500);
              expect(text).not.toMatch(/\.ts:\d|node_modules|SQLITE/);
            }
          },
        ),
        { numRuns: 150 },
      );
    });
  });
});
