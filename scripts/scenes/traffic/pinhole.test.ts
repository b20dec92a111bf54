import { describe, expect, it } from 'vitest';
import type { Mover } from './motion.ts';
import { apply, pinhole } from './pinhole.ts';
import { seenBy } from './seen.ts';

const camera = pinhole({
  x: 2.2,
  y: -33,
  height: 6,
  target: { x: -0.2, y: -13, height: 0 },
  verticalFovDegrees: 38,
});

describe('pinhole', () => {
  it('sees its target in the middle of the picture', () => {
    const at = camera.project(-0.2, -13, 0)!;
    expect(at.x).toBeCloseTo(0.5, 9);
    expect(at.y).toBeCloseTo(0.5, 9);
    expect(at.depth).toBeCloseTo(Math.hypot(2.4, 20, 6), 9);
  });

  it('maps the ground with its homography as it projects it, and back', () => {
    for (const [x, y] of [
      [0, 0],
      [5.2, -20],
      [-8, 30],
      [3, -25],
    ] as const) {
      const { x: px, y: py } = camera.project(x, y, 0)!;
      const mapped = apply(camera.groundToPicture, { x, y });
      expect(mapped.x).toBeCloseTo(px, 9);
      expect(mapped.y).toBeCloseTo(py, 9);
      const back = apply(camera.pictureToGround, mapped);
      expect(back.x).toBeCloseTo(x, 6);
      expect(back.y).toBeCloseTo(y, 6);
    }
  });

  it('has right to the right, up upwards, and nothing behind it', () => {
    expect(camera.project(3, -13, 0)!.x).toBeGreaterThan(camera.project(-3, -13, 0)!.x);
    expect(camera.project(0, -13, 2)!.y).toBeLessThan(camera.project(0, -13, 0)!.y);
    expect(camera.project(2.2, -40, 0)).toBeUndefined();
  });
});

function mover(id: number, x: number, y: number, size: Partial<Mover> = {}): Mover {
  const body = { length: 4.5, width: 1.8, height: 1.5, kind: 'car', body: 'sedan' } as const;
  const state = {
    heading: Math.PI / 2,
    speed: 0,
    lean: 0,
    pitch: 0,
    braking: false,
    indicator: 'none',
  } as const;
  return { id, seed: id, x, y, ...body, ...state, ...size };
}

describe('seenBy', () => {
  it('tells the nearest first, in boxes that stand on the ground where they are', () => {
    const seen = seenBy(camera, [mover(1, 0, 10), mover(2, 0, -10)]);
    expect(seen.map(({ mover }) => mover.id)).toEqual([2, 1]);
    const { box } = seen[0]!;
    const foot = camera.project(0, -12.25, 0)!;
    expect((box.left + box.right) / 2).toBeCloseTo(foot.x, 1);
    expect(box.bottom).toBeCloseTo(foot.y, 1);
  });

  it('sees less of who is behind somebody, and nothing of a rider behind a lorry', () => {
    const lorry = mover(1, 0.4, -12, {
      length: 7,
      width: 2.3,
      height: 3,
      kind: 'truck',
      body: 'tarpaulin-truck',
    });
    const rider = mover(2, 0, -7, {
      length: 1.9,
      width: 0.75,
      height: 1.65,
      kind: 'motorbike',
      body: 'motorbike',
    });
    const besides = mover(3, -6, -7);
    const seen = new Map(seenBy(camera, [lorry, rider, besides]).map((one) => [one.mover.id, one.visible]));
    expect(seen.get(1)).toBe(1);
    expect(seen.get(2)).toBeLessThan(0.1);
    expect(seen.get(3)).toBe(1);
  });

  it('leaves out who is outside the picture and counts who is cut by its edge as partly visible', () => {
    const seen = seenBy(camera, [mover(1, 60, -13), mover(2, 2, -26.5)]);
    expect(seen.map(({ mover }) => mover.id)).toEqual([2]);
    expect(seen[0]!.visible).toBeLessThan(0.9);
    expect(seen[0]!.box.bottom).toBe(1);
  });
});
