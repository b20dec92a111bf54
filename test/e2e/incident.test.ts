/** A car that breaks down before a camera, from RTSP through the real detector to the operator's hands, and over a kill. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, removeFolder, startProgram, testFolder, until } from './running-program.ts';

interface TellsIncident {
  readonly type: string;
  readonly change?: string;
  readonly incident?: {
    readonly id: string;
    readonly kind: string;
    readonly place: string;
    readonly onsetAt: string;
  };
}

interface Incident {
  readonly id: string;
  readonly evidence: { readonly snapshot: string; readonly clip: string };
}

const scene = resolve(import.meta.dirname, '../../test-fixtures/scenes/stopped-in-lane');
let folder: string;
let program: Running;

beforeAll(async () => {
  folder = await testFolder(`domains: {city: {name: City}}
cameras:
  - id: junction
    name: Junction
    domain: city
    simulate: ${scene}/clip.mp4
    analysis: {model: nanodet-g, picturesPerSecond: 5, scene: ${scene}/scene.yaml}
`);
  program = await startProgram(folder);
});
afterAll(async () => {
  await program.end('SIGKILL');
  await removeFolder(folder);
});

describe('a breakdown', () => {
  let id: string;

  it('is on the events socket by itself, once', async () => {
    const told: TellsIncident[] = [];
    const socket = program.socket('/api/events?after=0');
    socket.on('message', (data) => told.push(JSON.parse(String(data)) as TellsIncident));
    const isOpened = ({ change, incident }: TellsIncident) =>
      change === 'opened' && incident?.kind === 'stopped-vehicle';
    const opened = await until(() => told.find(isOpened), 100_000, program.output);
    id = opened.incident!.id;
    expect(opened.incident).toMatchObject({ kind: 'stopped-vehicle', place: 'northbound-out-2' });
    expect(
      new Set(
        told
          .filter(({ type, change }) => type === 'incident' && change === 'opened')
          .map(({ incident }) => incident?.kind),
      ),
    ).toEqual(new Set(['stopped-vehicle']));
    socket.close();
  });

  it('has a picture with the car marked and a clip that players take', async () => {
    await until(
      async () => {
        const { evidence } = await program.get<Incident>(`/api/incidents/${id}`);
        return evidence.snapshot === 'ready' && evidence.clip === 'ready';
      },
      90_000,
      program.output,
    );
    const picture = Buffer.from(await (await program.raw(`/api/incidents/${id}/snapshot.jpg`)).arrayBuffer());
    expect(await sharp(picture).metadata()).toMatchObject({ format: 'jpeg' });
    const clip = Buffer.from(await (await program.raw(`/api/incidents/${id}/evidence.mp4`)).arrayBuffer());
    const here = await mkdtemp(join(tmpdir(), 'ngatu-clip-'));
    await writeFile(join(here, 'clip.mp4'), clip);
    const answer = execFileSync('ffprobe', [
      ...['-v', 'error', '-count_frames', '-select_streams', 'v:0', '-of', 'json'],
      ...['-show_entries', 'stream=codec_name,nb_read_frames:format=duration', join(here, 'clip.mp4')],
    ]);
    await rm(here, { recursive: true });
    const { streams, format } = JSON.parse(String(answer)) as {
      streams: { codec_name: string; nb_read_frames: string }[];
      format: { duration: string };
    };
    expect(streams[0]!.codec_name).toBe('h264');
    // From before the car stood to after the alarm: the dwell alone is ten seconds.
    expect(Number(format.duration)).toBeGreaterThan(10);
    expect(Number(streams[0]!.nb_read_frames)).toBeGreaterThan(150);
  });

  it('is still there after the program was killed, its evidence too', async () => {
    await program.end('SIGKILL');
    program = await startProgram(folder);
    expect(await program.get<Incident>(`/api/incidents/${id}`)).toMatchObject({ id });
    expect((await program.raw(`/api/incidents/${id}/evidence.mp4`)).status).toBe(200);
    expect((await program.raw(`/api/incidents/${id}/snapshot.jpg`)).status).toBe(200);
  });
});
