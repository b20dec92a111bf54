import { asNgatuError, type Clock, type EpochMs, type Lifetime, type Log, lifetime } from '#base';
import type { Camera, CameraId, CameraStateChange } from '#camera';
import type { CameraHealth } from '#health';
import type { History } from '#store';
import type { Fleet } from './fleet.ts';
import type { IncidentDesk } from './incident-desk.ts';
import type { OutageDesk } from './outage-desk.ts';

/** Changes of camera states on their way to history and to the walls that show the camera. */
export interface HealthDesk extends Lifetime {
  told(change: CameraStateChange): void;
  removed(camera: Camera, at: EpochMs): void;
  stalled(milliseconds: number): void;
  watch(camera: CameraId, tell: (change: CameraStateChange) => void): Lifetime;
}

export interface HealthDeskParts {
  readonly health: CameraHealth;
  readonly fleet: Fleet;
  readonly history: Pick<History, 'cameras'>;
  readonly incidents: IncidentDesk;
  readonly outages: Pick<OutageDesk, 'changed'>;
  readonly clock: Clock;
  readonly log: Log;
}

export function followHealth(parts: HealthDeskParts): HealthDesk {
  const { health, fleet, history, incidents, outages, clock, log } = parts;
  const watchers = new Map<CameraId, Set<(change: CameraStateChange) => void>>();
  const timer = setInterval(() => health.tick(clock.now()), 1000);
  const failed = (failure: unknown): void =>
    log.warn({ error: asNgatuError(failure).message }, 'a camera state was not stored');
  return {
    told(change) {
      outages.changed();
      const camera = fleet.camera(change.camera);
      if (camera !== undefined) history.cameras.record(change, factsOf(camera)).catch(failed);
      for (const tell of watchers.get(change.camera) ?? []) tell(change);
    },
    removed(camera, at) {
      incidents.abandon(camera, at);
      history.cameras.recordRemoved(factsOf(camera), at).catch(failed);
    },
    stalled(milliseconds) {
      log.warn(
        { milliseconds: Math.round(milliseconds) },
        'this machine stood still; cameras are not blamed',
      );
      health.stalled(clock.now(), milliseconds);
    },
    watch(camera, tell) {
      const set = watchers.get(camera) ?? new Set();
      watchers.set(camera, set);
      set.add(tell);
      const now = health.state(camera);
      if (now !== undefined) tell(now);
      return lifetime(() => {
        set.delete(tell);
        if (set.size === 0) watchers.delete(camera);
      });
    },
    close: () => clearInterval(timer),
  };
}

function factsOf({ id, name, domain }: Camera) {
  return { camera: id, name, domain };
}
