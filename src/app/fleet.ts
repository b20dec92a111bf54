import { type EpochMs, type Lifetime, lifetimes } from '#base';
import type { Camera, CameraId, StreamId } from '#camera';
import type { CameraHealth } from '#health';
import type { Hub } from '#live';
import type { CameraFigures, Fleet as WebFleet } from '#web';
import { type CameraPath, openCameraPath, type PathParts } from './camera-path.ts';
import {
  type Changes,
  type Configuration,
  type ConfiguredCamera,
  compareConfigurations,
} from './config/index.ts';
import { createRateMeter, type RateMeter } from './rate-meter.ts';

/** Every camera that is configured, each with its path; knows what a new configuration changes and touches only that. */
export interface Fleet extends WebFleet, Lifetime {
  readonly configuration: Configuration;
  apply(next: Configuration): Promise<Changes>;
  path(camera: CameraId): CameraPath | undefined;
  /** Called after every `apply`. */
  onChange(tell: () => void): Lifetime;
  close(): Promise<void>;
}

export interface FleetParts extends PathParts {
  readonly health: CameraHealth;
  readonly hub: Hub;
  /** Told when a camera is no longer configured. */
  readonly removed: (camera: Camera, at: EpochMs) => void;
}

interface Member {
  configured: ConfiguredCamera;
  /** Undefined only while it is being opened, when its first state is told already. */
  path: CameraPath | undefined;
}

export function createFleet(parts: FleetParts, empty: Configuration): Fleet {
  const members = new Map<CameraId, Member>();
  const listeners = new Set<() => void>();
  const rates = createRateMeter(parts.clock, () =>
    [...members].flatMap(([id, { path }]) =>
      path === undefined ? [] : [[id, path.stream.stats()] as const],
    ),
  );
  let configuration = empty;
  let cameras: readonly Camera[] = [];

  const open = (configured: ConfiguredCamera): void => {
    const member: Member = { configured, path: undefined };
    members.set(configured.camera.id, member);
    member.path = openCameraPath(configured, parts);
  };
  const close = async (id: CameraId): Promise<void> => {
    const member = members.get(id);
    members.delete(id);
    await member?.path?.close();
  };
  const remove = async (id: CameraId): Promise<void> => {
    const camera = members.get(id)?.configured.camera;
    await close(id);
    parts.hub.forget(id);
    parts.health.forget(id);
    if (camera !== undefined) parts.removed(camera, parts.clock.now());
  };
  const change = async ({ camera: configured, fields }: Changes['changed'][number]): Promise<void> => {
    const member = members.get(configured.camera.id);
    if (member === undefined || fields.includes('stream')) {
      await close(configured.camera.id);
      return open(configured);
    }
    member.configured = configured;
    // Name, place and owner travel with the analysis too; without one they are only looked up.
    if (configured.camera.analysis !== undefined || fields.includes('analysis'))
      member.path?.analyse(configured);
  };

  return {
    get configuration() {
      return configuration;
    },
    async apply(next) {
      const changes = compareConfigurations(configuration, next);
      configuration = next;
      cameras = next.cameras.map(({ camera }) => camera);
      for (const id of changes.removed) await remove(id);
      for (const changed of changes.changed) await change(changed);
      for (const added of changes.added) open(added);
      for (const tell of listeners) tell();
      return changes;
    },
    path: (id) => members.get(id)?.path,
    onChange(tell) {
      listeners.add(tell);
      return { close: () => void listeners.delete(tell) };
    },
    domains: () => configuration.domains,
    cameras: () => cameras,
    camera: (id) => members.get(id)?.configured.camera,
    state: (id) => parts.health.state(id),
    figures: (id) => figuresOf(id, members.get(id), parts.hub, rates),
    async close() {
      const all = lifetimes();
      all.keep(rates);
      for (const { path } of members.values()) if (path !== undefined) all.keep(path);
      members.clear();
      await all.close();
    },
  };
}

function figuresOf(
  id: StreamId,
  member: Member | undefined,
  hub: Hub,
  rates: RateMeter,
): CameraFigures | undefined {
  const stats = member?.path?.stream.stats();
  if (stats === undefined) return undefined;
  const newest = hub.newest(id);
  return {
    mimeCodec: newest?.format.mimeCodec,
    width: newest?.format.width ?? 0,
    height: newest?.format.height ?? 0,
    ...rates.of(id),
    lastPictureAt: newest?.capturedAt,
    packets: stats.packets,
    packetsLost: stats.packetsLost,
    picturesDamaged: stats.picturesDamaged,
    dials: stats.dials,
  };
}
