import type { RoadUser } from '#perception';
import type { Moment } from '../traffic/motion.ts';
import type { Setting } from './setting.ts';

/** What the capturing program calls in the page. */
export interface PageStage {
  open(setting: Setting): void;
  /** Draws one after the other, sends the pixels (RGBA, lowest row first) to `/picture`, returns the truth of each. */
  draw(moments: readonly Moment[]): Promise<TrueBox[][]>;
}

/** Who truly is in one picture: a box in fractions of the picture, and how much of them can be seen. */
export interface TrueBox {
  readonly id: number;
  readonly kind: RoadUser;
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
  /** Share of its outline that is inside the picture and not behind anything, 0 to 1. */
  readonly visible: number;
}
