import { expect, it } from 'vitest';
import type { Journey } from '../journey/journey.ts';
import { Spot } from './spot.ts';

const box = { left: 0.4, top: 0.4, right: 0.5, bottom: 0.5 };
const car = { kind: 'car' } as Journey;
const another = { kind: 'truck' } as Journey;
const rider = { kind: 'motorbike' } as Journey;

it('has been passed by cars only once a second one has passed: one track may have jumped', () => {
  const spot = Spot.resumed('lane-1', 'lane', box, 0, 0);
  spot.passed(car, 1000);
  spot.passed(car, 1500);
  spot.passed(rider, 2000);
  expect(spot.passedAt).toBe(2000);
  expect(spot.passedByCarsAt).toBe(Number.NEGATIVE_INFINITY);
  spot.passed(another, 3000);
  expect(spot.passedByCarsAt).toBe(1500);
});
