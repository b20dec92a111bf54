import {
  congestion,
  freeFlow,
  type Scenario,
  slowTraffic,
  spillback,
  stoppedInLane,
  stoppedOnShoulder,
  walkerOnCarriageway,
  wrongWay,
} from '../../scripts/scenes/traffic/index.ts';
import type { IncidentKind } from '../../src/rules/index.ts';
import { allFramings, type Framing, type Watched, watchedBy } from './cameras.ts';
import { seeded } from './seeded.ts';

/** Something that happens before a camera, and how long to watch. */
export interface Staged {
  readonly kind: IncidentKind;
  readonly framing: Framing;
  readonly scenario: Scenario;
  readonly seconds: number;
}

export const stagedKinds = [
  'stopped-vehicle',
  'congestion',
  'wrong-way',
  'pedestrian',
  'queue-spillback',
  'slow-traffic',
] as const;
export type StagedKind = (typeof stagedKinds)[number];

/** Sixty seconds before anything happens, so that the camera has watched its scene for a minute. */
const onsetSeconds = 60;

/** The same kind and seed always stage the same: a framing, a place that it watches, a traffic density, a length. */
export function stage(kind: StagedKind, seed: number): Staged {
  const random = seeded(seed * 7919 + stagedKinds.indexOf(kind));
  const framing = allFramings[Math.floor(random.next() * allFramings.length)]!;
  const watched = watchedBy(framing.pose);
  const density = random.between(0.3, 0.75);
  const pick = (among: readonly Watched[]): Watched => among[Math.floor(random.next() * among.length)]!;
  const within = ({ from, to }: Watched, margin: number) => random.between(from + margin, to - margin);
  const build = { random, watched, density, pick, within };
  const { scenario, seconds } = builders[kind](build) ?? { scenario: freeFlow(density), seconds: 0 };
  return { kind, framing, scenario, seconds };
}

interface Build {
  readonly random: { next(): number; between(low: number, high: number): number };
  readonly watched: readonly Watched[];
  readonly density: number;
  pick(among: readonly Watched[]): Watched;
  within(place: Watched, margin: number): number;
}

type Built = { readonly scenario: Scenario; readonly seconds: number } | undefined;

/** Undefined where this framing sees no fit place; such a seed is left out. */
const builders: Readonly<Record<StagedKind, (build: Build) => Built>> = {
  'stopped-vehicle': ({ random, watched, density, pick, within }) => {
    const place = pick(watched);
    const at = within(place, 5);
    const seconds = random.between(25, 60);
    const where = { approach: place.road.approach, at, onsetSeconds, seconds };
    const scenario =
      place.lane === 'shoulder'
        ? stoppedOnShoulder(where, density)
        : stoppedInLane({ ...where, lane: place.lane }, density);
    return { scenario, seconds: onsetSeconds + seconds + 60 };
  },
  congestion: ({ random, watched, pick }) => {
    const exits = watched.filter(({ leg, lane }) => leg === 'out' && lane === 1);
    if (exits.length === 0) return undefined;
    const { road, to } = pick(exits);
    const seconds = random.between(60, 120);
    const where = { approach: road.approach, at: to + 3, onsetSeconds, seconds, speed: 0 };
    return { scenario: congestion(where, random.between(0.7, 1)), seconds: onsetSeconds + seconds + 90 };
  },
  'wrong-way': ({ random, watched, density, pick }) => {
    const { road } = pick(watched);
    const side = random.next() < 0.5 ? 'kerb' : 'lane';
    const where = { approach: road.approach, onsetSeconds: onsetSeconds - 20, side } as const;
    return { scenario: wrongWay(where, density), seconds: onsetSeconds + 90 };
  },
  pedestrian: ({ random, watched, density, pick, within }) => {
    const place = pick(watched.filter(({ lane }) => lane !== 'shoulder'));
    const along = random.next() < 0.5 ? 1 : -1;
    const at = within(place, 5);
    const metres = random.between(12, 30);
    const d = random.between(4.2, 6.4);
    const where = { approach: place.road.approach, at, onsetSeconds, metres, d, along } as const;
    return { scenario: walkerOnCarriageway(where, density), seconds: onsetSeconds + 70 };
  },
  'queue-spillback': ({ random, watched, pick }) => {
    const exits = watched.filter(({ leg, lane }) => leg === 'out' && lane === 1);
    if (exits.length === 0) return undefined;
    const { road, to } = pick(exits);
    const seconds = random.between(60, 120);
    const where = { approach: road.approach, at: to + 3, onsetSeconds, seconds, speed: 0 };
    return { scenario: spillback(where, random.between(0.7, 1)), seconds: onsetSeconds + seconds + 60 };
  },
  'slow-traffic': ({ random, watched, pick }) => {
    const exits = watched.filter(({ leg, lane }) => leg === 'out' && lane === 1);
    if (exits.length === 0) return undefined;
    const { road, from } = pick(exits);
    const seconds = random.between(90, 150);
    const where = { approach: road.approach, at: from - 4, onsetSeconds, seconds, metres: 60 };
    return {
      scenario: slowTraffic({ ...where, speed: random.between(2.5, 4.5) }),
      seconds: onsetSeconds + seconds + 60,
    };
  },
};
