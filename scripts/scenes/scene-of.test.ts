import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { insidePolygon } from '#base';
import { sceneSchema } from '#camera';
import { lensOf } from './lens.ts';
import { sceneYaml } from './scene-file.ts';
import { sceneOf } from './scene-of.ts';
import { scenes } from './scenes.ts';

describe.each(scenes.map(({ name, setting }) => ({ name, camera: setting.camera })))(
  '$name',
  ({ camera }) => {
    const scene = sceneOf(camera);

    it('draws both directions of the main road, each lane around its own centre line', () => {
      expect(scene.lanes).toHaveLength(4);
      expect(new Set(scene.lanes.map(({ group }) => group)).size).toBe(2);
      for (const { polygon, direction } of scene.lanes) {
        const [from, to] = direction;
        const middle = { x: (from!.x + to!.x) / 2, y: (from!.y + to!.y) / 2 };
        expect(insidePolygon(middle, polygon)).toBe(true);
      }
    });

    it('keeps lanes, zones and lines apart', () => {
      const [first, second] = scene.lanes.map(({ direction }) => direction);
      const lanes = scene.lanes.filter(({ polygon }) => insidePolygon(midpoint(first!), polygon));
      expect(lanes).toHaveLength(1);
      expect(insidePolygon(midpoint(second!), scene.lanes[0]!.polygon)).toBe(false);
    });

    it('has a ground plane that agrees with the camera', () => {
      const lens = lensOf(camera);
      scene.groundPlane!.metres.forEach(({ x, y }, i) => {
        const at = lens.project(x, y, 0)!;
        expect(at.x).toBeCloseTo(scene.groundPlane!.picture[i]!.x, 6);
        expect(at.y).toBeCloseTo(scene.groundPlane!.picture[i]!.y, 6);
      });
    });

    it('is read back from its file as it was written, but for rounding', () => {
      const read = sceneSchema.parse(parse(sceneYaml(scene, 'a test')));
      expect(read.lanes.map(({ id }) => id)).toEqual(scene.lanes.map(({ id }) => id));
      expect(read.zones[0]!.polygon[0]!.x).toBeCloseTo(scene.zones[0]!.polygon[0]!.x, 4);
      expect(read.lines).toHaveLength(scene.lines.length);
    });
  },
);

function midpoint(line: readonly { x: number; y: number }[]) {
  return { x: (line[0]!.x + line.at(-1)!.x) / 2, y: (line[0]!.y + line.at(-1)!.y) / 2 };
}
