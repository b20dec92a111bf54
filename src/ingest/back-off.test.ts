import { describe, expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';

describe('back-off', () => {
  const limits = { firstMs: 1000, mostMs: 12_000 };

  it('doubles up to its most, spread over the upper half', () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => backOffMs('unreachable', failures, limits, 1))).toEqual([
      1000, 2000, 4000, 8000, 12_000, 12_000,
    ]);
    expect(backOffMs('unreachable', 5, limits, 0)).toBe(6000);
  });

  it('tries a wrong password at most four times in the first half hour, and then twice an hour', () => {
    let tries = 1;
    let failures = 1;
    for (
      let at = backOffMs('unauthorised', failures, limits, 0);
      at <= 30 * 60_000;
      at += backOffMs('unauthorised', failures, limits, 0)
    ) {
      tries++;
      failures++;
    }
    expect(tries).toBeLessThanOrEqual(4);
    expect(backOffMs('unauthorised', 20, limits, 0)).toBe(30 * 60_000);
  });
});
