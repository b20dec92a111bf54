/**
 * perception: AccessUnit -> Picture -> Detection -> Track.
 * Runs off the thread that serves pictures. Never raises an incident.
 */
export type { Detection, Observation, Picture, PictureQuality, RoadUser, Track } from './track.ts';
