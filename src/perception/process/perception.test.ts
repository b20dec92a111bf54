import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { createLog, systemClock } from '#base';
import type { Camera } from '#camera';
import type { AccessUnit } from '#ingest';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import type { Perception, PerceptionFeed } from '../port.ts';
import type { Observation } from '../track.ts';
import { createPerception } from './perception.ts';

const run = promisify(execFile);
const modelsFolder = resolve(import.meta.dirname, '../../../test-fixtures/models');
const open: Perception[] = [];
afterEach(async () => {
  for (const perception of open.splice(0)) await perception.close();
});

function perceiving(): Perception {
  const perception = createPerception({
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    modelsFolder,
    threads: 1,
    niceness: 0,
  });
  open.push(perception);
  return perception;
}

const camera = (id: string, model = 'yolov8'): Camera => ({
  id,
  name: id,
  domain: 'd',
  location: undefined,
  streams: { main: { url: 'rtsp://127.0.0.1/' }, sub: undefined },
  credentials: undefined,
  analysis: { model, picturesPerSecond: 5, stream: 'main', scene: { lanes: [], zones: [], lines: [] } },
});

/** A red picture: what the models of the tests see a car and a person in. */
async function redUnits(): Promise<AccessUnit[]> {
  const clip = join(await mkdtemp(join(tmpdir(), 'ngatu-red-')), 'red.mp4');
  const source = ['-f', 'lavfi', '-i', 'color=red:size=128x64:rate=15', '-t', '4'];
  await run('ffmpeg', [
    '-v',
    'error',
    ...source,
    '-c:v',
    'libx264',
    '-g',
    '15',
    '-pix_fmt',
    'yuv420p',
    '-bf',
    '0',
    clip,
  ]);
  return accessUnitsOf(clip);
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 3000; i++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain: ${what}`);
}

/** Writes the clip over and over with growing times until it is told to stop; counts what was refused. */
function play(feed: PerceptionFeed, units: readonly AccessUnit[]) {
  let i = 0;
  let refused = 0;
  const timer = setInterval(() => {
    const unit = units[i % units.length]!;
    const loops = Math.floor(i / units.length);
    const later = {
      ...unit,
      capturedAt: unit.capturedAt + loops * 4000,
      pts90k: unit.pts90k + loops * 360_000,
    };
    if (!feed.write({ ...later, discontinuity: i === 0 })) refused++;
    i++;
  }, 10);
  return { stop: () => clearInterval(timer), refused: () => refused };
}

async function processes(): Promise<number[]> {
  const found = await run('pgrep', ['-P', String(process.pid), '-f', 'perception/process/main.ts']).catch(
    () => ({ stdout: '' }),
  );
  return found.stdout.split('\n').filter(Boolean).map(Number);
}

it('tells what it sees, in order of capture, of every camera, and leaves nothing behind', async () => {
  const perception = perceiving();
  const units = await redUnits();
  const seen = new Map<string, Observation[]>([
    ['a', []],
    ['b', []],
  ]);
  const feeds = [...seen].map(([id, list]) =>
    perception.watch(camera(id), (observation) => list.push(observation)),
  );
  const playing = feeds.map((feed) => play(feed, units));
  await until(() => [...seen.values()].every((list) => list.length >= 6), 'observations of both');
  for (const { stop } of playing) stop();
  for (const [id, list] of seen) {
    expect(list.every((observation) => observation.camera === id)).toBe(true);
    const times = list.map(({ capturedAt }) => capturedAt);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    const kinds = list.at(-1)!.tracks.map(({ kind }) => kind);
    expect([...kinds].sort()).toEqual(['car', 'person']);
    expect(list.at(-1)!.tracks.map(({ hits }) => hits)).toEqual([list.length, list.length]);
  }
  await until(() => perception.stats().cameras.length === 2, 'figures');
  expect(perception.stats()).toMatchObject({ state: 'running', restarts: 0, threads: 1 });
  await perception.close();
  expect(await processes()).toEqual([]);
});

it('goes on by itself when its process is killed, without giving a track number twice', async () => {
  const perception = perceiving();
  const units = await redUnits();
  const list: Observation[] = [];
  const feed = perception.watch(camera('a'), (observation) => list.push(observation));
  const playing = play(feed, units);
  await until(() => list.length >= 4, 'observations');
  const numbers = list.flatMap(({ tracks }) => tracks.map(({ id }) => id));
  process.kill((await processes())[0]!, 'SIGKILL');
  await until(() => perception.stats().restarts === 1, 'its death to be noticed');
  const before = list.length;
  await until(
    () => list.slice(before).some(({ tracks }) => tracks.length > 0),
    'observations of the new process',
  );
  playing.stop();
  expect(playing.refused()).toBeGreaterThan(0);
  const later = list.slice(before).flatMap(({ tracks }) => tracks.map(({ id }) => id));
  expect(Math.min(...later)).toBeGreaterThan(Math.max(...numbers));
});

it('says which model it cannot use, and goes on with the other cameras', async () => {
  const perception = perceiving();
  const units = await redUnits();
  const list: Observation[] = [];
  const bad = perception.watch(camera('bad', 'missing'), () => {});
  const good = perception.watch(camera('good'), (observation) => list.push(observation));
  const playing = [play(bad, units), play(good, units)];
  await until(() => list.length > 2 && perception.stats().state === 'failed', 'both');
  for (const { stop } of playing) stop();
  expect(perception.stats().problem).toMatch(/missing\.yaml/);
});

it('tells nothing of a camera that is not watched any more', async () => {
  const perception = perceiving();
  const units = await redUnits();
  const list: Observation[] = [];
  const feed = perception.watch(camera('a'), (observation) => list.push(observation));
  const playing = play(feed, units);
  await until(() => list.length > 2, 'observations');
  feed.close();
  const count = list.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  playing.stop();
  expect(list.length).toBe(count);
});

it('looks a second time at a part of a picture, and says why where it cannot', async () => {
  const perception = perceiving();
  const units = await redUnits();
  await until(() => perception.stats().state === 'running', 'the process');
  const part = { left: 0.4, top: 0.4, right: 0.6, bottom: 0.6 };
  const found = await perception.look(camera('a'), units.slice(0, 1), part);
  expect(found.map(({ kind }) => kind).sort()).toEqual(['car', 'person']);
  for (const { box } of found) {
    expect(box.left).toBeGreaterThan(0.2);
    expect(box.right).toBeLessThan(0.8);
  }
  await expect(perception.look(camera('a'), units.slice(3, 4), part)).rejects.toMatchObject({
    code: 'LOOK_FAILED',
  });
  await expect(perception.look(camera('a', 'missing'), units.slice(0, 1), part)).rejects.toMatchObject({
    code: 'MODEL_MISSING',
    kind: 'config',
  });
  const garbage = { ...units[0]!, data: Buffer.alloc(2000, 7) };
  await expect(perception.look(camera('a'), [garbage], part)).rejects.toMatchObject({ code: 'LOOK_FAILED' });
});
