import type { Identity, Role, Scope } from '#store';

/**
 * Who may do what on which camera: the one place where that is decided. For now every right reaches every domain; when
 * departments get their own people, `visibleDomains` is what changes.
 */
export type Right = 'view' | 'operate' | 'configure' | 'manage-tokens' | 'read-metrics';

/** Whoever is behind a request or a socket. */
export interface Caller {
  /** As it stands in records: a user's name, or a token's with `token:` before it. */
  readonly name: string;
  readonly identity: Identity;
  /** A browser sends its cookie without being asked, so a request by cookie must prove that it comes from our own page. */
  readonly by: 'cookie' | 'bearer';
  readonly secret: string;
}

const EVERYTHING: readonly Right[] = ['view', 'operate', 'configure', 'manage-tokens', 'read-metrics'];

const OF_ROLE: Readonly<Record<Role, readonly Right[]>> = {
  administrator: EVERYTHING,
  operator: ['view', 'operate', 'read-metrics'],
  viewer: ['view', 'read-metrics'],
};

const OF_SCOPE: Readonly<Record<Scope, readonly Right[]>> = {
  administer: EVERYTHING,
  operate: ['view', 'operate', 'read-metrics'],
  read: ['view', 'read-metrics'],
  metrics: ['read-metrics'],
};

export function rightsOf({ identity }: Caller): readonly Right[] {
  return identity.kind === 'session' ? OF_ROLE[identity.role] : OF_SCOPE[identity.scope];
}

export function may(caller: Caller, right: Right): boolean {
  return rightsOf(caller).includes(right);
}

/** Domains whose cameras, incidents and figures the caller may see; undefined: all. */
export function visibleDomains(_caller: Caller): readonly string[] | undefined {
  return undefined;
}

export function seesDomain(caller: Caller, domain: string): boolean {
  return visibleDomains(caller)?.includes(domain) ?? true;
}

/** What was asked for, as far as the caller may see it. */
export function narrowed(
  caller: Caller,
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  const visible = visibleDomains(caller);
  if (visible === undefined) return asked;
  return asked === undefined ? visible : asked.filter((domain) => visible.includes(domain));
}

export function callerName(identity: Identity): string {
  return identity.kind === 'session' ? identity.user : `token:${identity.name}`;
}
