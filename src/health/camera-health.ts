import type { EpochMs } from '#base';
import type { CameraId, CameraState, CameraStateChange } from '#camera';

/** What the pictures themselves show; `good` where nothing is wrong with them. */
export type PictureState =
  | Extract<CameraState, 'frozen' | 'black' | 'blinded' | 'blurred' | 'moved'>
  | 'good';

/** Joins the states of many cameras' connections and pictures. Every change that lasted is told once. */
export interface CameraHealth {
  /** From ingest, at once and on every change. */
  connection(change: CameraStateChange): void;
  /** From perception or the picture watch, as often as they like. */
  picture(camera: CameraId, state: PictureState, reason: string, at: EpochMs): void;
  /** Must be called about once a second: tells what has now lasted long enough. */
  tick(now: EpochMs): void;
  /** The machine stood still for this long until now: nothing seen in that time is a camera's fault. */
  stalled(now: EpochMs, milliseconds: number): void;
  /** As last told; undefined before the first word about this camera. */
  state(camera: CameraId): CameraStateChange | undefined;
  forget(camera: CameraId): void;
}

export interface HealthSettings {
  /** How long a state must last before it is told; 0 tells at once. */
  readonly holdMs: Readonly<Record<CameraState, number>>;
  /** How long a camera must be well again before that is told; `connecting` cameras need not wait. */
  readonly recoveryMs: number;
  /** After the machine stood still, how long a camera has to show that it is well. */
  readonly graceMs: number;
}

/** A reconnect within a few seconds is a blip; a wrong password is one at once. */
export const defaultHealth: HealthSettings = {
  holdMs: {
    connecting: 8_000,
    live: 0,
    silent: 3_000,
    'no-keyframes': 3_000,
    unreachable: 5_000,
    refused: 5_000,
    unauthorised: 0,
    unsupported: 0,
    frozen: 5_000,
    black: 5_000,
    blinded: 5_000,
    blurred: 10_000,
    moved: 10_000,
    'clock-wrong': 10_000,
    degraded: 10_000,
  },
  recoveryMs: 2_000,
  graceMs: 10_000,
};

/** States in which pictures arrive, so that what they show counts. */
const picturesCome: ReadonlySet<CameraState> = new Set(['live', 'degraded', 'clock-wrong']);

interface Entry {
  connection: CameraStateChange;
  picture: { readonly state: PictureState; readonly since: EpochMs; readonly reason: string } | undefined;
  told: CameraStateChange | undefined;
  /** No verdict before this. */
  graceUntil: EpochMs;
}

export function createCameraHealth(
  tell: (change: CameraStateChange) => void,
  settings: HealthSettings = defaultHealth,
): CameraHealth {
  const entries = new Map<CameraId, Entry>();

  const settle = (entry: Entry, now: EpochMs): void => {
    const seen = combined(entry);
    if (entry.told?.state === seen.state || now < dueAt(entry, seen, settings)) return;
    entry.told = seen;
    tell(seen);
  };

  return {
    connection(change) {
      const entry = entries.get(change.camera);
      if (entry === undefined) {
        const first: Entry = { connection: change, picture: undefined, told: change, graceUntil: 0 };
        entries.set(change.camera, first);
        return tell(change);
      }
      entry.connection = change;
      if (!picturesCome.has(change.state)) entry.picture = undefined;
      settle(entry, change.since);
    },
    picture(camera, state, reason, at) {
      const entry = entries.get(camera);
      if (entry === undefined || entry.picture?.state === state) return;
      entry.picture = { state, since: at, reason };
      settle(entry, at);
    },
    tick(now) {
      for (const entry of entries.values()) settle(entry, now);
    },
    stalled(now, milliseconds) {
      const until = now + Math.min(settings.graceMs, Math.max(1_000, 2 * milliseconds));
      for (const entry of entries.values()) entry.graceUntil = Math.max(entry.graceUntil, until);
    },
    state: (camera) => entries.get(camera)?.told,
    forget: (camera) => void entries.delete(camera),
  };
}

/** A wrong picture outweighs a good connection; a bad connection outweighs everything. */
function combined(entry: Entry): CameraStateChange {
  const { connection, picture } = entry;
  if (picture === undefined || !picturesCome.has(connection.state)) return connection;
  if (picture.state !== 'good')
    return { camera: connection.camera, state: picture.state, since: picture.since, reason: picture.reason };
  // Well again only since the picture is.
  return { ...connection, since: Math.max(connection.since, picture.since) };
}

function dueAt(entry: Entry, seen: CameraStateChange, settings: HealthSettings): EpochMs {
  const told = entry.told?.state;
  if (seen.state !== 'live') return Math.max(seen.since + settings.holdMs[seen.state], entry.graceUntil);
  const atOnce = told === undefined || told === 'connecting';
  return seen.since + (atOnce ? settings.holdMs.live : settings.recoveryMs);
}
