import type { CameraHistory } from '../port.ts';
import type { Face } from './sqlite-history.ts';

export function createSqliteCameras({ clock, queue, reader, run }: Face): CameraHistory {
  const kept = { kind: 'kept', share: 0.8 } as const;
  const present = () => ({ now: clock.now(), run });
  return {
    record(change, camera) {
      const at = clock.now();
      const { state, since, reason } = change;
      const preview = {
        type: 'camera-state' as const,
        ...camera,
        state,
        previous: undefined,
        since,
        reason,
        at,
      };
      return queue.write('recordCameraState', { change, camera, at }, { ...kept, preview });
    },
    recordRemoved: (camera, at) => queue.write('recordCameraRemoved', { camera, at }, kept),
    states: (query, page) => reader.quick('listCameraStates', { query, page, present: present() }),
    uptime: (query, page) => reader.long('cameraUptime', { query, page, present: present() }),
  };
}
