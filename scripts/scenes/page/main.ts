import type { Moment } from '../traffic/motion.ts';
import type { Setting } from './setting.ts';
import { Stage } from './stage.ts';
import type { TrueBox } from './truth/witness.ts';

/** What the capturing program calls in this page. */
export interface PageStage {
  open(setting: Setting): void;
  /** Draws, sends the pixels (RGBA, lowest row first) to `/picture`, returns the truth. */
  draw(moment: Moment): Promise<TrueBox[]>;
}

declare global {
  interface Window {
    scenes?: PageStage;
  }
}

let stage: Stage | undefined;

window.scenes = {
  open(setting) {
    stage = new Stage(setting);
  },
  async draw(moment) {
    if (!stage) throw new Error('draw was called before open');
    const boxes = stage.draw(moment);
    await fetch('/picture', { method: 'POST', body: stage.pixels() as Uint8Array<ArrayBuffer> });
    return boxes;
  },
};
