/**
 * rules: Observation -> IncidentChange, TrafficCount and TurningMovement. Pure: time comes with the observation.
 * Runs where perception's results arrive, one engine a camera. Never looks at pixels, never stores, never asks the clock.
 */
export { createRuleEngine, type RuleEngine, type RuleEngineOptions } from './engine.ts';
export type {
  Claim,
  Incident,
  IncidentChange,
  IncidentKind,
  Severity,
  TrafficCount,
  TravelDirection,
  TurningMovement,
  Verification,
} from './incident.ts';
export { type Learned, readLearned } from './learned.ts';
export { defaultLinking, linkNeighbours, type PlacedIncident } from './neighbours.ts';
export type { GroupStatus, RuleOutcome, RuleStatus, Suspension } from './outcome.ts';
export { type ProposedScene, type ProposeOptions, proposeScene } from './propose/propose-scene.ts';
export { type ReplayDifference, type ReplayedRules, replay, type ShiftedIncident } from './replay.ts';
export { type RuleSettings, type RuleSettingsInput, ruleSettingsSchema } from './settings/rule-settings.ts';
