import type { EpochMs, Lifetime } from '#base';
import type { CameraState } from '#camera';
import type { Outage, OutageChange } from '#health';
import type { IncidentChange } from '#rules';
import type { CameraFacts, IncidentRecord, OperatorAction } from './records.ts';

/** What happened to an incident: the rules' own words, an operator's act, news of its evidence or a new link. */
export type IncidentEventChange =
  | IncidentChange['change']
  | 'acknowledged'
  | 'assigned'
  | 'judged'
  | 'noted'
  | 'evidence'
  | 'linked'
  | 'closed';

export type HistoryEvent =
  | {
      readonly type: 'incident';
      readonly change: IncidentEventChange;
      /** As it is after the change. */
      readonly incident: IncidentRecord;
      /** Only of an operator's act. */
      readonly by?: string | undefined;
      readonly act?: OperatorAction | undefined;
    }
  | {
      readonly type: 'outage';
      readonly change: OutageChange['change'];
      readonly outage: Omit<Outage, 'lost'>;
    }
  | ({
      readonly type: 'camera-state';
      /** `removed`: no longer configured. */
      readonly state: CameraState | 'removed';
      /** Undefined for the first state since the gateway started. */
      readonly previous: CameraState | undefined;
      readonly since: EpochMs;
      readonly reason: string;
    } & CameraFacts);

/** An event with its place in the log: sequences start at 1 and never skip. */
export type LoggedEvent = HistoryEvent & { readonly sequence: number; readonly at: EpochMs };

/**
 * `logged` after the commit, in order and without a hole. `unlogged`: the disk is stalled, so here it is without a
 * sequence; it comes once more as `logged` when the disk is back.
 */
export type EventNotice =
  | { readonly kind: 'logged'; readonly event: LoggedEvent }
  | { readonly kind: 'unlogged'; readonly event: HistoryEvent & { readonly at: EpochMs } };

/** Everything that happened, in the order in which it was stored. */
export interface EventLog {
  /** Made with the database; another id means that sequences seen before mean nothing here. */
  readonly id: string;
  /** Committed; `newest` is 0 while nothing has happened. Retention raises `oldest`. */
  bounds(): { readonly oldest: number; readonly newest: number };
  /** The first `limit` events behind `after` that are still kept, in order. */
  read(after: number, limit: number): Promise<readonly LoggedEvent[]>;
  /** Called synchronously; must be quick and must not throw. */
  subscribe(take: (notice: EventNotice) => void): Lifetime;
}
