import { expect, it } from 'vitest';
import type { Detection, RoadUser } from '../track.ts';
import { mergeRiders } from './riders.ts';
import { suppress } from './suppress.ts';

const seen = (
  kind: RoadUser,
  [left, top, right, bottom]: [number, number, number, number],
  confidence: number,
): Detection => ({
  kind,
  box: { left, top, right, bottom },
  confidence,
  onTwoWheels: 0,
});

it('makes one motorbike of a rider, a passenger and what they ride', () => {
  const found = mergeRiders([
    seen('motorbike', [0.4, 0.5, 0.5, 0.7], 0.5),
    seen('person', [0.41, 0.4, 0.48, 0.62], 0.8),
    seen('person', [0.43, 0.42, 0.5, 0.6], 0.4),
  ]);
  expect(found).toEqual([
    {
      kind: 'motorbike',
      box: { left: 0.4, top: 0.4, right: 0.5, bottom: 0.7 },
      confidence: 0.8,
      onTwoWheels: 0.5,
    },
  ]);
});

it('keeps somebody beside a motorbike, or far above it, on foot', () => {
  const found = mergeRiders([
    seen('motorbike', [0.4, 0.5, 0.5, 0.7], 0.6),
    seen('person', [0.51, 0.5, 0.55, 0.7], 0.8),
    seen('person', [0.42, 0.2, 0.46, 0.35], 0.8),
  ]);
  expect(found.map(({ kind }) => kind).sort()).toEqual(['motorbike', 'person', 'person']);
});

it('leaves a person with a mere hint of a two-wheeler, and the hint with the person', () => {
  const found = mergeRiders([
    seen('motorbike', [0.4, 0.5, 0.5, 0.7], 0.14),
    seen('person', [0.41, 0.4, 0.48, 0.65], 0.8),
  ]);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ kind: 'person', confidence: 0.8, onTwoWheels: 0.14 });
});

it('gives each rider the machine that fits best', () => {
  const found = mergeRiders([
    seen('motorbike', [0.4, 0.5, 0.5, 0.7], 0.5),
    seen('motorbike', [0.45, 0.5, 0.55, 0.7], 0.5),
    seen('person', [0.405, 0.4, 0.475, 0.62], 0.7),
    seen('person', [0.475, 0.4, 0.545, 0.62], 0.7),
  ]);
  expect(found.map(({ box }) => [box.left, box.right])).toEqual([
    [0.4, 0.5],
    [0.45, 0.55],
  ]);
});

it('sees one object once within a family, and keeps families apart', () => {
  const box: [number, number, number, number] = [0.1, 0.1, 0.3, 0.3];
  const found = suppress([
    seen('car', box, 0.6),
    seen('truck', [0.1, 0.1, 0.31, 0.3], 0.7),
    seen('person', box, 0.3),
  ]);
  expect(found.map(({ kind }) => kind)).toEqual(['truck', 'person']);
});

it('stays quick however much noise a model gives', () => {
  const noise = Array.from({ length: 20_000 }, (_, i) => {
    const x = (i % 200) / 200;
    const y = Math.floor(i / 200) / 100;
    return seen('car', [x, y, x + 0.004, y + 0.009], 0.2);
  });
  expect(suppress(noise).length).toBeLessThanOrEqual(600);
});
