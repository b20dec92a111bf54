/** A whole web over a real history in a temporary folder, with a fleet that stands still. For tests only. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, createMetrics, systemClock } from '#base';
import type { Camera, CameraState } from '#camera';
import type { IncidentChange } from '#rules';
import { type History, openSqliteHistory } from '#store';
import { type ConfigOutcome, createWeb, type Web, type WebDeps, type WebOptions } from '#web';

export interface TestSite {
  readonly web: Web;
  readonly history: History;
  readonly url: string;
  readonly deps: WebDeps;
  readonly options: WebOptions;
  /** What the log said, for tests that look for secrets in it. */
  readonly logged: string[];
  readonly walls: string[];
  /** Signed in as the administrator. */
  readonly token: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export const ADMIN = { user: 'admin', password: 'đèn xanh, đèn đỏ' };
export const SECRET = 'p@ss!^:word';
export const INCIDENT_ID = 'loong-toong-1.stopped-vehicle.lane-2.1';

const line = [
  { x: 0.1, y: 0.9 },
  { x: 0.2, y: 0.1 },
];

export function testCamera(id: string, more: Partial<Camera> = {}): Camera {
  return {
    id,
    name: 'Ngã tư Loong Toòng',
    domain: 'traffic',
    location: { latitude: 20.95, longitude: 107.08, headingDegrees: 90 },
    streams: { main: { url: `rtsp://10.0.0.1/${id}` }, sub: undefined },
    credentials: { user: 'camera', password: SECRET },
    analysis: undefined,
    ...more,
  };
}

