import type { Box, EpochMs, Point } from '#base';
import type { Lane, Line, Scene, Zone } from '#camera';
import type { Observation, PictureQuality, RoadUser, Track } from '#perception';
import { posedGround } from './ground/ground.ts';

/**
 * A straight street for tests: x metres to the right of the camera, y metres ahead of it. Two lanes of one group lead away from the
 * camera (`right-1`, `right-2`), one comes towards it (`left-1`), with a shoulder on the right. What drives there is scripted.
 */
export interface Street {
  readonly scene: Scene;
  /** One observation of the scripted road users at a moment. */
  observe(at: EpochMs, users: readonly ScriptedUser[], quality?: PictureQuality): Observation;
}

export interface ScriptedUser {
  readonly track: number;
  /** What the detector calls it. */
  readonly kind: RoadUser;
  /** What it is, where that differs: gives its size. */
  readonly truly?: RoadUser;
  /** Knots of [seconds, x, y] in order; not there before the first and after the last. */
  readonly way: readonly (readonly [number, number, number])[];
  /** Seconds in which it is not detected. */
  readonly unseen?: readonly (readonly [number, number])[];
}

export interface StreetOptions {
  /** Where the right-hand lanes have their stop line, metres ahead; no signal if absent. */
  readonly stopLineAt?: number;
  readonly maxRedSeconds?: number;
  readonly lines?: readonly Line[];
  readonly zones?: readonly Zone[];
  /** Without it the engine has to assume its metres. */
  readonly groundPlane?: boolean;
}

/** Second 0 of all scripts: a Monday, 2024-01-01T10:00Z. */
export const streetStart: EpochMs = 1_704_103_200_000;

const pose = { horizon: 0.08, heightMetres: 6, focal: 1.45, aspect: 16 / 9 };
const ground = posedGround(pose, 'assumed');

const sizes: Readonly<Record<RoadUser, readonly [width: number, height: number]>> = {
  car: [1.8, 1.5],
  motorbike: [0.8, 1.65],
  bus: [2.5, 3.1],
  truck: [2.3, 2.8],
  bicycle: [0.6, 1.65],
  person: [0.55, 1.68],
};

/** Where a place on the road is in the picture. */
export function seenAt(x: number, y: number): Point {
  return ground.toPicture({ x, y })!;
}

export function street(options: StreetOptions = {}): Street {
  const corners = [
    { x: -4, y: 12 },
    { x: 8, y: 12 },
    { x: 8, y: 60 },
    { x: -4, y: 60 },
  ] as const;
  const picture = corners.map(({ x, y }) => seenAt(x, y)) as unknown as readonly [Point, Point, Point, Point];
  const scene: Scene = {
    lanes: [
      laneOf('right-1', 'away', 0.1, 3.5, 12, 55, options),
      laneOf('right-2', 'away', 3.5, 7, 12, 55, options),
      laneOf('left-1', 'towards', -3.5, -0.1, 55, 12, {}),
    ],
    zones: [
      { id: 'shoulder', name: 'Shoulder', kind: 'shoulder', polygon: rectangle(7, 9, 12, 55) },
      { id: 'road', name: 'Carriageway', kind: 'carriageway', polygon: rectangle(-3.5, 7, 12, 55) },
      ...(options.zones ?? []),
    ],
    lines: options.lines ?? [],
    ...(options.groundPlane === false ? {} : { groundPlane: { picture, metres: corners } }),
  };
  return { scene, observe };
}

export function rectangle(left: number, right: number, near: number, far: number): Point[] {
  return [seenAt(left, near), seenAt(right, near), seenAt(right, far), seenAt(left, far)];
}

function laneOf(
  id: string,
  group: string,
  left: number,
  right: number,
  from: number,
  to: number,
  { stopLineAt, maxRedSeconds }: StreetOptions,
): Lane {
  const middle = (left + right) / 2;
  const signal =
    stopLineAt === undefined
      ? {}
      : {
          stopLine: [seenAt(left, stopLineAt), seenAt(right, stopLineAt)] as const,
          ...(maxRedSeconds === undefined ? {} : { maxRedSeconds }),
        };
  return {
    id,
    name: id,
    group,
    polygon: rectangle(left, right, Math.min(from, to), Math.max(from, to)),
    direction: [seenAt(middle, from), seenAt(middle, to)],
    ...signal,
  };
}

function observe(at: EpochMs, users: readonly ScriptedUser[], quality: PictureQuality = 'good'): Observation {
  const seconds = (at - streetStart) / 1000;
  const tracks = users.flatMap((user) => trackOf(user, seconds, at));
  return { camera: 'test', capturedAt: at, tracks, quality };
}

function trackOf(user: ScriptedUser, seconds: number, at: EpochMs): Track[] {
  const { way, unseen = [] } = user;
  const first = way[0]!;
  const last = way.at(-1)!;
  if (seconds < first[0] || seconds > last[0]) return [];
  if (unseen.some(([from, to]) => seconds >= from && seconds < to)) return [];
  const box = boxAt(user.truly ?? user.kind, ...placeAt(way, seconds));
  if (box.left > 0.98 || box.right < 0.02 || box.top > 0.98) return [];
  return [
    {
      id: user.track,
      kind: user.kind,
      box,
      confidence: 0.8,
      firstSeenAt: streetStart + first[0] * 1000,
      lastSeenAt: at,
      hits: 10,
    },
  ];
}

function placeAt(way: ScriptedUser['way'], seconds: number): [number, number] {
  let i = 0;
  while (i < way.length - 2 && way[i + 1]![0] < seconds) i++;
  const [t0, x0, y0] = way[i]!;
  const [t1, x1, y1] = way[Math.min(i + 1, way.length - 1)]!;
  const share = t1 === t0 ? 0 : (seconds - t0) / (t1 - t0);
  return [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share];
}

function boxAt(kind: RoadUser, x: number, y: number): Box {
  const foot = seenAt(x, y);
  const [width, height] = sizes[kind];
  const halfWidth = (pose.focal * width) / (2 * pose.aspect * y);
  return {
    left: foot.x - halfWidth,
    right: foot.x + halfWidth,
    top: foot.y - (pose.focal * height) / y,
    bottom: foot.y,
  };
}
