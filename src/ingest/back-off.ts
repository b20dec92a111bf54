import type { FailureState } from './failure.ts';

/** How long to wait before the next dial: doubled from `firstMs` with every failure, up to `mostMs`. */
export interface BackOffLimits {
  readonly firstMs: number;
  readonly mostMs: number;
}

const MINUTE_MS = 60_000;

/** A camera locks its account after a few wrong passwords in half an hour: these stay below. */
const UNAUTHORISED: BackOffLimits = { firstMs: 2 * MINUTE_MS, mostMs: 30 * MINUTE_MS };
const UNAUTHORISED_FACTOR = 4;
/** What the camera sends can be changed by hand only. */
const UNSUPPORTED: BackOffLimits = { firstMs: MINUTE_MS / 2, mostMs: 10 * MINUTE_MS };

/**
 * Milliseconds until the next dial. `failures`: how many there have been in a row, 1 or more; `random`: 0 to 1, which
 * spreads cameras that failed together over the upper half of the time.
 */
export function backOffMs(
  state: FailureState,
  failures: number,
  limits: BackOffLimits,
  random: number,
): number {
  const { firstMs, mostMs } =
    state === 'unauthorised' ? UNAUTHORISED : state === 'unsupported' ? UNSUPPORTED : limits;
  const factor = state === 'unauthorised' ? UNAUTHORISED_FACTOR : 2;
  const full = Math.min(mostMs, firstMs * factor ** Math.min(failures - 1, 30));
  return full * (state === 'unauthorised' ? 1 + random / 4 : 0.5 + random / 2);
}
