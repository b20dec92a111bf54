import { expect, it } from 'vitest';
import type { Detection, RoadUser } from '#perception';
import type { Claim } from '#rules';
import { lookVerdict } from './look-verdict.ts';

const box = { left: 0.4, top: 0.4, right: 0.5, bottom: 0.6 };
const claim = (kind: Claim['kind']): Claim => ({ kind, place: 'p', box, at: 0, since: 0, raisesAt: 0 });
const at = (kind: RoadUser, right: number, down = 0, confidence = 0.6): Detection => ({
  kind,
  box: { left: box.left + right, top: box.top + down, right: box.right + right, bottom: box.bottom + down },
  confidence,
  onTwoWheels: 0,
});

it.each([
  ['stopped-vehicle', [at('car', 0)], 'confirmed'],
  ['stopped-vehicle', [at('truck', 0.03)], 'confirmed'],
  ['stopped-vehicle', [at('car', 0.3), at('bus', -0.3)], 'contradicted'],
  ['stopped-vehicle', [], 'contradicted'],
  ['stopped-vehicle', [at('person', 0)], 'unclear'],
  ['stopped-vehicle', [at('car', 0, 0, 0.2)], 'unclear'],
  ['pedestrian', [at('motorbike', 0, 0, 0.2)], 'unclear'],
  ['stopped-vehicle', [at('car', 0.09)], 'unclear'],
  ['wrong-way', [at('motorbike', 0.02, 0.02)], 'confirmed'],
  ['wrong-way', [at('person', 0)], 'unclear'],
  ['pedestrian', [at('person', 0)], 'confirmed'],
  ['pedestrian', [at('motorbike', 0)], 'contradicted'],
  ['pedestrian', [{ ...at('person', 0), onTwoWheels: 0.4 }], 'contradicted'],
  ['pedestrian', [at('motorbike', 0.09)], 'unclear'],
  ['pedestrian', [at('motorbike', 0), at('person', 0.08)], 'unclear'],
  ['pedestrian', [at('car', 0)], 'unclear'],
] as const)('a claim of %s, with %j found, is %s', (kind, found, verdict) => {
  expect(lookVerdict(claim(kind), found, 360)).toBe(verdict);
});

it('what is too small to be found is not contradicted by an empty place', () => {
  expect(lookVerdict(claim('stopped-vehicle'), [], 90)).toBe('unclear');
});
