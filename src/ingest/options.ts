import type { BackOffLimits } from './back-off.ts';
import type { DialLimits } from './dialler.ts';
import type { DrainLimits } from './drain.ts';
import type { HealthLimits } from './stream-health.ts';

export interface IngestOptions {
  readonly dial: DialLimits;
  readonly backOff: BackOffLimits;
  readonly drain: DrainLimits;
  readonly health: HealthLimits;
  /** From the first packet to an open connection, TLS included. */
  readonly connectTimeoutMs: number;
  /** For each answer to a request. */
  readonly answerTimeoutMs: number;
  /** A picture that grows beyond is dropped as damaged. */
  readonly maxPictureBytes: number;
  /** Whether rtsps cameras must show a certificate that this machine trusts; cameras mostly sign their own. */
  readonly verifyCertificates: boolean;
}

export const defaultIngestOptions: IngestOptions = {
  dial: { concurrentDials: 256, concurrentDialsPerHost: 4, dialsPerSecond: 250 },
  backOff: { firstMs: 1000, mostMs: 8000 },
  drain: {
    keptBytes: 40 * 1024,
    keptFirstMs: 250,
    keptMostMs: 1000,
    watchedLeastMs: 40,
    watchedMostMs: 200,
  },
  health: {
    silentAfterMs: 5000,
    hangUpAfterMs: 10_000,
    noKeyframesAfterMs: 15_000,
    clockWrongAboveMs: 30_000,
    degradedAboveLoss: 0.01,
  },
  connectTimeoutMs: 5000,
  answerTimeoutMs: 5000,
  maxPictureBytes: 8 * 1024 * 1024,
  verifyCertificates: false,
};
