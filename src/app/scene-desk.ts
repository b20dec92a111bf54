import { type Clock, NgatuError } from '#base';
import type { ProposedScene } from '#rules';
import type { SceneDesk as WebSceneDesk } from '#web';
import type { Fleet } from './fleet.ts';
import type { SceneOrder } from './scene-thread.ts';
import { threadAnswer } from './thread-answer.ts';

export interface SceneDeskParts {
  /** Folder of the track archive. */
  readonly tracks: string;
  readonly fleet: Pick<Fleet, 'figures'>;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;

/** Proposes scenes, one at a time: each takes a core for a second or so. */
export function createSceneDesk({ tracks, fleet, clock }: SceneDeskParts): WebSceneDesk {
  let busy = false;
  return {
    async propose({ id, analysis }, hours) {
      if (busy) throw new NgatuError('SCENE_BUSY', 'Another scene is being proposed.', { kind: 'transient' });
      busy = true;
      try {
        const to = clock.now();
        const from = to - hours * HOUR_MS;
        const { width, height } = fleet.figures(id) ?? { width: 0, height: 0 };
        const order: SceneOrder = {
          ...{ dir: tracks, camera: id, from, to, groundPlane: analysis?.scene.groundPlane },
          aspect: width > 0 && height > 0 ? width / height : undefined,
        };
        const thread = new URL('./scene-thread.ts', import.meta.url);
        return { ...(await threadAnswer<ProposedScene>(thread, order)), from, to };
      } finally {
        busy = false;
      }
    },
  };
}
