/** Footprints: oriented rectangles on the ground. */
export interface Footprint {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly length: number;
  readonly width: number;
}

/** How far two footprints reach into each other, metres; negative where there is a gap (then a lower bound of it). */
export function penetration(a: Footprint, b: Footprint): number {
  return penetrationOf(
    b.x - a.x,
    b.y - a.y,
    a.heading,
    a.length / 2,
    a.width / 2,
    b.heading,
    b.length / 2,
    b.width / 2,
  );
}

/** The same from plain numbers: `b` lies at (dx, dy) from `a`; half lengths and half widths. Separating axes. */
export function penetrationOf(
  dx: number,
  dy: number,
  headingA: number,
  lengthA: number,
  widthA: number,
  headingB: number,
  lengthB: number,
  widthB: number,
): number {
  const ca = Math.cos(headingA);
  const sa = Math.sin(headingA);
  const cb = Math.cos(headingB);
  const sb = Math.sin(headingB);
  const c = Math.abs(ca * cb + sa * sb);
  const s = Math.abs(ca * sb - sa * cb);
  const alongA = lengthA + lengthB * c + widthB * s - Math.abs(dx * ca + dy * sa);
  const acrossA = widthA + lengthB * s + widthB * c - Math.abs(dy * ca - dx * sa);
  const alongB = lengthB + lengthA * c + widthA * s - Math.abs(dx * cb + dy * sb);
  const acrossB = widthB + lengthA * s + widthA * c - Math.abs(dy * cb - dx * sb);
  return Math.min(alongA, acrossA, alongB, acrossB);
}
