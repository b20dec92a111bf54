/**
 * live: the hub. One writer, many readers, the last group of pictures kept.
 * Runs in the serving process. Never blocks the writer and never sends a broken picture.
 */
export { createHub, defaultHubOptions, type HubDeps, type HubOptions } from './hub.ts';
export type { Hub, HubStats, Reader, ReadOptions } from './port.ts';
