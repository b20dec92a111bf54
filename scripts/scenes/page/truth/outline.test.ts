import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convexOutline, fillOutline, outlineArea, type Pixel } from './outline.ts';

const somewhere = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 40 }));

describe('convex outline', () => {
  it('leaves out what lies inside', () => {
    const square: Pixel[] = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
      [5, 5],
      [2, 7],
    ];
    expect(convexOutline(square)).toHaveLength(4);
    expect(outlineArea(convexOutline(square))).toBe(100);
  });

  it('holds every point it was made of', () => {
    fc.assert(
      fc.property(fc.array(somewhere, { minLength: 3, maxLength: 30 }), (points) => {
        const outline = convexOutline(points);
        for (const point of points) {
          const grown = outlineArea(convexOutline([...outline, point]));
          expect(grown).toBeCloseTo(outlineArea(outline), 9);
        }
      }),
    );
  });
});

describe('filling', () => {
  it('visits about as many pixels as the outline covers, each once, none outside the picture', () => {
    fc.assert(
      fc.property(fc.array(somewhere, { minLength: 3, maxLength: 12 }), (points) => {
        const outline = convexOutline(points);
        const visited: number[] = [];
        fillOutline(outline, 64, 44, (pixel) => visited.push(pixel));
        expect(new Set(visited).size).toBe(visited.length);
        const perimeter = outline.reduce((sum, [x, y], i) => {
          const [nx, ny] = outline[(i + 1) % outline.length]!;
          return sum + Math.hypot(nx - x, ny - y);
        }, 0);
        expect(Math.abs(visited.length - outlineArea(outline))).toBeLessThanOrEqual(perimeter / 2 + 4);
      }),
    );
  });

  it('cuts at the edges of the picture', () => {
    const visited: number[] = [];
    fillOutline(
      [
        [-10, -10],
        [50, -10],
        [50, 50],
        [-10, 50],
      ],
      8,
      6,
      (pixel) => visited.push(pixel),
    );
    expect(visited).toHaveLength(48);
  });
});
