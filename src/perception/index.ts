/**
 * perception: AccessUnit -> Picture -> Detection -> Track.
 * Decodes, detects and tracks in a process of its own, so that neither the network's computing nor its crash is felt by
 * whoever serves pictures. Never raises an incident, never gates a camera off, never keeps a picture.
 */
export type { Perception, PerceptionFeed, PerceptionStats, WatchedStats } from './port.ts';
export { createPerception, type PerceptionOptions } from './process/perception.ts';
export type { Detection, Observation, Picture, PictureQuality, RoadUser, Track, View } from './track.ts';
