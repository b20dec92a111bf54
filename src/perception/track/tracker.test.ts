import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markTracks } from '../../../bench/tracker/marks.ts';
import { street } from '../../../bench/tracker/street.ts';
import type { Detection, RoadUser, Track } from '../track.ts';
import { createTracker, type Tracker } from './tracker.ts';

const ASPECT = 16 / 9;
const START = Date.UTC(2025, 0, 1);

interface Place {
  /** Middle of the lower edge, and height. */
  readonly x: number;
  readonly y: number;
  readonly height?: number;
  readonly kind?: RoadUser;
  readonly confidence?: number;
  readonly onTwoWheels?: number;
}

function at({ x, y, height = 0.1, kind = 'car', confidence = 0.7, onTwoWheels = 0 }: Place): Detection {
  const half = (kind === 'car' ? 1.2 : 0.5) * (height / ASPECT / 2);
  return {
    kind,
    confidence,
    onTwoWheels,
    box: { left: x - half, top: y - height, right: x + half, bottom: y },
  };
}

/** Pictures every `stepMs`: what is seen in each, `undefined` for nothing. */
function follow(
  tracker: Tracker,
  steps: readonly (readonly Place[])[],
  stepMs = 200,
  from = START,
): (readonly Track[])[] {
  return steps.map((places, i) => tracker.update(places.map(at), from + i * stepMs, ASPECT));
}

const ids = (tracks: readonly Track[]): number[] => tracks.map(({ id }) => id);

describe('a track', () => {
  it('is told from its second sure detection on, with when it was first and last seen', () => {
    const told = follow(createTracker(), [[{ x: 0.5, y: 0.5 }], [{ x: 0.5, y: 0.5 }]]);
    expect(told[0]).toEqual([]);
    expect(told[1]).toMatchObject([
      { id: 1, kind: 'car', hits: 2, firstSeenAt: START, lastSeenAt: START + 200 },
    ]);
  });

  it('does not begin with what flickers or is hardly seen', () => {
    const weak = Array.from({ length: 20 }, () => [{ x: 0.5, y: 0.5, confidence: 0.3 }]);
    expect(follow(createTracker(), weak).flat()).toEqual([]);
    const flicker = Array.from({ length: 30 }, (_, i) =>
      i % 6 === 0 ? [{ x: 0.5, y: 0.5, confidence: 0.42 }] : [],
    );
    expect(follow(createTracker(), flicker).flat()).toEqual([]);
  });

  it('is kept alive by weak detections for a while', () => {
    const steps = Array.from({ length: 30 }, (_, i) => [
      { x: 0.5, y: 0.5, confidence: i < 12 || i === 29 ? 0.7 : 0.2 },
    ]);
    expect(ids(follow(createTracker(), steps).at(-1)!)).toEqual([1]);
  });

  it('does not live for ever on weak detections: what looks a little like a person is none', () => {
    const steps = Array.from({ length: 200 }, (_, i) => [
      { x: 0.5, y: 0.5, confidence: i % 100 === 0 ? 0.42 : 0.22 },
    ]);
    expect(follow(createTracker(), steps).flat()).toEqual([]);
  });

  it('follows a motorbike that moves its own length and more between pictures, from the first on', () => {
    const steps = Array.from({ length: 10 }, (_, i) => [
      { x: 0.1 + 0.08 * i, y: 0.6, kind: 'motorbike' as const },
    ]);
    const told = follow(createTracker(), steps);
    expect(ids(told.at(-1)!)).toEqual([1]);
    expect(told.at(-1)![0]!.hits).toBe(10);
  });

  it('goes by real time: the same road user at uneven and slow pictures', () => {
    const tracker = createTracker();
    const times = [0, 200, 1200, 1400, 1700, 2900, 3000, 4200];
    const told = times.map((time) =>
      tracker.update([at({ x: 0.1 + time * 0.0001, y: 0.6 })], START + time, ASPECT),
    );
    expect(told.at(-1)).toMatchObject([{ id: 1, hits: times.length }]);
  });

  it('that stands stays where it is, and the same, while something hides it for ten seconds', () => {
    const tracker = createTracker();
    const seen = Array.from({ length: 200 }, () => [{ x: 0.5, y: 0.5 }]);
    const hidden = Array.from({ length: 50 }, () => []);
    const before = follow(tracker, seen).at(-1)![0]!;
    const meanwhile = follow(tracker, hidden, 200, START + 40_000).map((tracks) => tracks[0]!);
    const after = follow(tracker, [[{ x: 0.5, y: 0.5 }]], 200, START + 50_000).at(-1)![0]!;
    for (const each of meanwhile) {
      expect(each.box.left).toBeCloseTo(before.box.left, 2);
      expect(each.lastSeenAt).toBe(before.lastSeenAt);
    }
    expect(after).toMatchObject({ id: 1, firstSeenAt: START });
  });

  it('that left is gone soon', () => {
    const tracker = createTracker();
    follow(
      tracker,
      Array.from({ length: 10 }, (_, i) => [{ x: 0.5 + 0.05 * i, y: 0.6 }]),
    );
    const rest = follow(
      tracker,
      Array.from({ length: 10 }, () => []),
      200,
      START + 2000,
    );
    expect(rest.at(-1)).toEqual([]);
  });

  it('keeps its own motorbike when two ride side by side and swap places in depth', () => {
    const steps = Array.from({ length: 25 }, (_, i) => [
      { x: 0.45 + 0.001 * i, y: 0.9 - 0.02 * i, height: 0.2 - 0.004 * i, kind: 'motorbike' as const },
      { x: 0.51 - 0.001 * i, y: 0.86 - 0.017 * i, height: 0.19 - 0.0036 * i, kind: 'motorbike' as const },
    ]);
    const told = follow(createTracker(), steps);
    expect(told.at(-1)!.map(({ id, hits }) => [id, hits])).toEqual([
      [1, 25],
      [2, 25],
    ]);
  });

  it('begins anew after a pause that is too long to say anything', () => {
    const tracker = createTracker({ firstId: 7 });
    follow(tracker, [[{ x: 0.5, y: 0.5 }], [{ x: 0.5, y: 0.5 }]]);
    const told = follow(tracker, [[{ x: 0.5, y: 0.5 }], [{ x: 0.5, y: 0.5 }]], 200, START + 30_000);
    expect(ids(told[1]!)).toEqual([8]);
  });
});

