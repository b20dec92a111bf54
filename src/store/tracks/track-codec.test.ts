import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation, PictureQuality, RoadUser } from '#perception';
import { decodeTracks, TrackEncoder } from './track-codec.ts';

const T = Date.UTC(2026, 2, 8, 7);

const fraction = fc.double({ min: -0.2, max: 1.2, noNaN: true });
const track = fc
  .record({
    id: fc.integer({ min: 1, max: 6 }),
    kind: fc.constantFrom<RoadUser>('car', 'motorbike', 'bus', 'truck', 'bicycle', 'person'),
    box: fc.record({ left: fraction, top: fraction, right: fraction, bottom: fraction }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    age: fc.integer({ min: 0, max: 100_000 }),
    unseen: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3000 })),
    hits: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ age, unseen, ...rest }) => ({ ...rest, firstSeenAt: T - age, lastSeenAt: T - unseen }));

const observations: fc.Arbitrary<Observation[]> = fc.array(
  fc.record({
    camera: fc.constant('cam'),
    capturedAt: fc.double({ min: T, max: T + 1e6, noNaN: true }),
    quality: fc.constantFrom<PictureQuality>(
      'good',
      'black',
      'blinded',
      'blurred',
      'frozen',
      'moved',
      'poor',
    ),
    tracks: fc.uniqueArray(track, { selector: ({ id }) => id }),
  }),
  { minLength: 1, maxLength: 20 },
);

/** As close as the format promises. */
function expectNear(found: readonly Observation[], wanted: readonly Observation[]): void {
  expect(found).toHaveLength(wanted.length);
  wanted.forEach(({ capturedAt, quality, tracks }, at) => {
    const back = found[at]!;
    expect(back.capturedAt).toBe(Math.round(capturedAt));
    expect(back.quality).toBe(quality);
    expect(back.tracks.map(({ id }) => id)).toEqual(tracks.map(({ id }) => id));
    tracks.forEach((one, index) => {
      const { box, confidence, ...exact } = back.tracks[index]!;
      expect(exact).toEqual({
        ...{ id: one.id, kind: one.kind, hits: one.hits },
        ...{ firstSeenAt: Math.round(one.firstSeenAt), lastSeenAt: Math.round(one.lastSeenAt) },
      });
      expect(Math.abs(confidence - one.confidence)).toBeLessThanOrEqual(0.005 + 1e-9);
      for (const side of ['left', 'top', 'right', 'bottom'] as const)
        expect(Math.abs(box[side] - one.box[side])).toBeLessThanOrEqual(0.5 / 4096 + 1e-9);
    });
  });
}

describe('blocks of tracks', () => {
  it('give back whatever was put in, block after block of the same encoder', () => {
    const encoder = new TrackEncoder();
    fc.assert(
      fc.property(observations, (wanted) => {
        for (const one of wanted) encoder.add(one);
        const { firstAt } = encoder;
        expectNear(decodeTracks('cam', firstAt, encoder.take()), wanted);
        expect(encoder.observations).toBe(0);
      }),
    );
  });

  it('are never read as something wild: a damaged block is refused or short, never a hang', () => {
    fc.assert(
      fc.property(
        observations,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
        (wanted, damage) => {
          const encoder = new TrackEncoder();
          for (const one of wanted) encoder.add(one);
          const block = encoder.take();
          for (const [at, byte] of damage) block[at % block.length] = byte;
          try {
            decodeTracks('cam', T, block.subarray(0, block.length - (damage.length % 2)));
          } catch (failure) {
            expect(failure).toBeInstanceOf(RangeError);
          }
        },
      ),
    );
  });
});
