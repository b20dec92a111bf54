import type { Look } from '../../quality/look.ts';
import type { Detection, View } from '../../track.ts';
import type { ModelDescription } from '../description.ts';

/** What the pool says to a thread. Pixels are handed over, not copied: who holds them may use them. */
export type ToThread =
  | { readonly say: 'load'; readonly description: ModelDescription; readonly bytes: Uint8Array }
  | {
      readonly say: 'run';
      readonly model: string;
      readonly pixels: Uint8Array<ArrayBuffer>;
      readonly width: number;
      readonly height: number;
      readonly views: readonly View[];
      /** Whether the picture as such is to be looked at, too. */
      readonly withLook: boolean;
    }
  | { readonly say: 'stop' };

/** What a thread answers; `ran` and `failed` give the pixels back. */
export type FromThread =
  | { readonly say: 'loaded'; readonly model: string }
  | { readonly say: 'refused'; readonly model: string; readonly code: string; readonly problem: string }
  | {
      readonly say: 'ran';
      readonly pixels: Uint8Array<ArrayBuffer>;
      readonly detections: readonly Detection[];
      /** At the first view; undefined where it was not asked for. */
      readonly look: Look | undefined;
      /** Computing time of all of it. */
      readonly milliseconds: number;
    }
  | { readonly say: 'failed'; readonly pixels: Uint8Array<ArrayBuffer>; readonly problem: string };
