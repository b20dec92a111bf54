import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import type { IncidentKind } from '../incident.ts';

/**
 * Sorts by onset and is the same again for the same camera, kind, place and onset: nine characters of base 36 for the time in
 * milliseconds (good until the year 5188), then 52 bits of FNV-1a over the rest.
 */
export function incidentId(camera: CameraId, kind: IncidentKind, place: string, onsetAt: EpochMs): string {
  const time = Math.max(0, Math.floor(onsetAt)).toString(36).padStart(9, '0');
  const name = `${camera}\n${kind}\n${place}`;
  return `${time}-${hash32(name, 0x811c9dc5).toString(36).padStart(7, '0')}${(hash32(name, 0x9747b28c) >>> 12).toString(36).padStart(4, '0')}`;
}

function hash32(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
