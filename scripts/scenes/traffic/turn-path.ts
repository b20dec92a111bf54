import type { RoadLayout } from './motion.ts';
import { type Road, toX, toY } from './roads.ts';

/**
 * The way through a quarter turn: straight, bending in, round, bending out, straight (curvature rises and falls evenly,
 * so that steering and lean never jump). All turns are one shape, scaled.
 */
export interface TurnPath {
  readonly from: Road;
  readonly to: Road;
  /** 1 to the right, -1 to the left. */
  readonly side: 1 | -1;
  /** Lateral place before and after. */
  readonly d: number;
  readonly exitD: number;
  /** Where it leaves the straight of `from`, and where it reaches the one of `to`. */
  readonly startU: number;
  readonly endU: number;
  readonly length: number;
  readonly scale: number;
}

const samples = 256;
/** Share of the length over which curvature rises, and again falls. */
const ramp = 0.25;
const shape = unitShape();

/** The sharpest curvature of a turn of scale 1; radius is `scale / sharpest`. */
const sharpest = shape.sharpest;

interface Shape {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly angle: Float64Array;
  readonly length: number;
  readonly sharpest: number;
}

/** A quarter turn from (0, 0) heading +x to (1, 1) heading +y. */
function unitShape(): Shape {
  const peak = Math.PI / 2 / (1 - ramp);
  const x = new Float64Array(samples + 1);
  const y = new Float64Array(samples + 1);
  const angle = new Float64Array(samples + 1);
  for (let k = 0; k < samples; k++) {
    const bend = peak * curvatureShare((k + 0.5) / samples);
    angle[k + 1] = angle[k]! + bend / samples;
    const middle = 0.5 * (angle[k]! + angle[k + 1]!);
    x[k + 1] = x[k]! + Math.cos(middle) / samples;
    y[k + 1] = y[k]! + Math.sin(middle) / samples;
  }
  const scale = 1 / x[samples]!;
  return {
    x: x.map((v) => v * scale),
    y: y.map((v) => v * scale),
    angle,
    length: scale,
    sharpest: peak / scale,
  };
}

function curvatureShare(along: number): number {
  return Math.max(0, Math.min(1, along / ramp, (1 - along) / ramp));
}

/** The turn that a vehicle at lateral place `d` makes: it keeps its distance from the kerb (right) or centre line (left). */
export function turnPath(
  roads: readonly Road[],
  from: Road,
  turn: 'left' | 'right',
  d: number,
  layout: RoadLayout,
): TurnPath {
  const right = turn === 'right';
  const to = roads[(from.index + (right ? 3 : 1)) % 4]!;
  const fromKerb = from.width - d;
  const exitD = right ? to.width - fromKerb : d;
  const scale = right ? fromKerb + layout.cornerRadius : d + leftTurnStart(from, to);
  return {
    from,
    to,
    side: right ? 1 : -1,
    d,
    exitD,
    scale,
    startU: (right ? -exitD : exitD) - scale,
    endU: right ? d + scale : scale - d,
    length: shape.length * scale,
  };
}

/**
 * Left turns begin and end here, measured from the centre: so early, on the crossing, that opposing ones pass in front
 * of each other without meeting.
 */
function leftTurnStart(from: Road, to: Road): number {
  return Math.min(from.crossingTo, to.crossingTo) - 1;
}

/** Curvature at `s` metres into the turn, positive to the right. */
export function curvatureAt(path: TurnPath, s: number): number {
  return (path.side * sharpest * curvatureShare(s / path.length)) / path.scale;
}

export function sharpestCurvature(path: TurnPath): number {
  return sharpest / path.scale;
}

/** A place and heading in the world, written over by whoever computes it. */
export interface Place {
  x: number;
  y: number;
  heading: number;
}

/** The pose `s` metres into the turn, `e` metres right of the path and turned by `psi`; before and after it is straight. */
export function poseOnTurn(path: TurnPath, s: number, e: number, psi: number, place: Place): void {
  const at = Math.max(0, Math.min(1, s / path.length)) * samples;
  const k = Math.min(samples - 1, Math.floor(at));
  const part = at - k;
  const along = path.scale * (shape.x[k]! + part * (shape.x[k + 1]! - shape.x[k]!));
  const across = path.scale * (shape.y[k]! + part * (shape.y[k + 1]! - shape.y[k]!));
  const angle = path.side * (shape.angle[k]! + part * (shape.angle[k + 1]! - shape.angle[k]!));
  const over = s < 0 ? s : Math.max(0, s - path.length);
  const u = path.startU + along + over * Math.cos(angle) - e * Math.sin(angle);
  const d = path.d + path.side * across + over * Math.sin(angle) + e * Math.cos(angle);
  const total = angle + psi;
  const { from } = path;
  place.x = toX(from, u, d);
  place.y = toY(from, u, d);
  const c = Math.cos(total);
  const g = Math.sin(total);
  place.heading = Math.atan2(c * from.sin - g * from.cos, c * from.cos + g * from.sin);
}
