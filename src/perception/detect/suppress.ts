import { overlap } from '#base';
import type { Detection } from '../track.ts';
import { type Family, familyOf } from './road-users.ts';

/** Two boxes of one family that overlap more are the same object. */
const SAME_OBJECT = 0.6;
/** Beyond this many the picture is noise; keeps the quadratic work bounded. */
const MOST = 600;

/** Non-maximum suppression within each family of road users; surest first. */
export function suppress(detections: readonly Detection[]): Detection[] {
  const kept: Record<Family, Detection[]> = { vehicle: [], 'two-wheeler': [], person: [] };
  const sorted = [...detections].sort((a, b) => b.confidence - a.confidence).slice(0, MOST);
  const all: Detection[] = [];
  for (const detection of sorted) {
    const rivals = kept[familyOf(detection.kind)];
    if (rivals.some((rival) => overlap(rival.box, detection.box) > SAME_OBJECT)) continue;
    rivals.push(detection);
    all.push(detection);
  }
  return all;
}
