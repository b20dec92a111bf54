import type { EpochMs } from '#base';
import type { Claim, Incident, IncidentKind } from './incident.ts';
import type { Journey } from './journey/journey.ts';
import type { Finding } from './life/incident-book.ts';
import type { Road } from './road/road.ts';
import type { RuleSettings } from './settings/rule-settings.ts';
import type { GroupWatch } from './traffic/group-watch.ts';

/** What a rule is made of. */
export interface RuleContext {
  readonly road: Road;
  readonly settings: RuleSettings;
  readonly utcOffsetMinutes: number;
}

/** One picture as the rules see it. */
export interface View {
  readonly at: EpochMs;
  /** Since the last picture, 0 after a break; never more than the longest gap that is not a break. */
  readonly elapsedSeconds: number;
  readonly journeys: readonly Journey[];
  readonly groups: readonly GroupWatch[];
  /** Since when the scene has been watched without a break: what stood there before may have stood for ever. */
  readonly watchingSince: EpochMs;
  /** Whether the scene is still being learned after a break: nothing new may be raised. */
  readonly learning: boolean;
}

/** Where a rule reports; see `IncidentBook`. */
export interface Findings {
  hold(finding: Finding, at: EpochMs): boolean;
  release(kind: IncidentKind, place: string, at: EpochMs): void;
  isOpen(kind: IncidentKind, place: string): boolean;
  /** Says what will be raised within `claimedSeconds`; ignored where it is open already. */
  claim(claim: Claim): void;
}

/** How long before it is raised a thing is claimed: a stream can be opened and looked at in that time. */
export const claimedSeconds = 3;

/** A small state machine per place of the scene. Rules know of each other only by what is open in the book. */
export interface Rule {
  readonly kind: IncidentKind;
  observe(view: View, findings: Findings): void;
  /** Takes up an incident that was open before a restart; false where its place is gone or the rule is off. */
  resume(incident: Incident, at: EpochMs): boolean;
  /** Watching begins anew after a break: what was pending is forgotten, what is open stays until its place has been looked at. */
  restart(at: EpochMs): void;
}

export type RuleFactory = (context: RuleContext) => Rule;
