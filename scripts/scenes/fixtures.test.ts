import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sceneSchema } from '#camera';
import { scenes } from './scenes.ts';

const folder = `${import.meta.dirname}/../../test-fixtures/scenes`;
const made = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`${folder}/${entry.name}/scene.yaml`))
  .map(({ name }) => name);

interface Frame {
  readonly seconds: number;
  readonly boxes: readonly {
    readonly id: number;
    readonly box: readonly number[];
    readonly visible: number;
  }[];
}

interface Told {
  readonly place: string;
  readonly also: readonly string[];
  readonly onset: number;
  readonly end: number | null;
  readonly movers: readonly number[];
}

describe.each(made)('%s', (name) => {
  const read = (file: string) => readFileSync(`${folder}/${name}/${file}`, 'utf8');
  const frames = read('tracks.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Frame);
  const incidents = JSON.parse(read('incidents.json')) as Told[];
  const scene = sceneSchema.parse(parse(read('scene.yaml')));

  it('is in the list of scenes', () => {
    expect(scenes.map((scene) => scene.name)).toContain(name);
  });

  it('is encoded as cameras do: a keyframe every two seconds, closed groups, no B-frames', () => {
    const clips = readdirSync(`${folder}/${name}`).filter((file) => file.endsWith('.mp4'));
    expect(clips).toContain('clip.mp4');
    for (const clip of clips) {
      const pictures = packetsOf(`${folder}/${name}/${clip}`);
      const keyframes = pictures.flatMap(({ key }, i) => (key ? [i] : []));
      expect(keyframes).toEqual(Array.from({ length: Math.ceil(pictures.length / 30) }, (_, i) => i * 30));
      for (const { pts, dts } of pictures) expect(pts).toBe(dts);
      if (clip !== 'clip.1080p.mp4') expect(pictures).toHaveLength(frames.length);
    }
  });

  it('tells for every picture who is in it, within the picture', () => {
    frames.forEach(({ seconds, boxes }, i) => {
      expect(seconds).toBeCloseTo(i / 15, 3);
      expect(new Set(boxes.map(({ id }) => id)).size).toBe(boxes.length);
      for (const { box, visible } of boxes) {
        const [left, top, right, bottom] = box as [number, number, number, number];
        expect(0 <= left && left < right && right <= 1 && 0 <= top && top < bottom && bottom <= 1).toBe(true);
        expect(visible > 0 && visible <= 1).toBe(true);
      }
    });
  });

  it('tells incidents at places of its scene, with movers that are in its tracks', () => {
    const places = new Set<string>([...scene.lanes, ...scene.zones, ...scene.lines].map(({ id }) => id));
    for (const { group } of scene.lanes) places.add(group);
    const seen = new Set(frames.flatMap(({ boxes }) => boxes.map(({ id }) => id)));
    for (const { place, also, onset, end, movers } of incidents) {
      expect([place, ...also].some((id) => places.has(id))).toBe(true);
      expect(end === null || end > onset).toBe(true);
      for (const mover of movers) expect(seen).toContain(mover);
    }
    expect(incidents.length > 0).toBe(!/^(free-flow|red-light)/.test(name));
  });
});

function packetsOf(path: string): { pts: number; dts: number; key: boolean }[] {
  const entries = ['-show_entries', 'packet=pts,dts,flags', '-of', 'csv=p=0'];
  const text = execFileSync('ffprobe', ['-v', 'error', '-select_streams', 'v:0', ...entries, path], {
    encoding: 'utf8',
  });
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pts, dts, flags] = line.split(',');
      return { pts: Number(pts), dts: Number(dts), key: flags!.startsWith('K') };
    });
}