describe('the kind of a track', () => {
  const kindOf = (steps: readonly (readonly Place[])[]): RoadUser =>
    follow(createTracker(), steps).at(-1)![0]!.kind;
  const times = (count: number, place: (i: number) => Place) =>
    Array.from({ length: count }, (_, i) => [place(i)]);

  it('is a motorbike for a rider whose machine is seen now and then', () => {
    const rider = (i: number): Place => ({
      x: 0.5,
      y: 0.6,
      kind: i % 4 === 0 ? 'motorbike' : 'person',
      onTwoWheels: i % 4 === 0 ? 0.4 : 0.16,
    });
    expect(kindOf(times(20, rider))).toBe('motorbike');
  });

  it('is a motorbike for a rider whose machine is never seen, by the speed', () => {
    expect(kindOf(times(12, (i) => ({ x: 0.1 + 0.05 * i, y: 0.6, kind: 'person', onTwoWheels: 0.11 })))).toBe(
      'motorbike',
    );
  });

  it('is a person for somebody who walks, also past a parked motorbike', () => {
    const walker = (i: number): Place => ({
      x: 0.3 + 0.004 * i,
      y: 0.6,
      kind: i % 12 === 11 ? 'motorbike' : 'person',
      onTwoWheels: i % 12 === 11 ? 0.3 : 0.05,
    });
    expect(kindOf(times(60, walker))).toBe('person');
  });

  it('is what it mostly is, for a car that is taken for a truck at times', () => {
    expect(kindOf(times(30, (i) => ({ x: 0.5, y: 0.6, kind: i % 3 === 0 ? 'truck' : 'car' })))).toBe('car');
  });
});

it('keeps identities on a busy street with misses, jitter, false boxes and a red light', () => {
  const tracker = createTracker();
  const options = { seed: 101, seconds: 40, picturesPerSecond: 5, unevenness: 0.4, roadUsers: 25 };
  const scenes = [...street({ ...options, missed: 0.15, jitter: 0.05, falseBoxes: 0.5 })].map(
    ({ at: time, truth, detections }) => ({
      truth,
      told: tracker.update(detections, time, ASPECT).filter(({ lastSeenAt }) => lastSeenAt === time),
    }),
  );
  const marks = markTracks(scenes);
  expect(marks.idf1).toBeGreaterThan(0.7);
  expect(marks.mota).toBeGreaterThan(0.68);
  expect((1000 * marks.switches) / marks.boxes).toBeLessThan(15);
  expect(marks.false_ / marks.boxes).toBeLessThan(0.02);
  expect(marks.kindsRight).toBeGreaterThan(0.97);
});

it('takes any detections at any times, stays bounded and tells whole numbers of sound boxes', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const detection = fc.record({ x: unit, y: unit, width: unit, height: unit, confidence: unit }).map(
    ({ x, y, width, height, confidence }): Detection => ({
      kind: 'car',
      confidence,
      onTwoWheels: 0,
      box: { left: x, top: y, right: Math.min(1, x + width) + 1e-6, bottom: Math.min(1, y + height) + 1e-6 },
    }),
  );
  const picture = fc.tuple(fc.array(detection, { maxLength: 30 }), fc.integer({ min: -5000, max: 40_000 }));
  fc.assert(
    fc.property(fc.array(picture, { maxLength: 12 }), (pictures) => {
      const tracker = createTracker();
      let now = START;
      for (const [detections, step] of pictures) {
        now += step;
        const told = tracker.update(detections, now, ASPECT);
        expect(told.length).toBeLessThanOrEqual(300);
        for (const { box, confidence } of told) {
          expect(Object.values(box).every((side) => side >= 0 && side <= 1)).toBe(true);
          expect(box.right).toBeGreaterThanOrEqual(box.left);
          expect(confidence).toBeGreaterThanOrEqual(0);
        }
      }
    }),
    { numRuns: 60 },
  );
});
