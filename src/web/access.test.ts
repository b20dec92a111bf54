import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  ADMIN,
  INCIDENT_ID,
  raise,
  SECRET,
  type TestSite,
  testSite,
} from '../../test/support/web/test-site.ts';

interface Opened {
  readonly socket: WebSocket | undefined;
  readonly status: number;
}

function open(site: TestSite, path: string, headers: Record<string, string>): Promise<Opened> {
  const socket = new WebSocket(site.url.replace('http', 'ws') + path, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => resolve({ socket, status: 101 }));
    socket.on('unexpected-response', (_request, response) => {
      socket.on('error', () => undefined);
      socket.terminate();
      resolve({ socket: undefined, status: response.statusCode ?? 0 });
    });
  });
}

const closed = (socket: WebSocket | undefined) =>
  new Promise<number>((resolve) => socket?.on('close', (code) => resolve(code)));

describe('access', () => {
  let site: TestSite;
  let cookie: string;

  beforeAll(async () => {
    site = await testSite();
    await raise(site.history);
    cookie = (await signIn()).cookie;
  });
  afterAll(() => site.close());

  async function signIn(password = ADMIN.password) {
    const response = await site.call('POST', '/api/session', { user: ADMIN.user, password }, {});
    const cookies = response.headers.get('set-cookie') ?? '';
    return { response, cookies, cookie: cookies.split(';')[0] ?? '' };
  }

  async function scoped(scope: 'read' | 'operate' | 'administer' | 'metrics') {
    const wanted = { name: scope, scope, createdBy: 'admin', expiresAt: undefined };
    const { secret, token } = await site.history.people.addToken(wanted);
    return { headers: { authorization: `Bearer ${secret}` }, id: token.id };
  }

  it('answers nothing but health without a session or token, and says so the same everywhere', async () => {
    const document = (await (await site.call('GET', '/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, object>>;
    };
    const open: string[] = [];
    for (const [path, methods] of Object.entries(document.paths))
      for (const method of Object.keys(methods)) {
        const where = path.replace('{id}', INCIDENT_ID);
        const response = await site.call(method.toUpperCase(), where, method === 'get' ? undefined : {}, {});
        if (response.status !== 401) open.push(`${method} ${path} ${response.status}`);
        else expect(response.headers.get('www-authenticate')).toContain('Bearer');
      }
    // Signing in is refused for its empty body, not for want of a session.
    expect(open.sort()).toEqual(['get /healthz 200', 'get /readyz 200', 'post /api/session 422']);
    for (const path of ['/api/events', '/api/wall', '/'])
      expect((await openSocket(path, {})).status).toBe(401);
  });

  const openSocket = (path: string, headers: Record<string, string>) => open(site, path, headers);

  it('signs in with a cookie that no script reads and no other page sends', async () => {
    const { response, cookies } = await signIn();
    expect(response.status).toBe(201);
    expect(cookies).toMatch(/^ngatu_session=ngs_[\w-]{43}; Expires=.+; Path=\/; HttpOnly; SameSite=Strict$/);
    const who = await site.call('GET', '/api/session', undefined, { cookie });
    expect(await who.json()).toMatchObject({ kind: 'session', name: 'admin', role: 'administrator' });
    expect(site.logged.join('')).not.toMatch(/ngs_|đèn xanh/);
  });

  it('takes writes by cookie only from its own pages, by bearer from anywhere', async () => {
    const note = `/api/incidents/${INCIDENT_ID}/note`;
    const write = (headers: Record<string, string>) => site.call('POST', note, { text: 'x' }, headers);
    expect((await write({ cookie })).status).toBe(403);
    expect((await write({ cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await write({ cookie, origin: 'null' })).status).toBe(403);
    expect((await write({ cookie, origin: site.url })).status).toBe(200);
    expect((await write({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect(
      (await write({ authorization: `Bearer ${site.token}`, origin: 'http://evil.example' })).status,
    ).toBe(200);
    const login = { user: ADMIN.user, password: ADMIN.password };
    expect((await site.call('POST', '/api/session', login, { origin: 'http://evil.example' })).status).toBe(
      403,
    );
  });

  it('opens sockets by cookie only from its own pages', async () => {
    expect((await openSocket('/api/wall', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await openSocket('/api/wall', { cookie })).status).toBe(403);
    const wall = await openSocket('/api/wall', { cookie, origin: site.url });
    expect(wall.status).toBe(101);
    expect(site.walls.at(-1)).toBe('admin');
    wall.socket?.close();
    const token = await scoped('metrics');
    expect((await openSocket('/api/events', token.headers)).status).toBe(403);
    expect((await openSocket('/api/nothing', { authorization: `Bearer ${site.token}` })).status).toBe(404);
  });

  it('lets a token do what its scope says and no more', async () => {
    const statuses = async (headers: Record<string, string>) => {
      const asked = [
        site.call('GET', '/api/cameras', undefined, headers),
        site.call('POST', `/api/incidents/${INCIDENT_ID}/acknowledge`, {}, headers),
        site.call('GET', '/api/config', undefined, headers),
        site.call('GET', '/api/tokens', undefined, headers),
        site.call('GET', '/metrics', undefined, headers),
      ];
      return (await Promise.all(asked)).map(({ status }) => status);
    };
    expect(await statuses((await scoped('read')).headers)).toEqual([200, 403, 403, 403, 200]);
    expect(await statuses((await scoped('operate')).headers)).toEqual([200, 200, 403, 403, 200]);
    expect(await statuses((await scoped('administer')).headers)).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses((await scoped('metrics')).headers)).toEqual([403, 403, 403, 403, 200]);
    expect((await site.history.incidents.get(INCIDENT_ID))?.acknowledged?.by).toBe('token:operate');
  });

  it('does not take a token for a cookie, nor a secret that nobody gave out', async () => {
    const { headers } = await scoped('administer');
    const planted = headers.authorization.replace('Bearer ', 'ngatu_session=');
    expect((await site.call('GET', '/api/cameras', undefined, { cookie: planted })).status).toBe(401);
    for (const authorization of ['Bearer x', 'Bearer ', `Basic ${site.token}`, `Bearer ${'x'.repeat(5000)}`])
      expect((await site.call('GET', '/api/cameras', undefined, { authorization })).status).toBe(401);
  });

  it('ends the sockets of a session that signs out, and of a token that is removed', async () => {
    const mine = (await signIn()).cookie;
    const { socket } = await openSocket('/api/events', { cookie: mine, origin: site.url });
    const end = closed(socket);
    await site.call('DELETE', '/api/session', undefined, { cookie: mine, origin: site.url });
    expect(await end).toBe(4401);
    expect((await site.call('GET', '/api/session', undefined, { cookie: mine })).status).toBe(401);
    const { headers, id } = await scoped('read');
    const second = await openSocket('/api/wall', headers);
    const secondEnd = closed(second.socket);
    expect((await site.call('DELETE', `/api/tokens/${id}`)).status).toBe(204);
    expect(await secondEnd).toBe(4401);
  });

  it('lets nobody in twice as many places as there are', async () => {
    const full = await testSite({ mostSockets: 1 });
    const headers = { authorization: `Bearer ${full.token}` };
    const first = await open(full, '/api/wall', headers);
    expect((await open(full, '/api/wall', headers)).status).toBe(503);
    const end = closed(first.socket);
    first.socket?.close();
    await end;
    await expect.poll(() => full.web.sockets(), { timeout: 20_000 }).toBe(0);
    expect((await open(full, '/api/wall', headers)).status).toBe(101);
    await full.close();
  });

  it('speaks of no camera password anywhere', async () => {
    const paths = ['/api/cameras', '/api/cameras/loong-toong-1', '/api/status', '/api/config', '/api/rules'];
    for (const path of paths) expect(await (await site.call('GET', path)).text()).not.toContain(SECRET);
  });

  it('sends headers that keep a browser from doing more than it should', async () => {
    const { headers } = await site.call('GET', '/api/status');
    expect(headers.get('content-security-policy')).toContain(`default-src 'none'`);
    expect(headers.get('content-security-policy')).toContain(`frame-ancestors 'none'`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('marks the cookie secure behind a proxy that speaks TLS', async () => {
    const proxied = await testSite({ trustProxy: true });
    const body = { user: ADMIN.user, password: ADMIN.password };
    const response = await proxied.call('POST', '/api/session', body, { 'x-forwarded-proto': 'https' });
    expect(response.headers.get('set-cookie')).toContain('; Secure');
    expect(response.headers.get('strict-transport-security')).toContain('max-age');
    await proxied.close();
  });

  it('opens /metrics when told to', async () => {
    const monitored = await testSite({ openMetrics: true });
    expect((await monitored.call('GET', '/api/status')).status).toBe(200);
    const metrics = await monitored.call('GET', '/metrics', undefined, {});
    expect(metrics.status).toBe(200);
    const text = await metrics.text();
    expect(text).toContain('ngatu_http_requests_total{method="GET",status="200"} 1');
    expect(text).toContain('ngatu_sockets 0');
    await monitored.close();
  });

  it('serves over TLS, with a secure cookie', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ngatu-tls-'));
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        ...subject,
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    );
    const tls = { key: readFileSync(key), cert: readFileSync(cert) };
    const safe = await testSite({ tls });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        port: safe.web.port,
        host: '127.0.0.1',
        ca: tls.cert,
        servername: 'localhost',
        method: 'POST',
      };
      const headers = { 'content-type': 'application/json' };
      httpsRequest({ ...options, path: '/api/session', headers }, resolve)
        .on('error', reject)
        .end(JSON.stringify(ADMIN));
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['set-cookie']?.[0]).toContain('; Secure');
    expect(answer.headers['strict-transport-security']).toContain('max-age');
    answer.destroy();
    await safe.close();
    rmSync(dir, { recursive: true });
  });

  it('changes a password, which ends every session', async () => {
    const other = await testSite();
    const body = { current: ADMIN.password, next: 'một mật khẩu mới' };
    expect((await other.call('PUT', '/api/session/password', { ...body, next: 'short' })).status).toBe(422);
    expect((await other.call('PUT', '/api/session/password', body)).status).toBe(204);
    expect((await other.call('GET', '/api/session')).status).toBe(401);
    const again = await other.call('POST', '/api/session', { user: ADMIN.user, password: body.next }, {});
    expect(again.status).toBe(201);
    await other.close();
  });

  it('slows guessing down but lets the real user in from where they always sign in', async () => {
    const guessed = await testSite({ trustProxy: true });
    const from = (address: string, password: string) =>
      guessed.call('POST', '/api/session', { user: ADMIN.user, password }, { 'x-forwarded-for': address });
    expect((await from('10.0.0.7', ADMIN.password)).status).toBe(201);
    const statuses: number[] = [];
    for (let i = 0; i < 9; i++) statuses.push((await from('10.6.6.6', `guess ${i}`)).status);
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.slice(5)).toContain(429);
    const refused = await from('10.6.6.6', ADMIN.password);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await from('10.0.0.7', ADMIN.password)).status).toBe(201);
    await guessed.close();
  });

  it('closes at once, with sockets open and requests half-sent', async () => {
    const leaving = await testSite();
    const { socket } = await open(leaving, '/api/events', { authorization: `Bearer ${leaving.token}` });
    const end = closed(socket);
    const half = connect(leaving.web.port, '127.0.0.1', () =>
      half.write('POST /api/session HTTP/1.1\r\nHost: x\r\n'),
    );
    half.on('error', () => undefined);
    await leaving.close();
    expect(await end).toBe(1001);
  });
});
