import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Authorization, strongestChallenge } from './authorization.ts';

const mufasa = { user: 'Mufasa', password: 'Circle Of Life' };

function proof(challenge: string, credentials = mufasa, method = 'GET', url = '/dir/index.html') {
  return new Authorization(strongestChallenge([challenge])!, credentials).header(method, url);
}

const field = (header: string, name: string) => new RegExp(`\\b${name}="?([^",]+)`).exec(header)?.[1];
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

describe('Authorization', () => {
  it('makes the response of RFC 2069 where no quality is asked for', () => {
    const header = proof(
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"',
      {
        user: 'Mufasa',
        password: 'CircleOfLife',
      },
    );
    expect(field(header, 'response')).toBe('1949323746fe6a43ef61f9606e7febea');
    expect(field(header, 'opaque')).toBe('5ccc');
    expect(header).not.toMatch(/qop|nc=/);
  });

  it.each(['MD5', 'SHA-256'])('proves quality auth with %s as RFC 7616 §3.4.1 says', (algorithm) => {
    const header = proof(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"`,
    );
    const name = algorithm === 'MD5' ? 'md5' : 'sha256';
    const secret = hash(name, 'Mufasa:http-auth@example.org:Circle Of Life');
    const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
    const expected = hash(
      name,
      `${secret}:${nonce}:00000001:${field(header, 'cnonce')}:auth:${hash(name, 'GET:/dir/index.html')}`,
    );
    expect(field(header, 'response')).toBe(expected);
    expect(field(header, 'algorithm')).toBe(algorithm);
  });

  it('mixes the client nonce into the secret for session algorithms', () => {
    const header = proof('Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"');
    const cnonce = field(header, 'cnonce');
    const secret = hash('md5', `${hash('md5', 'Mufasa:r:Circle Of Life')}:n:${cnonce}`);
    expect(field(header, 'response')).toBe(
      hash('md5', `${secret}:n:00000001:${cnonce}:auth:${hash('md5', 'GET:/dir/index.html')}`),
    );
  });

  it('counts its requests', () => {
    const authorization = new Authorization(
      strongestChallenge(['Digest realm="r", nonce="n", qop="auth"'])!,
      mufasa,
    );
    const counts = [1, 2, 3].map(() => field(authorization.header('PLAY', 'u'), 'nc'));
    expect(counts).toEqual(['00000001', '00000002', '00000003']);
  });

  it('answers Basic with UTF-8 and odd characters', () => {
    const header = proof('Basic realm="x"', { user: 'admin', password: 'p@ss:^!ữ' });
    expect(Buffer.from(header.slice(6), 'base64').toString()).toBe('admin:p@ss:^!ữ');
  });

  it('quotes what it quotes', () => {
    expect(proof('Digest realm="a \\"b\\" \\\\ c", nonce="n"')).toContain('realm="a \\"b\\" \\\\ c"');
  });
});

describe('strongestChallenge', () => {
  it('prefers SHA-256 to MD5 to Basic, in one header or several', () => {
    const offers = [
      'Basic realm="x"',
      'Digest realm="x", nonce="1"',
      'Digest realm="x", nonce="2", algorithm=SHA-256',
    ];
    expect(strongestChallenge(offers)).toMatchObject({ hash: 'sha256', nonce: '2' });
    expect(strongestChallenge([offers.join(', ')])).toMatchObject({ hash: 'sha256', nonce: '2' });
    expect(strongestChallenge(offers.slice(0, 2))).toMatchObject({ hash: 'md5', nonce: '1' });
    expect(strongestChallenge(offers.slice(0, 1))).toEqual({ scheme: 'basic' });
  });

  it('is not misled by a realm that speaks of Basic and Digest, x', () => {
    expect(strongestChallenge(['Digest realm="Basic , Digest nonce=evil", nonce="good"'])).toMatchObject({
      nonce: 'good',
    });
  });

  it('leaves out what it cannot answer', () => {
    expect(strongestChallenge(['Digest realm="x", nonce="1", algorithm=SHA-512-256'])).toBeUndefined();
    expect(strongestChallenge(['Digest realm="x", nonce="1", qop="auth-int"'])).toBeUndefined();
    expect(strongestChallenge(['Digest realm="x"', 'Bearer'])).toBeUndefined();
  });
});
