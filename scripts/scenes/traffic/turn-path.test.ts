import { describe, expect, it } from 'vitest';
import { junction } from './motion.ts';
import { laneCentre, roadsOf, toX, toY } from './roads.ts';
import { curvatureAt, type Place, poseOnTurn, sharpestCurvature, turnPath } from './turn-path.ts';

const roads = roadsOf(junction);
const north = roads[1]!;

function at(path: ReturnType<typeof turnPath>, s: number): Place {
  const place = { x: 0, y: 0, heading: 0 };
  poseOnTurn(path, s, 0, 0, place);
  return place;
}

describe.each(['left', 'right'] as const)('a turn to the %s', (turn) => {
  const d = turn === 'left' ? laneCentre(north, 1) : north.width - 2;
  const path = turnPath(roads, north, turn, d, junction);

  it('begins on its lane and ends on the one that it is for, heading along them', () => {
    const start = at(path, 0);
    const end = at(path, path.length);
    expect(start.x).toBeCloseTo(toX(north, path.startU, d), 6);
    expect(start.y).toBeCloseTo(toY(north, path.startU, d), 6);
    expect(start.heading).toBeCloseTo(Math.PI / 2, 6);
    expect(end.x).toBeCloseTo(toX(path.to, path.endU, path.exitD), 1);
    expect(end.y).toBeCloseTo(toY(path.to, path.endU, path.exitD), 1);
    expect(Math.cos(end.heading - (turn === 'left' ? Math.PI : 0))).toBeCloseTo(1, 6);
  });

  it('keeps within its own half of the roads and off the kerb', () => {
    for (let s = 0; s <= path.length; s += 0.2) {
      const { x, y } = at(path, s);
      if (turn === 'right')
        expect(x > north.width && y < -north.boxHalf ? Infinity : x).toBeLessThan(Infinity);
      expect(Math.hypot(x, y)).toBeLessThan(20);
    }
  });

  it('bends evenly: no jump of curvature, and none tighter than a car can steer', () => {
    expect(1 / sharpestCurvature(path)).toBeGreaterThan(4.5);
    for (let s = 0; s < path.length; s += 0.1) {
      expect(Math.abs(curvatureAt(path, s + 0.1) - curvatureAt(path, s))).toBeLessThan(0.02);
    }
    expect(curvatureAt(path, 0)).toBeCloseTo(0, 6);
    expect(curvatureAt(path, path.length)).toBeCloseTo(0, 6);
  });
});
