import type { JudgedClip } from '../alarms.ts';
export function footageClips(): JudgedClip[] {
  return [];
}
