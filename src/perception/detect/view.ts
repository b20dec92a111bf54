import type { Box } from '#base';
import type { View } from '../track.ts';
import type { Candidate, Size } from './candidate.ts';
import type { ModelDescription } from './description.ts';

/** A part of the camera's picture in a view of the model's size: as large as it fits without stretching, in the middle. */
export function letterbox(picture: Size, part: Box, view: Size): View {
  const width = (part.right - part.left) * picture.width;
  const height = (part.bottom - part.top) * picture.height;
  const scale = Math.min(view.width / width, view.height / height);
  // Even numbers of pixels: scalers and chroma subsampling prefer them.
  const inner = {
    width: Math.min(view.width, 2 * Math.round((width * scale) / 2)),
    height: Math.min(view.height, 2 * Math.round((height * scale) / 2)),
  };
  const left = 2 * Math.floor((view.width - inner.width) / 4);
  const top = 2 * Math.floor((view.height - inner.height) / 4);
  return {
    part,
    content: {
      left: left / view.width,
      top: top / view.height,
      right: (left + inner.width) / view.width,
      bottom: (top + inner.height) / view.height,
    },
  };
}

/**
 * The input size for pictures of this shape: the described one where the graph's is fixed; else about as many pixels in the
 * shape that wastes least of them on padding.
 */
export function viewSize({ input }: ModelDescription, picture: Size): Size {
  const step = input.multipleOf;
  if (step === undefined) return { width: input.width, height: input.height };
  const budget = input.width * input.height;
  let best: Size = { width: input.width, height: input.height };
  for (let width = step; width * step <= budget * 1.02; width += step) {
    const height = step * Math.max(1, Math.floor((budget * 1.02) / width / step));
    if (used(picture, { width, height }) > used(picture, best)) best = { width, height };
  }
  return best;
}

/** Pixels of the view that the picture covers. */
function used(picture: Size, view: Size): number {
  const scale = Math.min(view.width / picture.width, view.height / picture.height);
  return picture.width * scale * picture.height * scale;
}

/** Where a candidate of a view lies in the camera's picture, cut at its edges; undefined where nothing is left. */
export function boxInPicture(found: Candidate, view: View, size: Size): Box | undefined {
  const { part, content } = view;
  const x = (pixel: number) => along(pixel / size.width, content.left, content.right, part.left, part.right);
  const y = (pixel: number) => along(pixel / size.height, content.top, content.bottom, part.top, part.bottom);
  const box = {
    left: Math.max(part.left, x(found.left)),
    top: Math.max(part.top, y(found.top)),
    right: Math.min(part.right, x(found.right)),
    bottom: Math.min(part.bottom, y(found.bottom)),
  };
  return box.right > box.left && box.bottom > box.top ? box : undefined;
}

function along(at: number, from: number, to: number, low: number, high: number): number {
  return low + ((at - from) / (to - from)) * (high - low);
}
