import type { Metres } from '#camera';
import { stationOf } from '../road/polyline.ts';
import type { Flow } from './flows.ts';
import type { Trail } from './trails.ts';

/** A lane in metres beside its flow's axis, and where traffic in it waits for a signal. */
export interface ProposedLane {
  readonly offset: number;
  readonly width: number;
  readonly from: number;
  readonly to: number;
  /** Metres along the axis; undefined where hardly anybody waits. */
  readonly stopAt: number | undefined;
}

const laneWidth = 3.5;
const narrowest = 2.4;
/** Half the spread of four-wheelers within their lane. */
const spread = 0.55;
const step = 0.1;
const waitingShare = 0.12;

/**
 * The lanes of a flow, from left to right of its direction. Cars and the like keep to lanes and show them as heaps beside the axis; riders ride
 * anywhere and are asked only where there is nobody else.
 */
export function lanesOf(flow: Flow): ProposedLane[] {
  const wide = flow.trails.filter(({ kind }) => kind !== 'motorbike' && kind !== 'bicycle');
  const trails = wide.length >= 8 ? wide : flow.trails;
  const placed = trails.map((trail) => ({ trail, offset: offsetOf(flow, trail) }));
  const middles = heapsOf(placed.map(({ offset }) => offset));
  return middles.map((offset, i) => {
    const gaps = [middles[i - 1], middles[i + 1]]
      .filter((other) => other !== undefined)
      .map((other) => Math.abs(other - offset));
    const width = Math.max(narrowest, Math.min(laneWidth, ...gaps));
    const own = placed.filter((one) => Math.abs(one.offset - offset) < width / 2).map(({ trail }) => trail);
    return { offset, width, ...extentOf(flow, own), stopAt: stopOf(flow, own) };
  });
}

/** Median distance of a trail from the axis; to the left is positive. */
function offsetOf({ axis }: Flow, { points }: Trail): number {
  const offsets = points.map(({ x, y }) => stationOf(axis, x, y).offset).sort((a, b) => a - b);
  return offsets[offsets.length >> 1]!;
}

/** Where the density of values has its tops, at least a narrow lane apart, the higher before the lower. */
function heapsOf(values: readonly number[]): number[] {
  const density = (at: number) =>
    values.reduce((sum, value) => sum + Math.exp(-(((value - at) / spread) ** 2) / 2), 0);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const tops: { at: number; height: number }[] = [];
  for (let at = low - step; at <= high + step; at += step) {
    const height = density(at);
    if (height > density(at - step) && height >= density(at + step)) tops.push({ at, height });
  }
  tops.sort((a, b) => b.height - a.height);
  const kept: number[] = [];
  for (const { at, height } of tops) {
    if (height < 0.15 * tops[0]!.height) break;
    if (kept.every((other) => Math.abs(other - at) >= narrowest)) kept.push(at);
  }
  return kept.sort((a, b) => b - a);
}

/** How far along the axis most of its traffic is seen. */
function extentOf({ axis }: Flow, trails: readonly Trail[]): { from: number; to: number } {
  const stations = trails
    .flatMap(({ points }) => points.map(({ x, y }) => stationOf(axis, x, y).at))
    .sort((a, b) => a - b);
  const at = (share: number) => stations[Math.floor(share * (stations.length - 1))] ?? 0;
  return { from: Math.max(0, at(0.02)), to: Math.min(axis.length, at(0.98)) };
}

/** Where the foremost of those who wait stand. */
function stopOf({ axis }: Flow, trails: readonly Trail[]): number | undefined {
  const waiting = trails.filter(({ stops }) => stops.length > 0);
  if (waiting.length < 6 || waiting.length < waitingShare * trails.length) return undefined;
  const stations = waiting
    .flatMap(({ stops }) => stops.map(({ x, y }: Metres) => stationOf(axis, x, y).at))
    .sort((a, b) => a - b);
  const foremost = stations[Math.floor(0.9 * (stations.length - 1))]!;
  // The middle of the first car is half a car and a gap before the line.
  return Math.min(axis.length, foremost + 3);
}
