import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Lane, Scene } from '#camera';
import { readModel } from './model-files.ts';
import { planViews } from './plan-views.ts';
import { boxInPicture, letterbox, viewSize } from './view.ts';

const { description: model } = await readModel(resolve(import.meta.dirname, '../../../models'), 'nanodet-g');
const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };

describe('the size of a view', () => {
  it('is the described one for the described shape, without padding', () => {
    expect(viewSize(model, { width: 1920, height: 1080 })).toEqual({ width: 512, height: 288 });
    expect(letterbox({ width: 1920, height: 1080 }, WHOLE, { width: 512, height: 288 }).content).toEqual(
      WHOLE,
    );
  });

  it.each([
    [640, 480],
    [1600, 1200],
    [352, 288],
    [720, 1280],
    [2560, 720],
  ])('wastes little on %i×%i, in whole strides and about as many pixels', (width, height) => {
    const size = viewSize(model, { width, height });
    const { content } = letterbox({ width, height }, WHOLE, size);
    expect([size.width % 32, size.height % 32]).toEqual([0, 0]);
    expect(size.width * size.height).toBeLessThan(512 * 288 * 1.03);
    const used = (content.right - content.left) * (content.bottom - content.top) * size.width * size.height;
    expect(used).toBeGreaterThan(512 * 288 * 0.85);
  });

  it('is fixed where the graph is', () => {
    const fixed = { ...model, input: { ...model.input, multipleOf: undefined } };
    expect(viewSize(fixed, { width: 640, height: 480 })).toEqual({ width: 512, height: 288 });
  });
});

it('puts boxes back where they are in the picture, padding and enlarged part undone', () => {
  const size = { width: 512, height: 288 };
  const picture = { width: 640, height: 480 };
  const part = { left: 0.25, top: 0.1, right: 0.75, bottom: 0.6 };
  const view = letterbox(picture, part, size);
  const at = (x: number, y: number) => ({
    x: (view.content.left + ((x - part.left) / 0.5) * (view.content.right - view.content.left)) * size.width,
    y: (view.content.top + ((y - part.top) / 0.5) * (view.content.bottom - view.content.top)) * size.height,
  });
  const from = at(0.3, 0.2);
  const to = at(0.5, 0.4);
  const box = boxInPicture(
    { label: 0, score: 1, left: from.x, top: from.y, right: to.x, bottom: to.y },
    view,
    size,
  )!;
  for (const [side, expected] of Object.entries({ left: 0.3, top: 0.2, right: 0.5, bottom: 0.4 }))
    expect(box[side as keyof typeof box]).toBeCloseTo(expected, 9);
});

describe('the plan of views', () => {
  const lane = (polygon: [number, number][], direction: [number, number][]): Lane => ({
    id: 'l',
    name: 'l',
    group: 'g',
    polygon: polygon.map(([x, y]) => ({ x, y })),
    direction: direction.map(([x, y]) => ({ x, y })),
  });
  const scene = (...lanes: Lane[]): Scene => ({ lanes, zones: [], lines: [] });
  const picture = { width: 640, height: 360 };

  it('looks again at a road that goes far away', () => {
    const far = lane(
      [
        [0.48, 0.25],
        [0.52, 0.25],
        [0.7, 1],
        [0.3, 1],
      ],
      [
        [0.5, 0.25],
        [0.5, 1],
      ],
    );
    const { views } = planViews(model, picture, scene(far));
    expect(views).toHaveLength(2);
    const { part } = views[1]!;
    expect(part.top).toBeLessThan(0.25);
    expect(part.right - part.left).toBeLessThan(0.6);
    expect((part.left + part.right) / 2).toBeCloseTo(0.5, 1);
  });

  it('looks once where everything is near, or nothing is drawn', () => {
    const near = lane(
      [
        [0.3, 0.4],
        [0.6, 0.4],
        [0.7, 1],
        [0.2, 1],
      ],
      [
        [0.45, 0.4],
        [0.45, 1],
      ],
    );
    expect(planViews(model, picture, scene(near)).views).toHaveLength(1);
    expect(planViews(model, picture, scene()).views).toHaveLength(1);
  });
});
