import type { CameraPose, Setting } from './page/setting.ts';
import {
  congestion,
  freeFlow,
  redLightQueue,
  type Scenario,
  stoppedInLane,
  stoppedOnShoulder,
  walkerOnCarriageway,
  wrongWay,
} from './traffic/index.ts';

/** One clip to be made: what happens, where it is seen from and in which light. */
export interface SceneSpec {
  readonly name: string;
  readonly seconds: number;
  readonly scenario: Scenario;
  readonly trafficSeed: number;
  readonly setting: Setting;
  /** Further encodings of the same scene. */
  readonly also: readonly ('h265' | '1080p')[];
}

export const picturesPerSecond = 15;

/** Drawn larger than the clip and scaled down: that is all the smoothing that edges get. */
const drawn = { width: 768, height: 432 };

type Weather = Pick<Setting, 'place' | 'light'> & Partial<Pick<Setting, 'rain' | 'sun'>>;

function setting(seed: number, camera: CameraPose, weather: Weather): Setting {
  const sun = { bearing: 235, height: 52 };
  return { rain: false, sun, ...weather, seed, camera, picture: drawn, averaged: 5 };
}

/** At the near corner of the crossing, looking at a queue as it comes. */
const againstTheQueue = pose([9.5, -7.5, 6], [1.5, -22], 38);
/** Over the kerb behind the junction, looking after the traffic that leaves it. */
const behindTheJunction = pose([9.8, 6, 6], [3, 20], 38);
/** Farther along the same road, looking back at what comes from the junction. */
const againstTheJam = pose([9.6, 47, 6], [2.6, 32], 38);
const behindTheJunctionLow = pose([10.2, 7, 5.7], [2.6, 20.5], 39);

function pose(
  [x, y, height]: readonly [number, number, number],
  [targetX, targetY]: readonly [number, number],
  verticalFovDegrees: number,
): CameraPose {
  return { x, y, height, target: { x: targetX, y: targetY, height: 0 }, verticalFovDegrees };
}

/** The same view from the other end of the road. */
function turned({ x, y, target, ...rest }: CameraPose): CameraPose {
  return { ...rest, x: -x, y: -y, target: { x: -target.x, y: -target.y, height: target.height } };
}

/** Fewer vehicles an hour, the rest as it is. */
function thinned(scenario: Scenario, factor: number): Scenario {
  return { ...scenario, demand: { ...scenario.demand, factorAt: () => factor } };
}

/** More cars and lorries among the riders: a jam of nothing but motorbikes hides most of them from one another. */
function withRiders(scenario: Scenario, motorbike: number): Scenario {
  const { demand } = scenario;
  return { ...scenario, demand: { ...demand, mix: { ...demand.mix, motorbike } } };
}

export const scenes: readonly SceneSpec[] = [
  {
    name: 'free-flow-day',
    seconds: 42,
    scenario: freeFlow(0.8),
    trafficSeed: 7,
    setting: setting(5, againstTheQueue, { place: 'old-town', light: 'day' }),
    also: ['1080p'],
  },
  {
    name: 'red-light-queue',
    seconds: 46,
    scenario: thinned(redLightQueue(), 0.6),
    trafficSeed: 11,
    setting: setting(6, againstTheQueue, {
      place: 'boulevard',
      light: 'day',
      sun: { bearing: 200, height: 55 },
    }),
    also: ['h265'],
  },
  {
    name: 'stopped-in-lane',
    seconds: 52,
    scenario: stoppedInLane({ at: 24, onsetSeconds: 12, seconds: 34 }, 0.65),
    trafficSeed: 1,
    setting: setting(8, behindTheJunction, {
      place: 'old-town',
      light: 'day',
      sun: { bearing: 120, height: 48 },
    }),
    also: [],
  },
  {
    name: 'congestion',
    seconds: 80,
    scenario: withRiders(thinned(congestion({ at: 38, onsetSeconds: 6, seconds: 40 }, 1), 0.7), 30),
    trafficSeed: 8,
    setting: setting(9, againstTheJam, { place: 'seafront', light: 'overcast' }),
    also: [],
  },
  {
    name: 'stopped-on-shoulder',
    seconds: 45,
    scenario: stoppedOnShoulder({ at: 22, onsetSeconds: 8, seconds: 22 }, 0.65),
    trafficSeed: 5,
    setting: setting(12, behindTheJunctionLow, {
      place: 'seafront',
      light: 'dusk',
      sun: { bearing: 265, height: 14 },
    }),
    also: [],
  },
  {
    name: 'wrong-way-motorbike',
    seconds: 40,
    scenario: wrongWay({ onsetSeconds: 5 }, 0.6),
    trafficSeed: 6,
    setting: setting(13, behindTheJunction, { place: 'boulevard', light: 'overcast' }),
    also: [],
  },
  {
    name: 'pedestrian-on-carriageway',
    seconds: 40,
    scenario: walkerOnCarriageway({ at: 16, onsetSeconds: 10, metres: 22 }, 0.6),
    trafficSeed: 2,
    setting: setting(14, behindTheJunction, {
      place: 'seafront',
      light: 'day',
      sun: { bearing: 150, height: 58 },
    }),
    also: [],
  },
  {
    name: 'free-flow-night',
    seconds: 40,
    scenario: freeFlow(0.6),
    trafficSeed: 9,
    setting: setting(15, againstTheQueue, { place: 'old-town', light: 'night' }),
    also: [],
  },
  {
    name: 'free-flow-rain',
    seconds: 40,
    scenario: freeFlow(0.7),
    trafficSeed: 10,
    setting: setting(16, turned(againstTheQueue), { place: 'boulevard', light: 'overcast', rain: true }),
    also: [],
  },
];
