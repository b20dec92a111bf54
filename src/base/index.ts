/**
 * base: what every stage stands on — time, errors, lifetimes, log, metrics, plane geometry.
 * Runs in every process and thread. Never knows a camera, a picture or a socket.
 */
export { type Clock, type EpochMs, systemClock } from './clock.ts';
export { asNgatuError, type ErrorDetails, type ErrorKind, NgatuError } from './errors.ts';
export {
  type Box,
  boxArea,
  footPoint,
  insidePolygon,
  intersection,
  overlap,
  type Point,
} from './geometry.ts';
export { type Lifetime, type Lifetimes, lifetime, lifetimes } from './lifetime.ts';
export { createLog, type Log, type LogOptions, withoutUserInfo } from './log.ts';
export { createMetrics, type Metrics } from './metrics.ts';
