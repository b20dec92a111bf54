import type { PageStage, TrueBox } from './protocol.ts';
import { Stage } from './stage.ts';

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
  async draw(moments) {
    if (!stage) throw new Error('draw was called before open');
    const boxes: TrueBox[][] = [];
    let sent: Promise<unknown> = Promise.resolve();
    for (const moment of moments) {
      boxes.push(stage.draw(moment));
      const body = stage.pixels();
      // One picture is on its way while the next is drawn.
      await sent;
      sent = fetch('/picture', { method: 'POST', body });
    }
    await sent;
    return boxes;
  },
};
