/**
 * camera: what a camera is and what it looks at. Plain data, pure.
 * Never dials, decodes or judges.
 */
export type {
  Analysis,
  Camera,
  CameraId,
  CameraState,
  CameraStateChange,
  Credentials,
  Location,
  StreamId,
  StreamSource,
} from './camera.ts';
export type { GroundPlane, Lane, Line, LineKind, Metres, Scene, Zone, ZoneKind } from './scene.ts';
export { sceneSchema } from './scene-schema.ts';
