import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createLog, insidePolygon, type Point, systemClock } from '#base';
import { type Camera, type Lane, type Scene, sceneSchema } from '#camera';
import { createRuleEngine, ruleSettingsSchema } from '#rules';
import { openTrackArchive } from '#store';
import { fixtureTracks, sceneFile } from '../../test/support/fixture-tracks.ts';
import { testCamera } from '../../test/support/web/test-site.ts';
import { createSceneDesk } from './scene-desk.ts';

const drawn = sceneSchema.parse(parse(readFileSync(sceneFile('free-flow-day'), 'utf8')));
const empty: Scene = { lanes: [], zones: [], lines: [] };

function watched(id: string, scene: Scene): Camera {
  return testCamera(id, {
    analysis: { model: 'nanodet-g', picturesPerSecond: 5, stream: 'sub', scene },
  });
}

/** Shared area over the area of both, counted on a grid. */
function overlap(a: readonly Point[], b: readonly Point[]): number {
  let [both, either] = [0, 0];
  for (let x = 0.005; x < 1; x += 0.01)
    for (let y = 0.005; y < 1; y += 0.01) {
      const [inA, inB] = [insidePolygon({ x, y }, a), insidePolygon({ x, y }, b)];
      if (inA && inB) both++;
      if (inA || inB) either++;
    }
  return both / either;
}

/** Cosine of the angle between two lanes on the picture. */
function alike({ direction: a }: Lane, { direction: b }: Lane): number {
  const along = (line: readonly Point[]) =>
    [line.at(-1)!.x - line[0]!.x, line.at(-1)!.y - line[0]!.y] as const;
  const [[ax, ay], [bx, by]] = [along(a), along(b)];
  return (ax * bx + ay * by) / (Math.hypot(ax, ay) * Math.hypot(bx, by));
}

describe('scenes proposed from stored tracks', () => {
  let dir: string;
  const desk = () =>
    createSceneDesk({ tracks: dir, clock: systemClock, fleet: { figures: () => undefined } });

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ngatu-proposal-'));
    const archive = openTrackArchive({ dir, clock: systemClock, log: createLog({ level: 'warn' }) });
    const startsAt = Date.now() - 3_000_000;
    // Twenty minutes of a camera that passes the day; a few seconds of another.
    for (const seen of fixtureTracks({ scene: 'free-flow-day', camera: 'busy', startsAt, times: 25 }))
      archive.append(seen);
    for (const seen of fixtureTracks({ scene: 'free-flow-night', camera: 'fresh', startsAt })) {
      if (seen.capturedAt - startsAt < 5_000) archive.append(seen);
    }
    await archive.close();
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('have the lanes and directions that a person drew, before anything is drawn', async () => {
    const { scene, trails, ground } = await desk().propose(watched('busy', empty), 1);
    expect(ground).toBe('learned');
    expect(trails).toBeGreaterThan(300);
    const overlapOf = (id: string): number => {
      const lane = drawn.lanes.find((one) => one.id === id)!;
      const same = scene.lanes.filter((one) => alike(one, lane) > 0.98);
      return Math.max(0, ...same.map(({ polygon }) => overlap(polygon, lane.polygon)));
    };
    expect(overlapOf('northbound-in-2')).toBeGreaterThan(0.8);
    expect(overlapOf('southbound-out-1')).toBeGreaterThan(0.5);
    expect(overlapOf('southbound-out-2')).toBeGreaterThan(0.5);
    // The fourth lane has only three riders in this clip, who are no sign of lanes where cars drive.
    expect(scene.lanes).toHaveLength(3);
    const carriageway = (zones: Scene['zones'], id: string) => zones.find((one) => one.id === id)!.polygon;
    expect(
      overlap(
        carriageway(scene.zones, 'flow-1-carriageway'),
        carriageway(drawn.zones, 'carriageway-southbound-out'),
      ),
    ).toBeGreaterThan(0.65);
  });

  it('can be taken as they are', async () => {
    const { scene } = await desk().propose(watched('busy', empty), 1);
    const rules = { settings: ruleSettingsSchema.parse({}), utcOffsetMinutes: 420 };
    const groups = (of: Scene) =>
      createRuleEngine({ camera: 'busy', scene: of, ...rules })
        .status()
        .groups.map(({ group }) => group);
    expect(groups(scene)).toEqual([...new Set(scene.lanes.map(({ group }) => group))]);
    expect(groups(empty)).toEqual([]);
  });

  it('stand on the ground plane that is drawn', async () => {
    const { scene, ground } = await desk().propose(watched('busy', drawn), 1);
    expect(ground).toBe('drawn');
    expect(scene.groundPlane).toEqual(drawn.groundPlane);
  });

  it('have no lane and no metres where too little has passed', async () => {
    const { scene, ground, trails } = await desk().propose(watched('fresh', empty), 1);
    expect([scene, ground]).toEqual([empty, 'assumed']);
    expect(trails).toBeLessThan(12);
    expect((await desk().propose(watched('unknown', empty), 1)).trails).toBe(0);
  });

  it('are made one at a time', async () => {
    const one = desk();
    const first = one.propose(watched('busy', drawn), 1);
    await expect(one.propose(watched('fresh', drawn), 1)).rejects.toMatchObject({ kind: 'transient' });
    await first;
    expect((await one.propose(watched('fresh', drawn), 1)).scene.lanes).toEqual([]);
  });
});
