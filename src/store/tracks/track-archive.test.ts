import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#base';
import type { Observation } from '#perception';
import { testClock } from '../conformance/world.ts';
import { openTrackArchive, type TrackArchive } from './track-archive.ts';

const T = Date.UTC(2026, 2, 8, 7, 59, 50);
const HOUR = 3_600_000;

function seen(camera: string, at: number): Observation {
  const box = { left: 0.25, top: 0.5, right: 0.5, bottom: 0.75 };
  const track = {
    id: 7,
    kind: 'car',
    box,
    confidence: 0.5,
    firstSeenAt: at,
    lastSeenAt: at,
    hits: 1,
  } as const;
  return { camera, capturedAt: at, quality: 'good', tracks: [track] };
}

describe('archive of tracks', () => {
  let dir: string;
  let archive: TrackArchive;
  const log = createLog({ level: 'silent' });
  const open = (more: object = {}) =>
    openTrackArchive({ dir, clock: testClock(T + 10 * HOUR), log, blockMs: 5000, ...more });

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ngatu-tracks-'));
    archive = open();
  });
  afterEach(async () => {
    await archive.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function times(from = 0, to = Number.MAX_SAFE_INTEGER, camera = 'cam'): Promise<number[]> {
    const found: number[] = [];
    for await (const { capturedAt } of archive.read(camera, from, to)) found.push((capturedAt - T) / 1000);
    return found;
  }
  const fill = (seconds: number, camera = 'cam', from = T) => {
    for (let s = 0; s < seconds; s++) archive.append(seen(camera, from + s * 1000));
  };
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

  it('gives back what was seen, in order, also what is not on the disk yet, and only the time asked for', async () => {
    fill(30);
    fill(3, 'other');
    expect(await times()).toEqual(range(0, 30));
    expect(await times(T + 4000, T + 12_000)).toEqual(range(4, 12));
    expect(await times(0, T + HOUR, 'nobody')).toEqual([]);
    for await (const first of archive.read('cam', T, T + 1)) expect(first).toEqual(seen('cam', T));
  });

  it('keeps a file an hour, and goes on in it after a restart', async () => {
    fill(20);
    await archive.close();
    archive = open();
    fill(10, 'cam', T + 20_000);
    expect(await times()).toEqual(range(0, 30));
    expect(readdirSync(join(dir, 'cam'))).toEqual(['2026-03-08T07.tracks', '2026-03-08T08.tracks']);
  });

  it('loses no more than the block that a crash cut off, and writes on behind what is sound', async () => {
    fill(20);
    await archive.close();
    const path = join(dir, 'cam', '2026-03-08T08.tracks');
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - 3));
    archive = open();
    expect(await times()).toEqual(range(0, 15));
    fill(2, 'cam', T + 30_000);
    expect(await times()).toEqual([...range(0, 15), 30, 31]);
    appendFileSync(path, Buffer.alloc(100, 0xff));
    expect(await times()).toEqual([...range(0, 15), 30, 31]);
  });

  it('counts what the disk does not take, and never throws', async () => {
    await archive.close();
    rmSync(dir, { recursive: true });
    writeFileSync(dir, 'a file where the folder should be');
    archive = open();
    fill(20);
    await archive.close();
    expect(archive.stats()).toMatchObject({ observations: 20, dropped: 20, bytes: 0 });
  });

  it('drops and counts blocks beyond the bound while the disk is slow', async () => {
    archive = open({ mostWaitingBytes: 200 });
    fill(10_000 / 5 + 1);
    expect(archive.stats().dropped).toBeGreaterThan(0);
  });

  it('removes the oldest hours by age and by size', async () => {
    for (let hour = 0; hour < 5; hour++) fill(2, 'cam', T + hour * HOUR);
    await archive.close();
    archive = open();
    await archive.trim({ days: 7.5 / 24, bytes: 1e9 });
    expect(readdirSync(join(dir, 'cam'))).toHaveLength(2);
    await archive.trim({ days: 30, bytes: 1 });
    expect(readdirSync(join(dir, 'cam'))).toHaveLength(0);
  });

  it('keeps any camera’s id apart from the path', async () => {
    for (const id of ['../../x', 'Ngã tư', '.', 'a/b']) archive.append(seen(id, T));
    for (const id of ['../../x', 'Ngã tư', '.', 'a/b']) expect(await times(0, T + 1, id)).toEqual([0]);
    expect(readdirSync(dir)).toHaveLength(4);
  });
});
