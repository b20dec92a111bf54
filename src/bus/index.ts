/**
 * bus: facts between parts and, later, between processes. In and out: plain data under a topic name.
 * Runs in every process that serves or analyses. Never carries video and never keeps history (that is `store`).
 */
export { createMemoryBus } from './memory/memory-bus.ts';
export type { Bus } from './port.ts';
