import type { Point } from '#base';
import type { Lane, Zone } from '#camera';
import type { Ground } from '../ground/ground.ts';
import { pointAt, stationOf } from '../road/polyline.ts';
import type { Flow } from './flows.ts';
import { lanesOf, type ProposedLane } from './lanes.ts';

/** A piece of road beside a flow's axis, in metres along it and to its left. */
interface Strip {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
}

const knots = 5;
const shortest = 5;
/** So far before the edge of the picture vehicles are cut off by it and leave no trail; the lane goes on. */
const mostUnseen = 20;

/** A flow as one would draw it: its lanes, one group, and the carriageway that they make. */
export function drawFlow(
  flow: Flow,
  group: string,
  ground: Ground,
): { readonly lanes: readonly Lane[]; readonly zones: readonly Zone[] } {
  const pen = penOf(flow, ground);
  const drawn = lanesOf(flow)
    .filter(({ from, to }) => to - from >= shortest)
    .map((lane) => ({ lane, strip: pen.extended(stripOf(lane)) }));
  const lanes = drawn.flatMap(({ lane, strip }, i): Lane[] => {
    const id = `${group}-lane-${i + 1}`;
    const polygon = pen.outline(strip);
    const direction = pen.line(strip, lane.offset);
    if (direction.length < 2 || polygon.length < 3) return [];
    const stopLine = lane.stopAt === undefined ? undefined : pen.across(strip, lane.stopAt);
    return [{ id, name: id, group, polygon, direction, ...(stopLine ? { stopLine } : {}) }];
  });
  const polygon = pen.outline(aroundAll(drawn.map(({ strip }) => strip)));
  const id = `${group}-carriageway`;
  return { lanes, zones: lanes.length === 0 ? [] : [{ id, name: id, kind: 'carriageway', polygon }] };
}

function stripOf({ from, to, offset, width }: ProposedLane): Strip {
  return { from, to, left: offset + width / 2, right: offset - width / 2 };
}

function aroundAll(strips: readonly Strip[]): Strip {
  return {
    from: Math.min(...strips.map(({ from }) => from)),
    to: Math.max(...strips.map(({ to }) => to)),
    left: Math.max(...strips.map(({ left }) => left)),
    right: Math.min(...strips.map(({ right }) => right)),
  };
}

/** Draws on the picture what is given in metres beside a flow's axis. */
function penOf({ axis }: Flow, ground: Ground) {
  /** The axis is thought of as going on straight beyond its ends. */
  function seen(at: number, side: number): Point | undefined {
    const middle = pointAt(axis, at);
    const { dx, dy } = stationOf(axis, middle.x, middle.y);
    const beyond = at - Math.min(Math.max(at, 0), axis.length);
    return ground.toPicture({
      x: middle.x + dx * beyond - dy * side,
      y: middle.y + dy * beyond + dx * side,
    });
  }
  /** Where the strip has left the picture, going on from one of its ends; the end itself if it does not leave it soon. */
  function leaves(end: number, step: number, { left, right }: Strip): number {
    for (let at = end; Math.abs(at - end) <= mostUnseen; at += step) {
      const edges = [seen(at, left), seen(at, right)];
      if (!edges.every(isDrawable)) return at === end ? end : at - step;
      if (!edges.some(isInPicture)) return at;
    }
    return end;
  }
  const line = ({ from, to }: Strip, side: number): Point[] =>
    Array.from({ length: knots }, (_, k) => seen(from + ((to - from) * k) / (knots - 1), side))
      .filter(isDrawable)
      .map(rounded);
  return {
    line,
    outline: (strip: Strip) => [...line(strip, strip.left), ...line(strip, strip.right).reverse()],
    across({ left, right }: Strip, at: number): readonly [Point, Point] | undefined {
      const [a, b] = [seen(at, left), seen(at, right)];
      return isDrawable(a) && isDrawable(b) ? [rounded(a), rounded(b)] : undefined;
    },
    extended: (strip: Strip): Strip => ({
      ...strip,
      from: leaves(strip.from, -0.5, strip),
      to: leaves(strip.to, 0.5, strip),
    }),
  };
}

function isInPicture(point: Point | undefined): boolean {
  return point !== undefined && Math.abs(point.x - 0.5) <= 0.5 && Math.abs(point.y - 0.5) <= 0.5;
}

/** As far outside the picture as a scene may say. */
function isDrawable(point: Point | undefined): point is Point {
  return point !== undefined && Math.abs(point.x - 0.5) <= 1 && Math.abs(point.y - 0.5) <= 1;
}

function rounded({ x, y }: Point): Point {
  return { x: Math.round(x * 10_000) / 10_000, y: Math.round(y * 10_000) / 10_000 };
}
