/**
 * traffic: the micro-simulation of the demonstration junction. In: a scenario and a seed. Out: one `Moment` after the
 * other (every road user's pose), lazily and in constant memory, and what truly happened. Deterministic: no clock, no
 * Math.random; the same scenario, seed and rate give the same run. Used by the renderer of the scenes and, without
 * pictures, by the bench. Never draws and never detects.
 *
 *   const clip = run(stoppedInLane({ onsetSeconds: 15 }), 7, { rate: 15, seconds: 60 });
 *   for (const moment of clip) draw(moment);   // moment.seconds, .movers, .signals
 *   clip.incidents;                            // kind, place, onsetSeconds, endSeconds, movers
 *
 * For a clip that plays in an endless loop: `looped(scenario, 60)` with a seed whose `seamOf` closes; its last
 * picture is followed by its first without anybody jumping.
 */
export type {
  Bottleneck,
  Breakdown,
  Disturbances,
  Happening,
  Hesitation,
  Parked,
  PullOver,
  ShortStop,
  SlowStretch,
  Walker,
  WrongWay,
} from './happenings.ts';
export { looped, type Seam, seamOf } from './loop.ts';
export * from './motion.ts';
export { type Run, type RunOptions, run } from './run.ts';
export {
  congestion,
  freeFlow,
  ordinary,
  ordinaryDay,
  redLightQueue,
  type Scenario,
  slowTraffic,
  spillback,
  stoppedInLane,
  stoppedOnShoulder,
  type Where,
  walkerOnCarriageway,
  wrongWay,
} from './scenarios.ts';
export { demonstrationPlan, redSeconds, type SignalPlan } from './signals.ts';
export type { TrueIncident } from './truth.ts';
