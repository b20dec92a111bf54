import type { EpochMs } from '#base';
import type { CameraId, CameraState } from '#camera';

/** What lost cameras share: the host they are pulled from, its /24 network, or the department that owns them. */
export type OutageScope = 'host' | 'network' | 'domain';

/** Many cameras lost at once are one trouble: a switch, a recorder, a department's line. */
export interface FoundOutage {
  readonly scope: OutageScope;
  /** `10.20.3.7`, `10.20.3.0/24`, or the domain's id. */
  readonly name: string;
  readonly down: readonly CameraId[];
  /** How many cameras there are behind it. */
  readonly cameras: number;
  /** When the first of them was lost. */
  readonly since: EpochMs;
}

export interface PlacedState {
  readonly camera: CameraId;
  readonly domain: string;
  /** From its stream's URL. */
  readonly host: string;
  readonly state: CameraState;
  readonly since: EpochMs;
}

export interface OutageSettings {
  /** Fewer lost cameras are told one by one. */
  readonly leastCameras: number;
  /** Share of a scope's cameras that must be lost, 0 to 1. */
  readonly leastShare: number;
}

export const defaultOutages: OutageSettings = { leastCameras: 4, leastShare: 0.8 };

const lost: ReadonlySet<CameraState> = new Set(['unreachable', 'refused', 'silent', 'no-keyframes']);

export function isLost({ state }: Pick<PlacedState, 'state'>): boolean {
  return lost.has(state);
}

/** All cameras by what they share. */
export type Shared = Readonly<Record<OutageScope, ReadonlyMap<string, readonly PlacedState[]>>>;

export function sharedBy(states: readonly PlacedState[]): Shared {
  return {
    host: Map.groupBy(states, ({ host }) => host),
    network: Map.groupBy(states, ({ host }) => networkOf(host)),
    domain: Map.groupBy(states, ({ domain }) => domain),
  };
}

/**
 * What explains the lost cameras, the largest first. Each camera is explained once: a lost network is not listed again host by
 * host, and a domain only where neither networks nor hosts explain it.
 */
export function findOutages(shared: Shared, settings: OutageSettings = defaultOutages): FoundOutage[] {
  const explained = new Set<CameraId>();
  const found: FoundOutage[] = [];
  for (const scope of ['network', 'host', 'domain'] as const) {
    for (const [name, members] of shared[scope]) {
      const down = members.filter((placed) => isLost(placed) && !explained.has(placed.camera));
      if (down.length < settings.leastCameras || down.length < settings.leastShare * members.length) continue;
      // A network with one host is that host.
      if (scope === 'network' && new Set(members.map(({ host }) => host)).size === 1) continue;
      for (const { camera } of down) explained.add(camera);
      found.push({
        scope,
        name,
        down: down.map(({ camera }) => camera),
        cameras: members.length,
        since: Math.min(...down.map(({ since }) => since)),
      });
    }
  }
  return found.sort((a, b) => b.down.length - a.down.length || a.name.localeCompare(b.name));
}

/** The /24 of an IPv4 address, which in most installations is one switch; any other host is its own. */
function networkOf(host: string): string {
  const parts = /^(\d+\.\d+\.\d+)\.\d+$/.exec(host);
  return parts === null ? host : `${parts[1]}.0/24`;
}
