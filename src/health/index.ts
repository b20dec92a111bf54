/**
 * health: what a camera's connection and pictures show -> one state an operator can trust, and outages of whole hosts.
 * Pure: time comes with every call. Holds short blips back, blames no camera while the machine itself stood still,
 * and never dials or decodes.
 */
export {
  type CameraHealth,
  createCameraHealth,
  type HealthSettings,
  type PictureState,
} from './camera-health.ts';
export {
  createOutageWatch,
  type Outage,
  type OutageChange,
  type OutageWatch,
  type OutageWatchSettings,
} from './outage-watch.ts';
export type { OutageScope, PlacedState } from './outages.ts';
