import type { Box } from '#base';
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
    if (rivals.some((rival) => sameObject(rival.box, detection.box))) continue;
    rivals.push(detection);
    all.push(detection);
  }
  return all;
}

/** Intersection over union above `SAME_OBJECT`, without making anything: asked a hundred thousand times a picture. */
function sameObject(a: Box, b: Box): boolean {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  if (width <= 0) return false;
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (height <= 0) return false;
  const shared = width * height;
  const both = (a.right - a.left) * (a.bottom - a.top) + (b.right - b.left) * (b.bottom - b.top) - shared;
  return shared > SAME_OBJECT * both;
}
