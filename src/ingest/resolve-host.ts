import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import type { Clock } from '#base';
import { isNumeric } from './rtsp/address.ts';

/** The numeric address of a host; rejects where there is none. */
export type ResolveHost = (host: string) => Promise<string>;

const ANSWER_MS = 1500;
const TRIES = 2;
const KEEP_MS = 60_000;
const HOSTS_FILE = '/etc/hosts';

interface Known {
  readonly address: Promise<string>;
  readonly untilMs: number;
}

/**
 * Asks the name servers without the thread pool, where a few hanging look-ups would block every file and every other
 * look-up of the process. Numeric addresses and the hosts file come first; answers are kept for a minute.
 */
export function createResolveHost(clock: Clock): ResolveHost {
  const resolver = new Resolver({ timeout: ANSWER_MS, tries: TRIES });
  const known = new Map<string, Known>();
  return (host) => {
    if (isNumeric(host)) return Promise.resolve(host);
    const kept = known.get(host);
    if (kept !== undefined && kept.untilMs > clock.monotonicMs()) return kept.address;
    const address = lookUp(resolver, host);
    known.set(host, { address, untilMs: clock.monotonicMs() + KEEP_MS });
    address.catch(() => known.delete(host));
    return address;
  };
}

async function lookUp(resolver: Resolver, host: string): Promise<string> {
  const local = await fromHostsFile(host);
  if (local !== undefined) return local;
  const four = await resolver.resolve4(host).catch((reason: NodeJS.ErrnoException) => {
    if (reason.code !== 'ENODATA') throw reason;
    return resolver.resolve6(host);
  });
  return four[0]!;
}

async function fromHostsFile(host: string): Promise<string | undefined> {
  const text = await readFile(HOSTS_FILE, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    if (address !== undefined && names.includes(host) && isNumeric(address)) return address;
  }
  return host === 'localhost' ? '127.0.0.1' : undefined;
}
