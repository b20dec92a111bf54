import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Account, type AuthenticationScheme, Authenticator } from './authentication.ts';
import type { RtspRequest } from './request-reader.ts';

const url = 'rtsp://10.0.0.1/hk/101';
const account: Account = {
  user: 'admin',
  password: 'p@ss"w:rd^',
  schemes: ['digest-md5'],
  qop: false,
  nonceSeconds: 60,
};

function request(authorization: string | undefined, method = 'DESCRIBE'): RtspRequest {
  const headers = new Map(authorization === undefined ? [] : [['authorization', authorization]]);
  return { method, url, cseq: '1', headers };
}

/** A client by RFC 7616 §3.4, for the first challenge of a list. */
function answer(challenge: string, password: string, changes: Record<string, string> = {}): string {
  const field = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1] ?? '';
  const [realm, nonce, algorithm] = [field('realm'), field('nonce'), field('algorithm')];
  const hash = (text: string) =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const fields: Record<string, string> = { username: 'admin', realm, nonce, uri: url, ...changes };
  const ends = `${hash(`admin:${realm}:${password}`)}`;
  const asked = hash(`DESCRIBE:${url}`);
  const qop = challenge.includes('qop') ? { nc: '00000001', cnonce: 'abc', ...changes } : undefined;
  fields.response = hash(
    qop === undefined
      ? `${ends}:${nonce}:${asked}`
      : `${ends}:${nonce}:${qop.nc}:${qop.cnonce}:auth:${asked}`,
  );
  const text = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
  if (algorithm !== '') text.push(`algorithm=${algorithm}`);
  if (qop !== undefined) text.push('qop=auth', `nc=${qop.nc}`, `cnonce="${qop.cnonce}"`);
  return `Digest ${text.join(', ')}`;
}

function challenged(changes: Partial<Account>): { readonly it: Authenticator; readonly challenge: string } {
  const it = new Authenticator({ ...account, ...changes });
  expect(it.check(request(undefined), 0)).toBe('no-credentials');
  return { it, challenge: it.challenges('no-credentials', 0)[0]! };
}

describe('Authenticator', () => {
  it('takes the digest that RFC 2617 §3.5 would give', () => {
    // Its own realm and nonce differ, so the formula is checked against the one in this file and against real clients elsewhere.
    const { it: authenticator, challenge } = challenged({});
    expect(challenge).toMatch(/^Digest realm="IP Camera", nonce="[0-9a-f]{32}"$/);
    expect(authenticator.check(request(answer(challenge, account.password)), 0)).toBe('granted');
  });

  it.each<[AuthenticationScheme, boolean]>([
    ['digest-md5', false],
    ['digest-md5', true],
    ['digest-sha-256', false],
    ['digest-sha-256', true],
  ])('%s, qop %s: right password in, wrong password out', (scheme, qop) => {
    const { it: authenticator, challenge } = challenged({ schemes: [scheme], qop });
    expect(authenticator.check(request(answer(challenge, 'wrong')), 0)).toBe('wrong');
    expect(authenticator.check(request(answer(challenge, account.password)), 0)).toBe('granted');
  });

  it('refuses a digest made for another URL or method', () => {
    const { it: authenticator, challenge } = challenged({});
    const other = answer(challenge, account.password, { uri: 'rtsp://10.0.0.1/hk/102' });
    expect(authenticator.check(request(other), 0)).toBe('wrong');
    expect(authenticator.check(request(answer(challenge, account.password), 'SETUP'), 0)).toBe('wrong');
  });

  it('calls an old nonce stale and gives a new one; a wrong password is wrong all the same', () => {
    const { it: authenticator, challenge } = challenged({ nonceSeconds: 60 });
    const good = request(answer(challenge, account.password));
    expect(authenticator.check(good, 59_000)).toBe('granted');
    expect(authenticator.check(good, 60_000)).toBe('stale');
    expect(authenticator.check(request(answer(challenge, 'wrong')), 60_000)).toBe('wrong');
    const next = authenticator.challenges('stale', 60_000)[0]!;
    expect(next).toContain('stale=true');
    expect(authenticator.check(request(answer(next, account.password)), 60_000)).toBe('granted');
  });

  it('takes a nonce count only once', () => {
    const { it: authenticator, challenge } = challenged({ qop: true });
    const first = request(answer(challenge, account.password));
    expect(authenticator.check(first, 0)).toBe('granted');
    expect(authenticator.check(first, 0)).toBe('wrong');
    expect(authenticator.check(request(answer(challenge, account.password, { nc: '0000000a' })), 0)).toBe(
      'granted',
    );
  });

  it('offers its schemes in order and takes Basic only where it is offered', () => {
    const basic = `Basic ${Buffer.from(`admin:${account.password}`).toString('base64')}`;
    const both = new Authenticator({ ...account, schemes: ['digest-sha-256', 'basic'] });
    expect(both.challenges('no-credentials', 0).map((value) => value.split(' ')[0])).toEqual([
      'Digest',
      'Basic',
    ]);
    expect(both.check(request(basic), 0)).toBe('granted');
    expect(new Authenticator(account).check(request(basic), 0)).toBe('wrong');
    for (const nonsense of ['Basic', 'Digest', 'Basic =', 'Digest x', 'Bearer t', ''])
      expect(both.check(request(nonsense), 0)).not.toBe('granted');
  });
});
