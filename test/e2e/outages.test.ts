/** A recorder that goes away and comes back, as those who run the city hear of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulate/index.ts';
import { tinyClip } from '../support/index.ts';
import { type Running, removeFolder, startProgram, testFolder, until } from './running-program.ts';

interface Outage {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  readonly cameras: number;
  readonly down: number;
  readonly until?: string;
  readonly lost: readonly string[];
}

const RECORDER = '127.0.0.2';
const behind = ['a', 'b', 'c', 'd', 'e'];
const elsewhere = ['x', 'y', 'z'];

let simulator: Simulator;
let program: Running;
let folder: string;

beforeAll(async () => {
  const clip = await tinyClip('plain');
  simulator = await startSimulator({
    hosts: ['127.0.0.1', RECORDER],
    cameras: [
      ...behind.map((name) => ({ name, clip, host: RECORDER })),
      ...elsewhere.map((name) => ({ name, clip })),
    ],
  });
  const camera = (id: string) =>
    `  - {id: ${id}, name: "Camera ${id}", domain: city, streams: {main: "${simulator.url(id)}"}}\n`;
  folder = await testFolder(
    `domains: {city: {name: City}}\ncameras:\n${[...behind, ...elsewhere].map(camera).join('')}`,
  );
  program = await startProgram(folder);
});
afterAll(async () => {
  await program.end('SIGKILL');
  await simulator.close();
  await removeFolder(folder);
});

const allLive = () =>
  until(
    async () => {
      const { cameras } = await program.get<{ cameras: { byState: Record<string, number> } }>('/api/status');
      return cameras.byState.live === behind.length + elsewhere.length;
    },
    30_000,
    program.output,
  );
const standing = async () => (await program.get<{ outages: Outage[] }>('/api/outages')).outages;
const told = async () => {
  const path = '/api/events?after=0&limit=500';
  const { events } = await program.get<{ events: { type: string; change: string; outage: Outage }[] }>(path);
  return events.filter(({ type }) => type === 'outage').map(({ change, outage }) => ({ change, ...outage }));
};

describe('a recorder that goes away', () => {
  it('is told as one outage, which outlives the program and ends with its return', async () => {
    await allLive();
    const cut = await simulator.fault({ fault: 'refuse', how: 'closed-port', host: RECORDER });
    await simulator.fault({ fault: 'reset', host: RECORDER });
    const [outage] = await until(
      async () => {
        const now = await standing();
        return now.length > 0 && now;
      },
      60_000,
      program.output,
    );
    const recorder = { scope: 'host', name: RECORDER, cameras: behind.length, down: behind.length };
    expect(outage).toMatchObject({ ...recorder, lost: behind });
    expect((await program.get<{ outages: Outage[] }>('/api/status')).outages).toMatchObject([recorder]);
    const metrics = await (await program.raw('/metrics')).text();
    expect(metrics).toMatch(/^ngatu_outages 1$/m);
    expect(metrics).toMatch(/^ngatu_outage_cameras 5$/m);

    await program.end('SIGKILL');
    program = await startProgram(folder);
    expect(await standing()).toMatchObject([{ ...recorder, id: outage!.id }]);

    await cut.close();
    await until(async () => (await standing()).length === 0, 60_000, program.output);
    expect(await told()).toMatchObject([
      { ...recorder, change: 'begun', id: outage!.id },
      { ...recorder, change: 'ended', id: outage!.id, down: 0 },
    ]);
    const [night, ...others] = (await program.get<{ outages: Outage[] }>('/api/outages?from=2020-01-01'))
      .outages;
    expect(others).toEqual([]);
    expect(night).toMatchObject({ id: outage!.id, lost: behind, until: expect.any(String) });
  });
});
