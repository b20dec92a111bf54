import type { Metres } from '#camera';

/** A line on the road with lengths along it. */
export interface Polyline {
  readonly points: readonly Metres[];
  /** Metres from the first point to each point. */
  readonly along: readonly number[];
  readonly length: number;
}

/** Where a point lies by a polyline; both in metres, `offset` to the right of its direction is negative. */
export interface Station {
  /** From the start; below 0 and beyond the length where the point lies before or after the line. */
  readonly at: number;
  readonly offset: number;
  /** Unit vector of the line's direction there. */
  readonly dx: number;
  readonly dy: number;
}

/** Points that repeat are dropped; fewer than two that differ give undefined. */
export function polylineOf(points: readonly Metres[]): Polyline | undefined {
  const kept: Metres[] = [];
  const along: number[] = [];
  for (const point of points) {
    const before = kept.at(-1);
    const step = before === undefined ? 0 : Math.hypot(point.x - before.x, point.y - before.y);
    if (before !== undefined && step < 0.01) continue;
    kept.push(point);
    along.push((along.at(-1) ?? 0) + step);
  }
  return kept.length < 2 ? undefined : { points: kept, along, length: along.at(-1)! };
}

/** The nearest place on the line; its first and last pieces are thought of as going on straight. */
export function stationOf(line: Polyline, x: number, y: number): Station {
  let best: Station | undefined;
  let nearest = Number.POSITIVE_INFINITY;
  const last = line.points.length - 2;
  for (let i = 0; i <= last; i++) {
    const a = line.points[i]!;
    const b = line.points[i + 1]!;
    const length = line.along[i + 1]! - line.along[i]!;
    const dx = (b.x - a.x) / length;
    const dy = (b.y - a.y) / length;
    const raw = (x - a.x) * dx + (y - a.y) * dy;
    const upTo = i === last ? raw : Math.min(raw, length);
    const kept = i === 0 ? upTo : Math.max(0, upTo);
    const px = x - (a.x + dx * kept);
    const py = y - (a.y + dy * kept);
    const distance = px * px + py * py;
    if (distance < nearest) {
      nearest = distance;
      best = { at: line.along[i]! + kept, offset: dx * (y - a.y) - dy * (x - a.x), dx, dy };
    }
  }
  return best!;
}

/** The point of the line at a distance from its start, kept between its ends. */
export function pointAt(line: Polyline, at: number): Metres {
  const wanted = Math.min(Math.max(at, 0), line.length);
  let i = 0;
  while (i < line.points.length - 2 && line.along[i + 1]! < wanted) i++;
  const a = line.points[i]!;
  const b = line.points[i + 1]!;
  const share = (wanted - line.along[i]!) / (line.along[i + 1]! - line.along[i]!);
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}
