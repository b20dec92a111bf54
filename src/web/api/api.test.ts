import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mismatches } from '../../../test/support/web/json-schema.ts';
import { INCIDENT_ID, raise, SECRET, type TestSite, testSite } from '../../../test/support/web/test-site.ts';

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, { content?: Record<string, { schema: Record<string, unknown> }> }>;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
}

const MINUTE = 60_000;

describe('every documented operation', () => {
  let site: TestSite;
  let document: Document;

  beforeAll(async () => {
    site = await testSite();
    document = (await (await site.call('GET', '/api/openapi.json')).json()) as Document;
    const { history } = site;
    const now = Date.now();
    await raise(history);
    await raise(history, 'second', now - 1000);
    await history.incidents.link({
      from: INCIDENT_ID,
      to: 'second',
      relation: 'upstream',
      metres: 120,
      at: now,
    });
    const facts = { camera: 'bai-chay-3', name: 'Cảng Bãi Cháy', domain: 'harbour' };
    await history.cameras.record(
      { camera: facts.camera, state: 'unreachable', since: now - 1000, reason: 'no route' },
      facts,
    );
    const minuteAt = Math.floor(now / MINUTE) * MINUTE - MINUTE;
    const count = {
      ...({
        camera: 'loong-toong-1',
        lane: 'lane-2',
        roadUser: 'motorbike',
        direction: 'forward',
        minuteAt,
      } as const),
      ...{ count: 7, meanSpeedKmh: 31.5, occupancy: 0.2, meanHeadwaySeconds: 3, queueMetres: undefined },
      watchedSeconds: 60,
    };
    await history.traffic.record([count]);
    await history.traffic.recordTurns([
      { camera: 'loong-toong-1', fromLane: 'lane-2', toLane: 'east-1', roadUser: 'car', minuteAt, count: 2 },
    ]);
  });

  afterAll(() => site.close());

  /** What each is called with; an operation without a line here fails the test below. */
  const calls: Readonly<Record<string, readonly [path: string, status: number, body?: unknown]>> = {
    postSession: ['/api/session', 201, { user: 'admin', password: 'đèn xanh, đèn đỏ' }],
    getSession: ['/api/session', 200],
    putSessionPassword: ['/api/session/password', 401, { current: 'wrong', next: 'long enough now' }],
    getStatus: ['/api/status', 200],
    getHealthz: ['/healthz', 200],
    getReadyz: ['/readyz', 200],
    getMetrics: ['/metrics', 200],
    getCameras: ['/api/cameras?domain=traffic&domain=harbour&limit=2&q=ngatu', 200],
    getCamerasId: ['/api/cameras/loong-toong-1', 200],
    getCamerasIdSnapshotJpg: ['/api/cameras/loong-toong-1/snapshot.jpg?width=320', 200],
    getCamerasIdStates: ['/api/cameras/bai-chay-3/states', 200],
    getCamerasIdSceneProposal: ['/api/cameras/loong-toong-1/scene-proposal?hours=2', 200],
    getOutages: ['/api/outages', 200],
    getRules: ['/api/rules?camera=loong-toong-1', 200],
    getIncidents: ['/api/incidents?limit=1&kind=stopped-vehicle&verdict=unjudged', 200],
    getIncidentsId: [`/api/incidents/${INCIDENT_ID}`, 200],
    getIncidentsIdEvidenceMp4: [`/api/incidents/${INCIDENT_ID}/evidence.mp4`, 200],
    getIncidentsIdSnapshotJpg: [`/api/incidents/${INCIDENT_ID}/snapshot.jpg`, 404],
    getIncidentsIdSecondLookJpg: [`/api/incidents/${INCIDENT_ID}/second-look.jpg`, 404],
    postIncidentsIdAcknowledge: [`/api/incidents/${INCIDENT_ID}/acknowledge`, 200, {}],
    postIncidentsIdAssign: [`/api/incidents/${INCIDENT_ID}/assign`, 200, { assignee: 'lan' }],
    postIncidentsIdVerdict: [
      `/api/incidents/${INCIDENT_ID}/verdict`,
      200,
      { verdict: 'false', reason: 'shadow' },
    ],
    postIncidentsIdNote: [`/api/incidents/${INCIDENT_ID}/note`, 200, { text: 'đã gọi cứu hộ' }],
    postIncidentsIdLock: [`/api/incidents/${INCIDENT_ID}/lock`, 200, { locked: true }],
    postIncidentsIdClose: [`/api/incidents/${INCIDENT_ID}/close`, 200, { note: 'done' }],
    getQuality: ['/api/quality', 200],
    getEvents: ['/api/events?after=0&limit=50', 200],
    getTraffic: ['/api/traffic?interval=1m', 200],
    getTrafficCsv: ['/api/traffic.csv?interval=1m', 200],
    getTurns: ['/api/turns?interval=15m', 200],
    getTurnsCsv: ['/api/turns.csv', 200],
    getUptime: ['/api/uptime?by=camera&period=day&offset=%2B07:00', 200],
    getTokens: ['/api/tokens', 200],
    postTokens: ['/api/tokens', 201, { name: 'scada', scope: 'read' }],
    deleteTokensId: ['/api/tokens/none', 404],
    getConfig: ['/api/config', 200],
    postConfig: ['/api/config?dryRun=true', 200, { yaml: 'site: x' }],
    getOpenapiJson: ['/api/openapi.json', 200],
    deleteSession: ['/api/session', 204],
  };

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is called here', () => {
    expect(document.openapi).toBe('3.1.0');
    const documented = operations().map(({ operation }) => operation.operationId);
    expect(new Set(documented).size).toBe(documented.length);
    expect(documented.toSorted()).toEqual(Object.keys(calls).toSorted());
  });

  it('answers as the document says', async () => {
    const inOrder = Object.keys(calls);
    const sorted = operations().toSorted(
      (a, b) => inOrder.indexOf(a.operation.operationId) - inOrder.indexOf(b.operation.operationId),
    );
    for (const { method, operation } of sorted) {
      const [path, status, body] = calls[operation.operationId]!;
      const response = await site.call(method.toUpperCase(), path, body);
      const text = await response.text();
      expect([operation.operationId, response.status], text).toEqual([operation.operationId, status]);
      const type = response.headers.get('content-type')?.split(';')[0] ?? '';
      const answer = operation.responses[status] ?? operation.responses.default;
      if (answer?.content === undefined) continue;
      expect(Object.keys(answer.content), operation.operationId).toContain(type);
      expect(text).not.toContain(SECRET);
      if (!type.endsWith('json')) continue;
      const schema = answer.content[type]!.schema;
      expect(mismatches(JSON.parse(text), schema, document as never), operation.operationId).toEqual([]);
    }
  });

  it('documents its parameters in full', () => {
    const unknown = operations().flatMap(({ operation }) =>
      operation.parameters.filter(({ schema }) => Object.keys(schema).length === 0).map(({ name }) => name),
    );
    expect(unknown).toEqual([]);
  });
});
