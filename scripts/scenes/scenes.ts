import type { CameraPose, Setting } from './page/setting.ts';
import { freeFlow, redLightQueue, type Scenario } from './traffic/index.ts';

/** One clip to be made: what happens, where it is seen from and in which light. */
export interface SceneSpec {
  readonly name: string;
  readonly seconds: number;
  readonly scenario: Scenario;
  readonly trafficSeed: number;
  readonly setting: Setting;
}

/** Drawn larger than the clip and scaled down: that is all the smoothing that edges get. */
const drawn = { width: 960, height: 540 };

const southPole: CameraPose = {
  x: 2.2,
  y: -33,
  height: 6,
  target: { x: -0.2, y: -13, height: 0 },
  verticalFovDegrees: 38,
};

export const scenes: readonly SceneSpec[] = [
  {
    name: 'free-flow-day',
    seconds: 50,
    scenario: freeFlow(),
    trafficSeed: 7,
    setting: {
      place: 'old-town',
      light: 'day',
      rain: false,
      seed: 5,
      camera: southPole,
      sun: { bearing: 235, height: 50 },
      picture: drawn,
    },
  },
  {
    name: 'red-light-queue',
    seconds: 60,
    scenario: redLightQueue(),
    trafficSeed: 11,
    setting: {
      place: 'boulevard',
      light: 'day',
      rain: false,
      seed: 6,
      camera: southPole,
      sun: { bearing: 130, height: 46 },
      picture: drawn,
    },
  },
];
