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

/**
 * What explains the lost cameras, the largest first. Each camera is explained once: a lost network is not listed again host by
 * host, and a domain only where neither networks nor hosts explain it.
 */
export function findOutages(
  states: readonly PlacedState[],
  settings: OutageSettings = defaultOutages,
): FoundOutage[] {
  const explained = new Set<CameraId>();
  const found: FoundOutage[] = [];
  for (const scope of ['network', 'host', 'domain'] as const) {
    for (const [name, members] of Map.groupBy(states, (placed) => nameIn(scope, placed))) {
      if (name === undefined) continue;
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

/** What a camera's scope is called; undefined where it has none: a host name has no network. */
export function nameIn(scope: OutageScope, { domain, host }: PlacedState): string | undefined {
  return scope === 'domain' ? domain : scope === 'host' ? host : networkOf(host);
}

/** The /24 of an IPv4 address, which in most installations is one switch. */
function networkOf(host: string): string | undefined {
  const parts = /^(\d+\.\d+\.\d+)\.\d+$/.exec(host);
  return parts === null ? undefined : `${parts[1]}.0/24`;
}
