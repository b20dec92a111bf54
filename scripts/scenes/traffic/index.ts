/**
 * traffic: the micro-simulation of the demonstration junction. In: a scenario and a seed. Out: a `Moment` after the
 * other (every road user's pose), lazily and in constant memory. Deterministic: no clock, no Math.random.
 * Used by the renderer of the scenes and by the bench without pictures. Never draws and never detects.
 *
 *   for (const moment of run(freeFlow(), 7, { rate: 15, seconds: 60 })) draw(moment);
 */
export * from './motion.ts';
export { type Run, type RunOptions, run } from './run.ts';
export { freeFlow, redLightQueue, type Scenario } from './scenarios.ts';
export { demonstrationPlan, periodSeconds, planOf, type SignalPlan } from './signals.ts';
