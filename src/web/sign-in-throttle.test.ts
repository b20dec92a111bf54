import { describe, expect, it } from 'vitest';
import { SignInThrottle } from './sign-in-throttle.ts';

describe('sign-in throttle', () => {
  let now = 0;
  const clock = { now: () => now, monotonicMs: () => now };
  const fail = (throttle: SignInThrottle, times: number, address = 'a', user = 'u') => {
    for (let i = 0; i < times; i++) throttle.failed(user, address);
  };

  it('pauses longer and longer, but never for ever, and forgets', () => {
    const throttle = new SignInThrottle(clock);
    fail(throttle, 4);
    expect(throttle.waitMs('u', 'a')).toBe(0);
    fail(throttle, 1);
    expect(throttle.waitMs('u', 'a')).toBe(1000);
    fail(throttle, 30);
    expect(throttle.waitMs('u', 'a')).toBe(5 * 60_000);
    now += 2 * 3_600_000;
    expect(throttle.waitMs('u', 'a')).toBe(0);
    fail(throttle, 4);
    expect(throttle.waitMs('u', 'a')).toBe(0);
  });

  it('slows one address that tries many users', () => {
    const throttle = new SignInThrottle(clock);
    for (let i = 0; i < 40; i++) throttle.failed(`user ${i}`, 'a');
    expect(throttle.waitMs('somebody', 'a')).toBeGreaterThan(0);
    expect(throttle.waitMs('somebody', 'b')).toBe(0);
  });

  it('slows many addresses that try one user, except where that user is known', () => {
    const throttle = new SignInThrottle(clock);
    throttle.succeeded('u', 'home');
    for (let i = 0; i < 200; i++) throttle.failed('u', `address ${i}`);
    expect(throttle.waitMs('u', 'new')).toBeGreaterThan(0);
    expect(throttle.waitMs('u', 'new')).toBeLessThanOrEqual(5000);
    expect(throttle.waitMs('u', 'home')).toBe(0);
  });

  it('keeps no more than it must', () => {
    const throttle = new SignInThrottle(clock);
    for (let i = 0; i < 60_000; i++) throttle.failed(`user ${i}`, `address ${i}`);
    fail(throttle, 9, 'last', 'last');
    expect(throttle.waitMs('last', 'last')).toBeGreaterThan(0);
  });
});
