import { describe, expect, it } from 'vitest';
import { freeFlow, looped, ordinary, ordinaryDay, run, seamOf } from './index.ts';

function fingerprint(seed: number, rate: number): string {
  const clip = run(ordinary(0.7), seed, { rate, seconds: 20, warmUpSeconds: 60 });
  return JSON.stringify([[...clip].at(-1), clip.incidents]);
}

describe('run', () => {
  it('is the same for the same scenario, seed and rate, bit by bit', () => {
    expect(fingerprint(3, 15)).toBe(fingerprint(3, 15));
  });

  it('is another for another seed', () => {
    expect(fingerprint(4, 5)).not.toBe(fingerprint(3, 5));
  });

  it('tells moments at its rate from second 0 on', () => {
    const seconds = [...run(freeFlow(0.3), 1, { rate: 5, seconds: 2, warmUpSeconds: 10 })].map(
      (m) => m.seconds,
    );
    expect(seconds).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8]);
  });

  it('has ids that are unique in a moment and keep their body', () => {
    const bodies = new Map<number, string>();
    for (const { movers } of run(freeFlow(0.8), 2, { rate: 5, seconds: 30, warmUpSeconds: 30 })) {
      expect(new Set(movers.map(({ id }) => id)).size).toBe(movers.length);
      for (const { id, body } of movers) expect(bodies.get(id) ?? body).toBe(body);
      for (const { id, body } of movers) bodies.set(id, body);
    }
  });

  it('is mostly motorbikes', () => {
    const seen = new Map<number, string>();
    for (const { movers } of run(freeFlow(), 5, { rate: 1, seconds: 120 })) {
      for (const { id, kind } of movers) if (kind !== 'person') seen.set(id, kind);
    }
    const share = [...seen.values()].filter((kind) => kind === 'motorbike').length / seen.size;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.8);
  });

  it('has quiet nights and busy peaks', () => {
    const counted = (startHour: number) =>
      [...run(ordinaryDay(0.7, startHour), 6, { rate: 1, seconds: 60 })].reduce(
        (sum, m) => sum + m.movers.length,
        0,
      );
    expect(counted(2)).toBeLessThan(0.35 * counted(7));
  });
});

describe('a looped scenario', () => {
  it('ends where it begins', () => {
    const { strangers, worstMetres } = seamOf(looped(freeFlow(0.4), 60), 1, 5);
    expect(strangers).toBe(0);
    expect(worstMetres).toBeLessThan(0.1);
  });

  it('is refused when it is not made of whole signal periods', () => {
    expect(() => looped(freeFlow(), 50)).toThrow(/whole signal periods of 60 s/);
  });
});
