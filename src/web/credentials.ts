import type { IncomingMessage } from 'node:http';
import type { People } from '#store';
import { type Caller, callerName } from './access.ts';

/** What a request brings to say who it is from, and where it comes from. */
export const COOKIE = 'ngatu_session';

/** As the store makes them; anything else need not be looked up. */
const SECRET = /^ng[st]_[\w-]{43}$/;

export async function callerOf(request: IncomingMessage, people: People): Promise<Caller | undefined> {
  const bearer = bearerOf(request);
  const secret = bearer ?? cookieOf(request);
  if (secret === undefined || !SECRET.test(secret)) return undefined;
  const identity = await people.identify(secret);
  if (identity === undefined) return undefined;
  const by = bearer === undefined ? 'cookie' : 'bearer';
  // A token is for programs: it is not taken from a cookie, which any page could have planted.
  if (by === 'cookie' && identity.kind === 'token') return undefined;
  return { name: callerName(identity), identity, by, secret };
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(headers.authorization ?? '')?.[1];
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() === COOKIE) return part.slice(at + 1).trim();
  }
  return undefined;
}

export function sessionCookie(secret: string, expiresAt: number, secure: boolean): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return `${COOKIE}=${secret}; Expires=${new Date(expiresAt).toUTCString()}; ${attributes}`;
}

export function endedCookie(secure: boolean): string {
  return sessionCookie('', 0, secure);
}

/**
 * Whether a browser says that the request comes from our own pages. Programs send no Origin; a browser sends it with
 * every write and every socket, and no page can forge it.
 */
export function fromOwnPage({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin } = headers;
  if (origin === undefined) return headers['sec-fetch-site'] === 'same-origin';
  return origins.includes(origin) || hostOf(origin) === headers.host?.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** The client's address; behind a proxy that is trusted, the last one it vouches for. IPv6 clients own a whole /64. */
export function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = (Array.isArray(forwarded) ? forwarded.at(-1) : forwarded)?.split(',').at(-1)?.trim();
  const address = (last ?? request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}
