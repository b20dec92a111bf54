import type { Box } from '../../src/base/index.ts';
import type { Detection, RoadUser } from '../../src/perception/track.ts';

/** Chances and errors of a made-up detector. */
export interface Faults {
  readonly missed: number;
  /** Standard deviation of each edge, in box heights. */
  readonly jitter: number;
  /** False boxes a picture. */
  readonly falseBoxes: number;
}

export interface StreetOptions extends Faults {
  readonly seed: number;
  readonly seconds: number;
  readonly picturesPerSecond: number;
  /** Of a picture's time, as a share of the interval. */
  readonly unevenness: number;
  readonly roadUsers: number;
}

export interface StreetPicture {
  readonly at: number;
  readonly truth: readonly { readonly id: number; readonly box: Box; readonly kind: RoadUser }[];
  readonly detections: readonly Detection[];
}

interface Mover {
  readonly id: number;
  readonly kind: RoadUser;
  /** Metres across and along the road. */
  readonly x: number;
  y: number;
  speed: number;
  readonly wish: number;
  readonly width: number;
  readonly height: number;
}

const SIZES = { car: [1.8, 1.5], motorbike: [0.8, 1.7], bus: [2.5, 3] } as const;
const ASPECT = 16 / 9;

/**
 * A straight road with two directions seen from a pole: motorbikes side by side and cars, at speeds that vary, stopping at a red light
 * in the middle of the time. Boxes hidden by nearer ones are missed. Deterministic.
 */
export function* street(options: StreetOptions): Generator<StreetPicture> {
  const random = seeded(options.seed);
  let id = 0;
  const enter = (y?: number): Mover => {
    const kind: RoadUser = random() < 0.7 ? 'motorbike' : random() < 0.9 ? 'car' : 'bus';
    const [width, height] = SIZES[kind as keyof typeof SIZES];
    const wish = 5 + 8 * random();
    const towards = random() < 0.5;
    const x = (towards ? -1 : 1) * (0.8 + 6 * random());
    return {
      id: id++,
      kind,
      x,
      y: y ?? (towards ? 75 : 9),
      speed: wish,
      wish: towards ? -wish : wish,
      width,
      height,
    };
  };
  let movers = Array.from({ length: options.roadUsers }, () => enter(10 + 60 * random()));
  const interval = 1 / options.picturesPerSecond;
  let now = 0;
  for (let step = 0; now < options.seconds; step++) {
    const next = (step + options.unevenness * (random() - 0.5)) * interval;
    drive(movers, Math.max(0.01, next - now), next > options.seconds * 0.4 && next < options.seconds * 0.6);
    now = Math.max(now + 0.01, next);
    movers = movers.map((mover) => (mover.y < 8 || mover.y > 78 ? enter() : mover));
    yield seen(movers, now, options, random);
  }
}

/** Everybody keeps a distance to whoever is in front in the same strip; at red nobody passes the line at 40 m. */
function drive(movers: readonly Mover[], seconds: number, red: boolean): void {
  for (const mover of movers) {
    const way = Math.sign(mover.wish);
    const ahead = movers.filter(
      (other) =>
        other !== mover &&
        Math.sign(other.wish) === way &&
        Math.abs(other.x - mover.x) < (other.width + mover.width) / 2 + 0.2,
    );
    let gap = Math.min(
      60,
      ...ahead.map((other) => (other.y - mover.y) * way - 2.5).filter((distance) => distance > -2),
    );
    const line = (40 - mover.y) * way;
    if (red && line > 0) gap = Math.min(gap, line);
    const target = Math.min(Math.abs(mover.wish), Math.max(0, gap * 0.6));
    mover.speed += Math.max(-5 * seconds, Math.min(2.5 * seconds, target - mover.speed));
    mover.y += way * Math.max(0, mover.speed) * seconds;
  }
}

/** A camera 7 m up, looking down the road; the horizon at a fifth of the picture. */
function boxOf({ x, y, width, height }: Mover): Box {
  const scale = 1.1 / y;
  const bottom = 0.2 + 7 * scale;
  const middle = 0.5 + (x * scale) / ASPECT;
  const half = (width * scale) / 2 / ASPECT;
  return { left: middle - half, top: bottom - (height + 0.4) * scale, right: middle + half, bottom };
}

function seen(movers: readonly Mover[], now: number, faults: Faults, random: () => number): StreetPicture {
  const visible = movers
    .map((mover) => ({ mover, box: boxOf(mover) }))
    .filter(({ box }) => box.right > 0.01 && box.left < 0.99 && box.bottom < 1 && box.top > 0)
    .sort((a, b) => a.mover.y - b.mover.y);
  const truth: { id: number; box: Box; kind: RoadUser }[] = [];
  const detections: Detection[] = [];
  for (const [i, { mover, box }] of visible.entries()) {
    const hidden = Math.max(0, ...visible.slice(0, i).map(({ box: nearer }) => covered(box, nearer)));
    if (hidden < 0.5) truth.push({ id: mover.id, box, kind: mover.kind });
    if (hidden > 0.5 || random() < faults.missed + hidden * 0.5) continue;
    const confidence = Math.min(0.95, Math.max(0.13, 0.65 - hidden * 0.5 + 0.18 * normal(random)));
    const rider = mover.kind === 'motorbike';
    const kind = rider && random() < 0.4 ? 'person' : mover.kind;
    const wheels = rider ? (kind === 'person' ? 0.1 + 0.12 * random() : confidence) : 0;
    detections.push({ kind, box: shaken(box, faults.jitter, random), confidence, onTwoWheels: wheels });
  }
  for (let left = faults.falseBoxes; random() < left; left--) {
    const x = random();
    const y = 0.3 + 0.6 * random();
    const box = { left: x, top: y, right: x + 0.04, bottom: y + 0.09 };
    detections.push({ kind: 'car', box, confidence: 0.13 + 0.4 * random(), onTwoWheels: 0 });
  }
  return { at: 1_000_000 + now * 1000, truth, detections };
}

/** Share of `box` that the other hides. */
function covered(box: Box, other: Box): number {
  const width = Math.min(box.right, other.right) - Math.max(box.left, other.left);
  const height = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
  return width <= 0 || height <= 0 ? 0 : (width * height) / ((box.right - box.left) * (box.bottom - box.top));
}

function shaken(box: Box, jitter: number, random: () => number): Box {
  const by = jitter * (box.bottom - box.top);
  return {
    left: box.left + (by * normal(random)) / ASPECT,
    top: box.top + by * normal(random),
    right: box.right + (by * normal(random)) / ASPECT,
    bottom: box.bottom + by * normal(random),
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
