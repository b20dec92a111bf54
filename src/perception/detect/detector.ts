import type { Box } from '#base';
import type { Detection, View } from '../track.ts';
import type { Head, Size, Tensors } from './candidate.ts';
import type { ModelDescription } from './description.ts';
import { headOf } from './heads/index.ts';
import { mergeRiders } from './riders.ts';
import { roadUsersOf } from './road-users.ts';
import { suppress } from './suppress.ts';
import { boxInPicture } from './view.ts';

/** A box this close to the edge of its part, as a share of the part's width, is cut off by it. */
const CUT_WITHIN = 0.01;

/** From what a model gives for the views of one picture to the road users in it. Pure. */
export interface Detector {
  readonly head: Head;
  /** Road users seen in one view, in fractions of the camera's picture, before anything is suppressed. */
  candidates(outputs: Tensors, view: View, size: Size): Detection[];
  /** All views' candidates of one picture, each road user once, riders with what they ride. */
  settle(candidates: readonly Detection[]): Detection[];
}

export function createDetector(description: ModelDescription): Detector {
  const head = headOf(description);
  const kinds = roadUsersOf(description.labels);
  return {
    head,
    candidates(outputs, view, size) {
      const found: Detection[] = [];
      for (const candidate of head.read(outputs, size, description.leastConfidence)) {
        const kind = kinds[candidate.label];
        if (kind === undefined) continue;
        const box = boxInPicture(candidate, view, size);
        if (box !== undefined && !cutOff(box, view.part))
          found.push({ kind, box, confidence: candidate.score, onTwoWheels: 0 });
      }
      return found;
    },
    settle: (candidates) => mergeRiders(suppress(candidates)),
  };
}

/** Ends at an edge of its part that is not one of the picture: another view shows the whole of it. */
function cutOff(box: Box, part: Box): boolean {
  const close = CUT_WITHIN * (part.right - part.left);
  return (
    (part.left > 0 && box.left < part.left + close) ||
    (part.top > 0 && box.top < part.top + close) ||
    (part.right < 1 && box.right > part.right - close) ||
    (part.bottom < 1 && box.bottom > part.bottom - close)
  );
}
