import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock as clock, createLog } from '#base';
import type { Camera } from '#camera';
import type { Incident, IncidentChange } from '#rules';
import { type History, openSqliteHistory } from '#store';
import { type IncidentDesk, openIncidentDesk } from './incident-desk.ts';

const log = createLog({ level: 'silent' });
const MINUTE = 60_000;

/** North along one street, its traffic going the way the cameras look. */
function camera(id: string, metres: number): Camera {
  const direction = [
    { x: 0.5, y: 0.9 },
    { x: 0.5, y: 0.2 },
  ];
  const lane = { id: 'lane-1', name: 'Lane 1', group: 'north', polygon: direction, direction };
  return {
    ...{ id, name: `Camera ${id}`, domain: 'traffic', credentials: undefined },
    location: { latitude: 20.95 + metres / 111_320, longitude: 107.08, headingDegrees: 0 },
    streams: { main: { url: `rtsp://10.0.0.1/${id}` }, sub: undefined },
    analysis: {
      ...{ model: 'nanodet-g', picturesPerSecond: 5, stream: 'main' },
      scene: { lanes: [lane], zones: [], lines: [] },
    },
  };
}

const street = [camera('a', 0), camera('b', 300), camera('c', 500), camera('elsewhere', 5_000)];
const [a, b, c, elsewhere] = street as [Camera, Camera, Camera, Camera];

let dir: string;
let history: History;
let desk: IncidentDesk;

const open = async () => {
  history = await openSqliteHistory({ dir, clock, log });
  desk = await openIncidentDesk({
    ...{ history, clock, log, evidence: { follow: () => undefined } },
    camera: (id) => street.find((one) => one.id === id),
  });
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ngatu-desk-'));
  await open();
});
afterEach(async () => {
  await history.close();
  rmSync(dir, { recursive: true, force: true });
});

const T = Date.now() - 5 * MINUTE;

function take(by: Camera, change: IncidentChange['change'], at: number, more: Partial<Incident> = {}): void {
  const incident: Incident = {
    ...{ id: by.id, kind: 'congestion', severity: 'minor', camera: by.id, place: 'north' },
    ...{ box: undefined, path: undefined, onsetAt: T, detectedAt: T, clearedAt: undefined, updatedAt: at },
    ...{ confidence: 1, measures: {} },
    ...more,
  };
  desk.take(by, { change, incident });
}

const links = async (by: Camera) =>
  (await history.incidents.get(by.id))?.links.map(
    ({ incident, relation, metres, cameraName, state }) =>
      `${relation} ${metres} ${cameraName} ${state} ${incident}`,
  );
const linksOf = (by: Camera) => expect.poll(() => links(by), { timeout: 10_000 });

it('links a new incident with those near by that are open or were lately cleared, also after a restart', async () => {
  take(elsewhere, 'opened', T);
  take(b, 'opened', T, { kind: 'stopped-vehicle', place: 'lane-1' });
  take(a, 'opened', T);
  await linksOf(a).toEqual(['downstream 300 Camera b open b']);
  await linksOf(b).toEqual(['upstream 300 Camera a open a']);
  take(b, 'cleared', T + MINUTE, { kind: 'stopped-vehicle', place: 'lane-1', clearedAt: T + MINUTE });
  await linksOf(a).toEqual(['downstream 300 Camera b cleared b']);

  await history.close();
  await open();
  take(c, 'opened', T + 2 * MINUTE, { onsetAt: T + 2 * MINUTE });
  const both = ['upstream 200 Camera b cleared b', 'upstream 500 Camera a open a'];
  await linksOf(c).toEqual(both);
  take(c, 'updated', T + 3 * MINUTE, { onsetAt: T + 2 * MINUTE });
  await linksOf(a).toEqual(['downstream 300 Camera b cleared b', 'downstream 500 Camera c open c']);
  expect(await links(elsewhere)).toEqual([]);
  const events = await history.events.read(0, 100);
  const linked = events.filter((event) => event.type === 'incident' && event.change === 'linked');
  expect(linked).toHaveLength(6);
});
