import type { Clock, EpochMs, Lifetime, Log } from '#base';
import type { Camera } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Hub } from '#live';
import type { Detection, Perception } from '#perception';
import type { Claim, IncidentChange, RuleOutcome } from '#rules';
import { type Bounds, Gate } from './look-gate.ts';
import type { LookVerdict } from './look-verdict.ts';
import type { MainStreams } from './main-streams.ts';

/**
 * A second look, in front of an alarm: what is about to be raised is looked for again, enlarged, in the main stream where there is one.
 * Borne out, it is told; an empty place twice over holds it back until the tracks insist; a look that comes to nothing
 * holds nothing back. It fails open: no alarm is later than its deadline because of a look that is slow or fails.
 */
export interface SecondLooks {
  /** One camera's way from the rules to whoever is told. */
  gate(options: GateOptions): LookGate;
  readonly stats: Readonly<LookStats>;
}

export interface GateOptions {
  readonly camera: Camera;
  /** Keeps the camera at its full rate until then. */
  attend(until: EpochMs): void;
  /** In order; `look` with an `opened` that was looked at. */
  tell(change: IncidentChange, look: Look | undefined): void;
}

export interface LookGate extends Lifetime {
  take(outcome: Pick<RuleOutcome, 'changes' | 'claims'>): void;
  /** Tells at once what waits for its look. */
  close(): void;
}

/** One look and what was seen. */
export interface Look {
  readonly claim: Claim;
  readonly stream: 'main' | 'sub';
  /** The last is the picture that was looked at. */
  readonly units: readonly AccessUnit[];
  readonly found: readonly Detection[];
  readonly verdict: LookVerdict;
}

export interface LookStats {
  looks: number;
  failed: number;
  /** Alarms by what their looks came to; `heldBack` were never told. */
  confirmed: number;
  unverified: number;
  insisted: number;
  heldBack: number;
}

export interface SecondLookParts {
  readonly hub: Pick<Hub, 'kept' | 'newest'>;
  readonly perception: Pick<Perception, 'look'>;
  readonly mainStreams: Pick<MainStreams, 'want'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How much later than it was raised an alarm may be told; 0.8 s unless told. */
  readonly deadlineMs?: number;
}

export function createSecondLooks(parts: SecondLookParts): SecondLooks {
  const stats: LookStats = {
    looks: 0,
    failed: 0,
    confirmed: 0,
    unverified: 0,
    insisted: 0,
    heldBack: 0,
  };
  const bounds: Bounds = { looks: 0, mainStreams: 0 };
  return { stats, gate: (options) => new Gate(parts, options, stats, bounds) };
}
