import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RtspRequest } from './request-reader.ts';

export type AuthenticationScheme = 'basic' | 'digest-md5' | 'digest-sha-256';

export interface Account {
  readonly user: string;
  readonly password: string;
  /** Offered in this order, one WWW-Authenticate header each. */
  readonly schemes: readonly AuthenticationScheme[];
  /** Whether digests ask for qop=auth (RFC 7616 §3.4) or keep to RFC 2069's short form, as most cameras do. */
  readonly qop: boolean;
  /** After so long a nonce is answered with stale=true and a new one. */
  readonly nonceSeconds: number;
}

export type Verdict = 'granted' | 'no-credentials' | 'wrong' | 'stale';

const REALM = 'IP Camera';
const ALGORITHMS = { 'digest-md5': ['MD5', 'md5'], 'digest-sha-256': ['SHA-256', 'sha256'] } as const;

/** Checks the requests of one connection: the nonce is its own, and a digest with qop may not be used twice. */
export class Authenticator {
  readonly #account: Account;
  #nonce = '';
  #nonceUntilMs = Number.NEGATIVE_INFINITY;
  #lastCount = 0;

  constructor(account: Account) {
    this.#account = account;
  }

  check(request: RtspRequest, nowMs: number): Verdict {
    const header = request.headers.get('authorization');
    const [, scheme = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(header ?? '') ?? [];
    if (header === undefined) return 'no-credentials';
    if (scheme.toLowerCase() === 'basic') return this.#basic(rest);
    return scheme.toLowerCase() === 'digest' ? this.#digest(parameters(rest), request, nowMs) : 'wrong';
  }

  /** WWW-Authenticate values for a 401. */
  challenges(verdict: Exclude<Verdict, 'granted'>, nowMs: number): string[] {
    if (nowMs >= this.#nonceUntilMs) {
      this.#nonce = randomBytes(16).toString('hex');
      this.#nonceUntilMs = nowMs + this.#account.nonceSeconds * 1000;
      this.#lastCount = 0;
    }
    return this.#account.schemes.map((scheme) => {
      if (scheme === 'basic') return `Basic realm="${REALM}"`;
      const stale = verdict === 'stale' ? ', stale=true' : '';
      const qop = this.#account.qop ? ', qop="auth"' : '';
      // The short form of RFC 2069 names no algorithm; MD5 is meant.
      const algorithm =
        scheme === 'digest-md5' && !this.#account.qop ? '' : `, algorithm=${ALGORITHMS[scheme][0]}`;
      return `Digest realm="${REALM}", nonce="${this.#nonce}"${algorithm}${qop}${stale}`;
    });
  }

  #basic(token: string): Verdict {
    if (!this.#account.schemes.includes('basic')) return 'wrong';
    const wanted = `${this.#account.user}:${this.#account.password}`;
    return same(Buffer.from(token, 'base64').toString('utf8'), wanted) ? 'granted' : 'wrong';
  }

  #digest(given: ReadonlyMap<string, string>, request: RtspRequest, nowMs: number): Verdict {
    const named = (given.get('algorithm') ?? 'MD5').toUpperCase();
    const scheme = named === 'MD5' ? 'digest-md5' : named === 'SHA-256' ? 'digest-sha-256' : undefined;
    if (scheme === undefined || !this.#account.schemes.includes(scheme)) return 'wrong';
    const expected = this.#response(given, request, ALGORITHMS[scheme][1]);
    if (expected === undefined || !same(given.get('response') ?? '', expected)) return 'wrong';
    // Right password, old nonce: the client may simply try again (RFC 7616 §3.3).
    if (given.get('nonce') !== this.#nonce || nowMs >= this.#nonceUntilMs) return 'stale';
    return this.#account.qop && !this.#countOnce(given.get('nc') ?? '') ? 'wrong' : 'granted';
  }

  /** What `response` must be, RFC 7616 §3.4.1; undefined if a field is missing or does not belong to this request. */
  #response(given: ReadonlyMap<string, string>, request: RtspRequest, hash: string): string | undefined {
    const { user, password, qop } = this.#account;
    const digest = (text: string) => createHash(hash).update(text).digest('hex');
    const nonce = given.get('nonce');
    if (given.get('username') !== user || given.get('realm') !== REALM) return undefined;
    if (nonce === undefined || given.get('uri') !== request.url) return undefined;
    const secret = digest(`${user}:${REALM}:${password}`);
    const asked = digest(`${request.method}:${request.url}`);
    if (!qop) return digest(`${secret}:${nonce}:${asked}`);
    const [count, cnonce] = [given.get('nc'), given.get('cnonce')];
    if (given.get('qop') !== 'auth' || count === undefined || cnonce === undefined) return undefined;
    return digest(`${secret}:${nonce}:${count}:${cnonce}:auth:${asked}`);
  }

  #countOnce(count: string): boolean {
    const value = /^[0-9a-fA-F]{8}$/.test(count) ? Number.parseInt(count, 16) : 0;
    if (value <= this.#lastCount) return false;
    this.#lastCount = value;
    return true;
  }
}

function parameters(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', quoted, token] of text.matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g))
    found.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
  return found;
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
