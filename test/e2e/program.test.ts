/** The program as its users have it: a file, a process, HTTP and sockets. */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyClip } from '../support/index.ts';
import { openWall, type Running, removeFolder, startProgram, testFolder, until } from './running-program.ts';

interface Status {
  readonly cameras: { readonly total: number; readonly byState: Readonly<Record<string, number>> };
}

let program: Running;
let folder: string;
let clip: string;

const camera = (id: string) => `  - {id: ${id}, name: "Camera ${id}", domain: city, simulate: ${clip}}\n`;

beforeAll(async () => {
  clip = await tinyClip('plain');
  folder = await testFolder(
    `domains: {city: {name: City}}\ncameras:\n${['a', 'b', 'c', 'd'].map(camera).join('')}`,
  );
  program = await startProgram(folder);
});
afterAll(async () => {
  await program.end('SIGKILL');
  await removeFolder(folder);
});

const allLive = (count: number) =>
  until(
    async () => (await program.get<Status>('/api/status')).cameras.byState.live === count,
    30_000,
    program.output,
  );

describe('the running program', () => {
  it('pulls its cameras, and answers nobody unknown', async () => {
    await allLive(4);
    for (const path of [
      '/api/status',
      '/api/cameras',
      '/metrics',
      '/api/openapi.json',
      '/api/cameras/a/snapshot.jpg',
    ])
      expect((await fetch(program.url + path)).status, path).toBe(401);
    expect((await fetch(`${program.url}/healthz`)).status).toBe(200);
  });

  it('shows what a camera sees', async () => {
    const answer = await program.raw('/api/cameras/a/snapshot.jpg?width=160');
    expect(answer.status).toBe(200);
    const picture = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect(picture).toMatchObject({ format: 'jpeg', width: 160 });
  });

  it('sends a wall pictures from the cached group on, without a hole', async () => {
    const wall = await openWall(program);
    wall.send({ type: 'watch', channel: 7, camera: 'b', tier: 'full' });
    await until(() => wall.frames.length > 20, 20_000);
    expect(wall.messages.map(({ type }) => type)).toContain('format');
    const [init, first, ...rest] = wall.frames;
    expect(init).toMatchObject({ channel: 7, kind: 'init' });
    expect(first).toMatchObject({ kind: 'fragment', keyframe: true });
    expect(rest.map(({ sequence }) => sequence)).toEqual(rest.map((_, i) => first!.sequence + i + 1));
    expect(Math.abs(Date.now() - rest.at(-1)!.capturedAt)).toBeLessThan(5_000);
    wall.close();
  });

  it('takes a new camera and loses no picture of the others', async () => {
    const wall = await openWall(program);
    wall.send({ type: 'watch', channel: 0, camera: 'c', tier: 'full' });
    await until(() => wall.frames.length > 5, 20_000);
    await appendFile(join(folder, 'streams.yaml'), camera('e'));
    await allLive(5);
    const at = wall.frames.length;
    await until(() => wall.frames.length > at + 10, 20_000);
    const sequences = wall.frames.filter(({ kind }) => kind === 'fragment').map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, i) => sequences[0]! + i));
    wall.close();
  });

  it('keeps what it had when the file has a mistake, and says where', async () => {
    const file = join(folder, 'streams.yaml');
    const good = await readFile(file, 'utf8');
    await writeFile(file, `${good}  - {id: f, nmae: x, domain: city, simulate: ${clip}}\n`);
    await until(
      () => /streams\.yaml:8:\d+: unknown key 'nmae'.*did you mean 'name'/.test(program.output()),
      20_000,
      program.output,
    );
    expect((await program.get<Status>('/api/status')).cameras.total).toBe(5);
    await writeFile(file, good);
  });

  it('removes a camera through the API after a dry run', async () => {
    const { yaml, revision } = await program.get<{ yaml: string; revision: string }>('/api/config');
    const without = yaml
      .split('\n')
      .filter((line) => !line.includes('id: e,'))
      .join('\n');
    const dry = await program.post('/api/config?dryRun=true', { yaml: without, revision });
    expect(dry).toMatchObject({ applied: false, removed: ['e'], changed: [], mistakes: [] });
    expect((await program.get<Status>('/api/status')).cameras.total).toBe(5);
    expect(await program.post('/api/config', { yaml: without, revision })).toMatchObject({
      applied: true,
      removed: ['e'],
    });
    await allLive(4);
    expect(await readFile(join(folder, 'streams.yaml'), 'utf8')).not.toContain('id: e,');
  });

  it('tells what happened to whoever comes back', async () => {
    const socket = program.socket('/api/events?after=0');
    const types: string[] = [];
    socket.on('message', (data) => types.push((JSON.parse(String(data)) as { type: string }).type));
    await until(() => types.filter((type) => type === 'camera-state').length >= 8, 20_000);
    expect(types[0]).toBe('hello');
    socket.close();
  });

  it('ends in good order when told to', async () => {
    expect(await program.end()).toBe(0);
  });
});
