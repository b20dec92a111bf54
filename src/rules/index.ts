/**
 * rules: Observation -> IncidentChange and TrafficCount. Pure: time comes with the observation.
 * Never looks at pixels, never stores.
 */
export type { Incident, IncidentChange, IncidentKind, Severity, TrafficCount } from './incident.ts';
