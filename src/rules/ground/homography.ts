import { NgatuError, type Point } from '#base';
import type { GroundPlane, Metres } from '#camera';

/** Row-major 3×3 matrix that takes a point of the picture (fractions, w = 1) to the road (metres, homogeneous). */
export type Homography = readonly number[];

/**
 * The projective map through four pairs of points (the direct linear solution: eight equations, h₃₃ = 1).
 * Throws `SCENE_GROUND_PLANE` (config) where three of the points lie on one line.
 */
export function homographyOf(plane: GroundPlane): Homography {
  const rows: number[][] = [];
  for (let i = 0; i < 4; i++) {
    const { x, y } = plane.picture[i]!;
    const to = plane.metres[i]!;
    rows.push([x, y, 1, 0, 0, 0, -x * to.x, -y * to.x, to.x]);
    rows.push([0, 0, 0, x, y, 1, -x * to.y, -y * to.y, to.y]);
  }
  const solved = solve(rows);
  if (solved === undefined || !solved.every(Number.isFinite)) {
    throw new NgatuError(
      'SCENE_GROUND_PLANE',
      'The ground plane needs four points of the picture and of the road, no three of them on one line.',
      { kind: 'config' },
    );
  }
  return [...solved, 1];
}

/** Gauss-Jordan elimination with partial pivoting on [A | b]; undefined where A is singular. */
function solve(rows: number[][]): number[] | undefined {
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let r = column + 1; r < n; r++) {
      if (Math.abs(rows[r]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = r;
    }
    if (Math.abs(rows[pivot]![column]!) < 1e-9) return undefined;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let r = 0; r < n; r++) if (r !== column) subtractRow(rows[r]!, rows[column]!, column);
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

function subtractRow(row: number[], pivotRow: readonly number[], column: number): void {
  const factor = row[column]! / pivotRow[column]!;
  if (factor === 0) return;
  for (let i = column; i < row.length; i++) row[i] = row[i]! - factor * pivotRow[i]!;
}

export function inverseOf(h: Homography): Homography {
  const [a, b, c, d, e, f, g, i, j] = h as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return [
    e * j - f * i,
    c * i - b * j,
    b * f - c * e,
    f * g - d * j,
    a * j - c * g,
    c * d - a * f,
    d * i - e * g,
    b * g - a * i,
    a * e - b * d,
  ];
}

/** The image of a point; undefined on or beyond the line that maps to infinity (`sign` is the side that is seen). */
export function mapped(h: Homography, point: Point, sign: number): Metres | undefined {
  const w = (h[6]! * point.x + h[7]! * point.y + h[8]!) * sign;
  if (!(w > 1e-9)) return undefined;
  return {
    x: ((h[0]! * point.x + h[1]! * point.y + h[2]!) * sign) / w,
    y: ((h[3]! * point.x + h[4]! * point.y + h[5]!) * sign) / w,
  };
}

/** +1 or -1: the sign of the homogeneous coordinate where `seen` lies, so that points behind the horizon can be told. */
export function sideOf(h: Homography, seen: Point): number {
  return h[6]! * seen.x + h[7]! * seen.y + h[8]! >= 0 ? 1 : -1;
}
