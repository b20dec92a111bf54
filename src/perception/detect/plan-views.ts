import type { Box } from '#base';
import type { Scene } from '#camera';
import type { View } from '../track.ts';
import type { Size } from './candidate.ts';
import type { ModelDescription } from './description.ts';
import { letterbox, viewSize } from './view.ts';

const WHOLE: Box = { left: 0, top: 0, right: 1, bottom: 1 };

/** What of a camera's picture the network is shown: the whole of it first. */
export function planViews(
  model: ModelDescription,
  picture: Size,
  _scene: Scene | undefined,
): { readonly size: Size; readonly views: readonly View[] } {
  const size = viewSize(model, picture);
  return { size, views: [letterbox(picture, WHOLE, size)] };
}
