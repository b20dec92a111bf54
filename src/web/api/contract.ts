/**
 * The contract of the API: what it sends and what it takes, one schema each. `…/openapi.json` is made from these and
 * answers are encoded through them, so the document cannot drift. The types here are what travels as JSON, for the
 * console; the server works with the schemas' other side, where times are numbers.
 */
import type { z } from 'zod';
import type * as access from './contract/access.ts';
import type * as cameras from './contract/cameras.ts';
import type * as events from './contract/events.ts';
import type * as incidents from './contract/incidents.ts';
import type * as outages from './contract/outages.ts';
import type * as scenes from './contract/scene-proposal.ts';
import type * as system from './contract/system.ts';
import type * as traffic from './contract/traffic.ts';
import type * as values from './contract/values.ts';

export * as accessSchemas from './contract/access.ts';
export * as cameraSchemas from './contract/cameras.ts';
export * as eventSchemas from './contract/events.ts';
export * as incidentSchemas from './contract/incidents.ts';
export * as outageSchemas from './contract/outages.ts';
export * as systemSchemas from './contract/system.ts';
export * as trafficSchemas from './contract/traffic.ts';

export type Problem = z.input<typeof values.problem>;
export type SignIn = z.input<typeof access.signIn>;
export type SignedIn = z.input<typeof access.signedIn>;
export type Session = z.input<typeof access.session>;
export type Token = z.input<typeof access.token>;
export type NewToken = z.input<typeof access.newToken>;
export type ShownToken = z.input<typeof access.shownToken>;
export type Status = z.input<typeof system.status>;
export type Config = z.input<typeof system.config>;
export type ConfigChange = z.input<typeof system.configChange>;
export type ConfigOutcome = z.input<typeof system.configOutcome>;
export type CameraState = z.input<typeof cameras.cameraState>;
export type CameraSummary = z.input<typeof cameras.cameraSummary>;
export type Camera = z.input<typeof cameras.camera>;
export type Cameras = z.input<typeof cameras.cameras>;
export type CameraStates = z.input<typeof cameras.cameraStates>;
export type SceneProposal = z.input<typeof scenes.sceneProposal>;
export type RuleStates = z.input<typeof cameras.ruleStates>;
export type Incident = z.input<typeof incidents.incident>;
export type IncidentDetail = z.input<typeof incidents.incidentDetail>;
export type Incidents = z.input<typeof incidents.incidents>;
export type Outage = z.input<typeof outages.outage>;
export type Outages = z.input<typeof outages.outages>;
export type Quality = z.input<typeof incidents.quality>;
export type Traffic = z.input<typeof traffic.traffic>;
export type Turns = z.input<typeof traffic.turns>;
export type Uptime = z.input<typeof traffic.uptime>;
export type LoggedEvent = z.input<typeof events.loggedEvent>;
export type EventPage = z.input<typeof events.eventPage>;
/** What `WS /api/events` sends. */
export type EventMessage = z.input<typeof events.eventMessage>;
