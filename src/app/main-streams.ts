import { type Clock, type Lifetime, lifetime } from '#base';
import type { Camera, CameraId, StreamId } from '#camera';
import type { Ingest, PulledStream } from '#ingest';
import type { Hub } from '#live';

/** The big streams of cameras that also have a small one: pulled while somebody wants them. */
export interface MainStreams extends Lifetime {
  want(stream: StreamId): Lifetime;
}

export interface MainStreamsParts {
  readonly clock: Clock;
  readonly ingest: Ingest;
  readonly hub: Hub;
  readonly camera: (id: CameraId) => Camera | undefined;
}

/** Somebody who looks away and back again must not wait for a new connection. */
const LINGER_MS = 10_000;
const SUFFIX = '/main';

/** The ids of a camera's streams, the always pulled one first. */
export function streamsOf(
  camera: Camera,
): readonly { readonly id: StreamId; readonly name: 'sub' | 'main' }[] {
  if (camera.streams.sub === undefined) return [{ id: camera.id, name: 'main' }];
  return [
    { id: camera.id, name: 'sub' },
    { id: camera.id + SUFFIX, name: 'main' },
  ];
}

export function createMainStreams(parts: MainStreamsParts): MainStreams {
  const pulled = new Map<
    StreamId,
    { wanted: number; close: () => void; timer: NodeJS.Timeout | undefined }
  >();

  const pull = (id: StreamId): (() => void) | undefined => {
    const camera = id.endsWith(SUFFIX) ? parts.camera(id.slice(0, -SUFFIX.length)) : undefined;
    if (camera?.streams.sub === undefined) return undefined;
    const { main } = camera.streams;
    const stream: PulledStream = parts.ingest.open(
      { id, camera: camera.id, source: main, credentials: camera.credentials, priority: 'first' },
      { write: (unit) => parts.hub.write(id, unit), state: () => {} },
    );
    const demand = parts.hub.onDemand(id, (wanted) => stream.demand(wanted));
    return () => {
      void demand.close();
      void stream.close();
      parts.hub.forget(id);
    };
  };

  const release = (id: StreamId): void => {
    const entry = pulled.get(id);
    if (entry === undefined || --entry.wanted > 0) return;
    entry.timer = setTimeout(() => {
      pulled.delete(id);
      entry.close();
    }, LINGER_MS);
  };

  return {
    want(id) {
      const entry = pulled.get(id);
      if (entry !== undefined) {
        clearTimeout(entry.timer);
        entry.wanted++;
        return lifetime(() => release(id));
      }
      const close = pull(id);
      if (close === undefined) return lifetime(() => {});
      pulled.set(id, { wanted: 1, close, timer: undefined });
      return lifetime(() => release(id));
    },
    close() {
      for (const { timer, close } of pulled.values()) {
        clearTimeout(timer);
        close();
      }
      pulled.clear();
    },
  };
}
