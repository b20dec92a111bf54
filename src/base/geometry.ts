/** A point of the picture as fractions of its width and height: x to the right, y downwards, both 0 to 1 inside. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An upright rectangle of the picture, in the same fractions; `left < right`, `top < bottom`. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where a road user touches the ground: the middle of the box's lower edge. */
export function footPoint(box: Box): Point {
  return { x: (box.left + box.right) / 2, y: box.bottom };
}

export function boxArea(box: Box): number {
  return Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
}

/** Intersection over union, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const shared = boxArea(intersection(a, b));
  return shared === 0 ? 0 : shared / (boxArea(a) + boxArea(b) - shared);
}

/** The rectangle that both cover; its area is 0 where they do not meet. */
export function intersection(a: Box, b: Box): Box {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  };
}

/** Even-odd rule; a polygon is closed from its last point to its first. */
export function insidePolygon(point: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[i]!;
    const b = polygon[j]!;
    const crosses = a.y > point.y !== b.y > point.y;
    if (crosses && point.x < ((b.x - a.x) * (point.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}
