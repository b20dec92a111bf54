import { describe, expect, it } from 'vitest';
import {
  congestion,
  freeFlow,
  type Moment,
  type Mover,
  ordinary,
  redLightQueue,
  run,
  type Scenario,
  stoppedInLane,
  walkerOnCarriageway,
  wrongWay,
} from './index.ts';
import { penetration } from './rectangles.ts';

const rate = 15;
const step = 1 / rate;

/** The worst that a run contains. */
interface Worst {
  overlap: number;
  hardestBraking: number;
  strongestAcceleration: number;
  fastestYaw: number;
  strongestCornering: number;
  /** Metres moved in a step beyond what the speed explains. */
  leap: number;
}

function worstOf(scenario: Scenario, seed: number, seconds: number): Worst {
  const worst = {
    overlap: 0,
    hardestBraking: 0,
    strongestAcceleration: 0,
    fastestYaw: 0,
    strongestCornering: 0,
    leap: 0,
  };
  let before = new Map<number, Mover>();
  for (const moment of run(scenario, seed, { rate, seconds, warmUpSeconds: 60 })) {
    worst.overlap = Math.max(worst.overlap, deepest(moment));
    for (const mover of moment.movers) {
      const last = before.get(mover.id);
      if (last !== undefined) compare(last, mover, worst);
    }
    before = new Map(moment.movers.map((mover) => [mover.id, mover]));
  }
  return worst;
}

function deepest({ movers }: Moment): number {
  const sorted = [...movers].sort((a, b) => a.x - b.x);
  let deepest = 0;
  for (let i = 0; i < sorted.length; i++) {
    for (let j = i + 1; j < sorted.length && sorted[j]!.x - sorted[i]!.x < 11; j++) {
      if (Math.abs(sorted[i]!.y - sorted[j]!.y) < 11)
        deepest = Math.max(deepest, penetration(sorted[i]!, sorted[j]!));
    }
  }
  return deepest;
}

function compare(last: Mover, mover: Mover, worst: Worst): void {
  const acceleration = (mover.speed - last.speed) / step;
  const turned = Math.abs(
    Math.atan2(Math.sin(mover.heading - last.heading), Math.cos(mover.heading - last.heading)),
  );
  const moved = Math.hypot(mover.x - last.x, mover.y - last.y);
  worst.hardestBraking = Math.min(worst.hardestBraking, acceleration);
  worst.strongestAcceleration = Math.max(worst.strongestAcceleration, acceleration);
  worst.fastestYaw = Math.max(worst.fastestYaw, turned / step);
  worst.strongestCornering = Math.max(worst.strongestCornering, (turned / step) * mover.speed);
  // The centre swings about the path point when the vehicle turns.
  const explained = Math.max(last.speed, mover.speed) * step + 0.5 * mover.length * turned;
  worst.leap = Math.max(worst.leap, moved - explained);
}

describe('physics of a run', () => {
  const cases: readonly (readonly [string, Scenario, number])[] = [
    ['free flow', freeFlow(0.8), 1],
    ['busy free flow', freeFlow(1.2), 2],
    ['ordinary traffic with its disturbances', ordinary(0.8), 3],
    ['red-light queue', redLightQueue(), 4],
    ['a car that has broken down', stoppedInLane(), 5],
    ['a shut exit', congestion({ onsetSeconds: -30, seconds: 60 }), 6],
    ['a rider against the flow', wrongWay({ onsetSeconds: -20 }), 7],
    ['somebody on the carriageway', walkerOnCarriageway({ onsetSeconds: 0 }), 8],
  ];
  it.each(cases)(
    '%s: no footprints overlap, nobody leaps, brakes or turns impossibly',
    (_, scenario, seed) => {
      const worst = worstOf(scenario, seed, 45);
      expect(worst.overlap).toBeLessThan(0.01);
      expect(worst.leap).toBeLessThan(0.02);
      expect(worst.hardestBraking).toBeGreaterThan(-9.01);
      expect(worst.strongestAcceleration).toBeLessThan(3.5);
      expect(worst.fastestYaw).toBeLessThan(2.5);
      expect(worst.strongestCornering).toBeLessThan(5);
    },
  );
});
