import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock as clock, createLog } from '#base';
import type { Camera } from '#camera';
import { createHub } from '#live';
import type { Incident } from '#rules';
import { createEvidenceDesk } from './evidence-desk.ts';

const log = createLog({ level: 'silent' });
const camera: Camera = {
  ...{ id: 'a', name: 'Camera a', domain: 'traffic', credentials: undefined, analysis: undefined },
  location: undefined,
  streams: { main: { url: 'rtsp://10.0.0.1/a' }, sub: undefined },
};
const incident: Incident = {
  ...{ id: 'i', kind: 'congestion', severity: 'minor', camera: 'a', place: 'north', box: undefined },
  ...{ path: undefined, onsetAt: 1_000, detectedAt: 11_000, clearedAt: undefined, updatedAt: 11_000 },
  ...{ confidence: 0.9, measures: {} },
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('leaves the evidence of an incident alone when it is reopened', async () => {
  const kept: Record<string, unknown>[] = [];
  const written: string[] = [];
  let pictures = 1;
  const desk = createEvidenceDesk({
    hub: createHub({ log }),
    // There is a picture of that moment once; later it is kept no more.
    stills: {
      annotated: async () =>
        pictures-- > 0 ? { bytes: Buffer.from('jpeg'), format: 'jpeg', capturedAt: 11_000 } : undefined,
    },
    darkroom: { develop: () => Promise.reject(new Error('not asked for')) },
    history: {
      incidents: { recordEvidence: async (_id: string, news: object) => void kept.push({ ...news }) },
    },
    files: { write: async (_id: string, name: string) => void written.push(name) },
    ...{ clock, log, timezone: 'Asia/Ho_Chi_Minh' },
  } as unknown as Parameters<typeof createEvidenceDesk>[0]);

  desk.follow(camera, { change: 'opened', incident });
  await vi.advanceTimersByTimeAsync(1_000);
  desk.follow(camera, { change: 'cleared', incident: { ...incident, clearedAt: 20_000 } });
  await vi.advanceTimersByTimeAsync(15_000);
  desk.follow(camera, { change: 'reopened', incident });
  await vi.advanceTimersByTimeAsync(1_000);
  await desk.close();

  expect(written).toEqual(['snapshot.jpg']);
  expect(kept.filter((news) => 'snapshot' in news)).toEqual([{ snapshot: 'ready', at: expect.any(Number) }]);
});
