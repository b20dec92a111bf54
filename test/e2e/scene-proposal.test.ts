/** Setting up a camera: it watches with an empty scene, the traffic shows the lanes, a person confirms them. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, systemClock } from '#base';
import { sceneSchema } from '#camera';
import { openTrackArchive } from '#store';
import type { Camera, Config, ConfigOutcome, Problem, SceneProposal } from '../../src/web/api/contract.ts';
import { tinyClip } from '../support/clips.ts';
import { fixtureTracks } from '../support/fixture-tracks.ts';
import { type Running, removeFolder, startProgram, testFolder } from './running-program.ts';

let program: Running;
let folder: string;

beforeAll(async () => {
  const clip = await tinyClip('plain');
  folder = await testFolder(`domains: {city: {name: City}}
defaults: {domain: city, simulate: ${clip}}
cameras:
  - {id: watched, name: A, analysis: {scene: {}}}
  - {id: fresh, name: B, analysis: {scene: {}}}
  - {id: plain, name: C}
`);
  const archive = openTrackArchive({
    ...{ dir: join(folder, 'data/tracks'), clock: systemClock, log: createLog({ level: 'warn' }) },
  });
  const startsAt = Date.now() - 3_000_000;
  for (const seen of fixtureTracks({ scene: 'free-flow-day', camera: 'watched', startsAt, times: 25 }))
    archive.append(seen);
  await archive.close();
  program = await startProgram(folder);
});
afterAll(async () => {
  await program.end('SIGKILL');
  await removeFolder(folder);
});

const proposalOf = (camera: string, query = '') =>
  program.raw(`/api/cameras/${camera}/scene-proposal${query}`);

describe('a scene proposed over the API', () => {
  it('is a scene file, and the camera takes it', async () => {
    const proposal = await program.get<SceneProposal>('/api/cameras/watched/scene-proposal?hours=1');
    expect(proposal).toMatchObject({ camera: 'watched', ground: 'learned' });
    expect(proposal.vehicles).toBeGreaterThan(300);
    expect(Date.parse(proposal.to) - Date.parse(proposal.from)).toBe(3_600_000);
    expect(sceneSchema.parse(proposal.scene).lanes).toHaveLength(3);

    const { yaml, revision } = await program.get<Config>('/api/config');
    const confirmed = yaml.replace('scene: {}', `scene: ${JSON.stringify(proposal.scene)}`);
    const outcome = await program.post<ConfigOutcome>('/api/config', { yaml: confirmed, revision });
    expect(outcome).toMatchObject({ applied: true, changed: [{ camera: 'watched', fields: ['analysis'] }] });
    const camera = await program.get<Camera>('/api/cameras/watched');
    expect(camera.analysis?.scene.lanes.map(({ id }) => id)).toEqual(
      proposal.scene.lanes.map(({ id }) => id),
    );
  });

  it('is refused with what to do', async () => {
    const refusals = [
      ['fresh', '', 409, 'too-few-tracks', /twelve vehicles/],
      ['plain', '', 409, 'not-analysed', /analysis: \{scene: \{\}\}/],
      ['nobody', '', 404, 'not-found', /^$/],
      ['watched', '?hours=0', 400, 'not-as-expected', /^$/],
    ] as const;
    for (const [camera, query, status, code, detail] of refusals) {
      const response = await proposalOf(camera, query);
      const problem = (await response.json()) as Problem;
      expect([camera, response.status, problem.code]).toEqual([camera, status, code]);
      expect(problem.detail ?? '').toMatch(detail);
    }
  });

  it('is for those who configure', async () => {
    const { secret } = await program.post<{ secret: string }>('/api/tokens', { name: 'eyes', scope: 'read' });
    const response = await fetch(`${program.url}/api/cameras/watched/scene-proposal`, {
      headers: { Authorization: `Bearer ${secret}` },
    });
    expect(response.status).toBe(403);
  });
});
