import type { EpochMs } from '#base';
import type { CameraId, CameraState } from '#camera';

/** Many cameras lost at once are one trouble: a switch, a recorder, a department's line. */
export interface Outage {
  readonly scope: 'host' | 'network' | 'domain';
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

/**
 * The narrowest scopes that explain what is lost, the largest first: a lost network is not listed again host by host,
 * nor a lost domain network by network, unless the wider scope holds no more than the narrower one.
 */
export function findOutages(
  states: readonly PlacedState[],
  settings: OutageSettings = defaultOutages,
): Outage[] {
  const explained = new Set<CameraId>();
  const found: Outage[] = [];
  for (const scope of ['network', 'host', 'domain'] as const) {
    for (const [name, members] of grouped(states, scope)) {
      const down = members.filter(({ camera, state }) => lost.has(state) && !explained.has(camera));
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

function grouped(states: readonly PlacedState[], scope: Outage['scope']): Map<string, PlacedState[]> {
  const groups = new Map<string, PlacedState[]>();
  for (const placed of states) {
    const name = scope === 'domain' ? placed.domain : scope === 'host' ? placed.host : networkOf(placed.host);
    if (name === undefined) continue;
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [placed]);
    else members.push(placed);
  }
  return groups;
}

/** The /24 of an IPv4 address, which in most installations is one switch; names have none. */
function networkOf(host: string): string | undefined {
  const parts = /^(\d+\.\d+\.\d+)\.\d+$/.exec(host);
  return parts === null ? undefined : `${parts[1]}.0/24`;
}
