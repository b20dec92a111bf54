import { describe, expect, it } from 'vitest';
import { type FuzzCounts, mutated, numbersFrom, seeds, survive } from '../../test/support/fuzz.ts';

const counts = (): FuzzCounts => ({
  inputs: 0,
  bytes: 0,
  messages: 0,
  packets: 0,
  pictures: 0,
  damaged: 0,
  problems: 0,
});

describe('what a hostile camera sends', () => {
  const all = seeds();

  it('is understood where it is a recorded session', async () => {
    const total = counts();
    for (const seed of all) await survive(seed, numbersFrom(1), total);
    expect(total.messages).toBeGreaterThan(4 * 8);
    expect(total.pictures).toBeGreaterThan(100);
  });

  it('is survived in 5,000 mutations', async () => {
    const total = counts();
    for (let nth = 0; nth < 5000; nth++) {
      const random = numbersFrom(nth);
      await survive(mutated(all, random), random, total);
    }
    expect(total.inputs).toBe(5000);
    expect(total.pictures).toBeGreaterThan(1000);
  });
});
