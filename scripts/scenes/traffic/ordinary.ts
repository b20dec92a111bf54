import { inLoop } from './demand.ts';
import type { Happening } from './happenings.ts';
import { draw, drawBetween, drawCount, mix } from './random.ts';
import type { Road } from './roads.ts';
import type { World } from './world.ts';

/** The small disturbances of everyday traffic that begin in the minute that starts at `second`; none are incidents. */
export function ordinaryHappenings(world: World, second: number): readonly Happening[] {
  const { disturbances, demand } = world.scenario;
  if (disturbances === undefined || second % 60 !== 0) return [];
  const minute = inLoop(demand, second);
  const own = mix(mix(world.seed, 8000), minute);
  const share = demand.factorAt(minute) / 60;
  const found: Happening[] = [];
  const add = (stream: number, perHour: number, make: (seed: number) => Happening): void => {
    const count = drawCount(own, stream, perHour * share);
    for (let k = 0; k < count; k++) found.push(make(mix(own, stream * 100 + k)));
  };
  add(1, disturbances.busStopsPerHour, (seed) => shortStop(world, seed, second, 'bus'));
  add(2, disturbances.kerbStopsPerHour, (seed) => shortStop(world, seed, second, 'motorbike'));
  add(3, disturbances.hesitationsPerHour, (seed) => ({
    kind: 'hesitation',
    approach: roadFor(world, seed).approach,
    onsetSeconds: second,
    seconds: drawBetween(seed, 3, 3, 6),
  }));
  return found;
}

function shortStop(world: World, seed: number, second: number, who: 'bus' | 'motorbike'): Happening {
  const road = who === 'bus' ? world.roads[draw(seed, 1) < 0.5 ? 1 : 3]! : roadFor(world, seed);
  const out = draw(seed, 2) < 0.6;
  const at = out
    ? drawBetween(seed, 4, road.stopLine + 18, 0.7 * road.reach)
    : -drawBetween(seed, 4, road.stopLine + 25, 0.7 * road.reach);
  const seconds = who === 'bus' ? drawBetween(seed, 5, 6, 9) : drawBetween(seed, 5, 3, 7);
  return {
    kind: 'short-stop',
    who,
    approach: road.approach,
    at,
    onsetSeconds: second + 60 * draw(seed, 6),
    seconds,
  };
}

function roadFor(world: World, seed: number): Road {
  return world.roads[Math.floor(draw(seed, 7) * 4)]!;
}