export async function testSite(options: Partial<WebOptions> & { cameras?: number } = {}): Promise<TestSite> {
  const dir = mkdtempSync(join(tmpdir(), 'ngatu-web-'));
  const logged: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (text) => void logged.push(text) } });
  const history = await openSqliteHistory({ dir, clock: systemClock, log });
  await history.people.putUser({ name: ADMIN.user, password: ADMIN.password, role: 'administrator' });
  const walls: string[] = [];
  const deps = await testDeps(dir, history, log, walls, options.cameras ?? 3);
  const { cameras: _, ...given } = options;
  const all: WebOptions = {
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    openMetrics: false,
    trustProxy: false,
    origins: [],
    mostSockets: 100,
    consoleDir: undefined,
    ...given,
  };
  const web = await createWeb(deps, all);
  const url = `http://127.0.0.1:${web.port}`;
  const { secret: token } = await history.people.openSession({
    name: ADMIN.user,
    role: 'administrator',
    createdAt: 0,
  });
  return {
    ...{ web, history, url, deps, options: all, logged, walls, token },
    call: (method, path, body, headers = { authorization: `Bearer ${token}` }) =>
      fetch(url + path, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    async close() {
      await web.close();
      await history.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function testDeps(
  dir: string,
  history: History,
  log: WebDeps['log'],
  walls: string[],
  count: number,
): Promise<WebDeps> {
  const clip = join(dir, 'clip.mp4');
  await writeFile(clip, Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 256)));
  const cameras = [
    testCamera('loong-toong-1', {
      analysis: { model: 'nanodet', picturesPerSecond: 5, stream: 'sub', scene },
    }),
    testCamera('bai-chay-3', { name: 'Cảng Bãi Cháy', domain: 'harbour' }),
    ...Array.from({ length: Math.max(0, count - 2) }, (_, at) => testCamera(`cam-${at}`)),
  ];
  const byId = new Map(cameras.map((camera) => [camera.id, camera]));
  const stateOf = (id: string): CameraState => (id === 'bai-chay-3' ? 'unreachable' : 'live');
  return {
    clock: systemClock,
    log,
    metrics: createMetrics(),
    site: { name: 'Hạ Long', version: '0.1.0', startedAt: Date.now(), utcOffsetMinutes: 420 },
    history,
    fleet: {
      domains: () => [
        { id: 'traffic', name: 'Giao thông' },
        { id: 'harbour', name: 'Cảng vụ' },
      ],
      cameras: () => cameras,
      camera: (id) => byId.get(id),
      state: (id) =>
        byId.has(id) ? { state: stateOf(id), since: Date.now(), reason: 'as it is' } : undefined,
      figures: (id) => (stateOf(id) === 'live' ? figures : undefined),
    },
    outages: { standing: () => [standingOutage] },
    stills: {
      still: async (id) =>
        stateOf(id) === 'live' ? { bytes: Buffer.from('picture'), capturedAt: Date.now() - 3000 } : undefined,
    },
    evidence: { path: async (_incident, name) => (name === 'clip.mp4' ? clip : undefined) },
    rules: {
      states: () => [
        {
          ...{ camera: 'loong-toong-1', rule: 'congestion', place: 'north' },
          ...{ suspended: undefined, measures: { congestionIndex: 12 } },
        },
      ],
    },
    config: {
      read: async () => ({ revision: 'r1', yaml: 'site: Hạ Long\n' }),
      change: async ({ yaml, revision, dryRun }) =>
        revision !== undefined && revision !== 'r1' ? 'stale' : outcome(yaml.includes('mistake'), dryRun),
    },
    scenes: {
      propose: async (_, hours) => ({
        ...{ scene: { ...scene, groundPlane }, trails: 812, ground: 'learned' },
        ...{ from: Date.now() - hours * 3_600_000, to: Date.now() },
      }),
    },
    wall: {
      serve: (socket, viewer) => {
        walls.push(viewer.name);
        socket.on('message', (data) => socket.send(`heard ${data}`));
      },
    },
    ready: () => undefined,
    lag: () => ({ eventLoopP99Ms: 1.5, analysisP95Ms: undefined }),
  };
}

const standingOutage = {
  ...{ id: '1.domain.harbour', scope: 'domain' as const, name: 'harbour', domains: ['harbour'] },
  ...{ cameras: 1, lost: ['bai-chay-3'], down: 1, since: 1, until: undefined, into: undefined },
};

const scene = {
  lanes: [{ id: 'lane-2', name: 'Làn 2', group: 'north', polygon: line, direction: line }],
  zones: [{ id: 'verge', name: 'Lề', kind: 'shoulder' as const, polygon: line }],
  lines: [],
};

const corner = { x: 0.1, y: 0.9 };
const groundPlane = {
  picture: [corner, corner, corner, corner],
  metres: [corner, corner, corner, corner],
} as const;

const figures = {
  ...{ mimeCodec: 'avc1.64001e', width: 640, height: 360, picturesPerSecond: 15, bitsPerSecond: 500_000 },
  ...{ lastPictureAt: Date.now(), packets: 10, packetsLost: 0, picturesDamaged: 0, dials: 1 },
};

function outcome(wrong: boolean, dryRun: boolean): ConfigOutcome {
  const mistake = { file: 'streams.yaml', line: 3, message: 'unknown key', suggestion: 'streams' };
  return {
    applied: !wrong && !dryRun,
    revision: wrong || dryRun ? 'r1' : 'r2',
    ...{ added: ['new-1'], removed: [], changed: [{ camera: 'bai-chay-3', fields: ['name'] }] },
    mistakes: wrong ? [mistake] : [],
  };
}

/** Opens one; returns its id. */
export async function raise(history: History, id = INCIDENT_ID, at = Date.now()): Promise<string> {
  const change: IncidentChange = {
    change: 'opened',
    incident: {
      ...{ id, kind: 'stopped-vehicle', severity: 'major', camera: 'loong-toong-1', place: 'lane-2' },
      ...{ box: { left: 0.1, top: 0.2, right: 0.3, bottom: 0.4 }, path: line, confidence: 0.9 },
      ...{ onsetAt: at - 12_000, detectedAt: at, clearedAt: undefined, updatedAt: at },
      measures: { standingSeconds: 12 },
    },
  };
  await history.incidents.record(change, {
    camera: 'loong-toong-1',
    name: 'Ngã tư Loong Toòng',
    domain: 'traffic',
  });
  return id;
}
