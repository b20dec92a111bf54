import { createHash, randomBytes } from 'node:crypto';
import type { Credentials } from '#camera';

/** A way to prove who we are that a server offered (RFC 7617, RFC 7616, RFC 2617). */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'digest';
      readonly hash: 'md5' | 'sha256';
      /** As the server wrote it; undefined where it did not. */
      readonly algorithm: string | undefined;
      readonly session: boolean;
      readonly realm: string;
      readonly nonce: string;
      readonly opaque: string | undefined;
      readonly qop: 'auth' | undefined;
    };

const STRENGTH = { basic: 0, md5: 1, sha256: 2 };
const MAX_CHALLENGE = 4096;
const ALGORITHM = /^(MD5|SHA-256)(-sess)?$/i;

/** The strongest challenge among the values of WWW-Authenticate that this program can answer. */
export function strongestChallenge(values: readonly string[]): Challenge | undefined {
  const challenges = values
    .flatMap(splitChallenges)
    .map(readChallenge)
    .filter((each) => each !== undefined);
  return challenges.sort((a, b) => strength(b) - strength(a))[0];
}

/** Answers one challenge for as many requests as it lives. */
export class Authorization {
  readonly challenge: Challenge;
  readonly #credentials: Credentials;
  #count = 0;

  constructor(challenge: Challenge, credentials: Credentials) {
    this.challenge = challenge;
    this.#credentials = credentials;
  }

  /** The value of the Authorization header. Secret: never to be logged. */
  header(method: string, url: string): string {
    const { user, password } = this.#credentials;
    if (this.challenge.scheme === 'basic')
      return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    return this.#digest(this.challenge, method, url);
  }

  #digest(challenge: Extract<Challenge, { scheme: 'digest' }>, method: string, url: string): string {
    const { user, password } = this.#credentials;
    const { realm, nonce, qop, opaque, algorithm } = challenge;
    const digest = (text: string) => createHash(challenge.hash).update(text).digest('hex');
    const clientNonce = randomBytes(8).toString('hex');
    const count = (++this.#count).toString(16).padStart(8, '0');
    const plain = digest(`${user}:${realm}:${password}`);
    const secret = challenge.session ? digest(`${plain}:${nonce}:${clientNonce}`) : plain;
    const proof = qop === undefined ? nonce : `${nonce}:${count}:${clientNonce}:${qop}`;
    const response = digest(`${secret}:${proof}:${digest(`${method}:${url}`)}`);
    const fields = [
      `username=${quoted(user)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `uri=${quoted(url)}`,
      `response="${response}"`,
    ];
    if (algorithm !== undefined) fields.push(`algorithm=${algorithm}`);
    if (opaque !== undefined) fields.push(`opaque=${quoted(opaque)}`);
    if (qop !== undefined) fields.push(`qop=${qop}`, `nc=${count}`);
    if (qop !== undefined || challenge.session) fields.push(`cnonce="${clientNonce}"`);
    return `Digest ${fields.join(', ')}`;
  }
}

function strength(challenge: Challenge): number {
  return challenge.scheme === 'basic' ? STRENGTH.basic : STRENGTH[challenge.hash];
}

/** Several challenges may stand in one header, separated like their parameters: a new one begins with its scheme. */
function splitChallenges(value: string): string[] {
  const text = value.slice(0, MAX_CHALLENGE);
  const outsideQuotes = text.replace(/"(?:[^"\\]|\\.)*"/g, (quotes) => '"'.repeat(quotes.length));
  const starts = [...outsideQuotes.matchAll(/(?:^|[,\s])(?=(?:Basic|Digest)(?:\s|$))/gi)].map(
    (match) => match.index,
  );
  return starts.map((start, i) => text.slice(start, starts[i + 1]).replace(/^[,\s]+/, ''));
}

function readChallenge(text: string): Challenge | undefined {
  if (/^Basic\b/i.test(text)) return { scheme: 'basic' };
  if (!/^Digest\b/i.test(text)) return undefined;
  const fields = new Map<string, string>();
  for (const match of text.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi))
    fields.set(match[1]!.toLowerCase(), match[2]?.replace(/\\(.)/g, '$1') ?? match[3]!);
  const algorithm = ALGORITHM.exec(fields.get('algorithm') ?? 'MD5');
  const offered = fields
    .get('qop')
    ?.split(',')
    .map((each) => each.trim().toLowerCase());
  const nonce = fields.get('nonce');
  if (algorithm === null || nonce === undefined || (offered !== undefined && !offered.includes('auth')))
    return undefined;
  return {
    scheme: 'digest',
    hash: algorithm[1]!.toUpperCase() === 'MD5' ? 'md5' : 'sha256',
    algorithm: fields.get('algorithm'),
    session: algorithm[2] !== undefined,
    realm: fields.get('realm') ?? '',
    nonce,
    opaque: fields.get('opaque'),
    qop: offered === undefined ? undefined : 'auth',
  };
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
