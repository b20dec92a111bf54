import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestSite, testSite } from '../../test/support/web/test-site.ts';

describe('console files', () => {
  let dir: string;
  let site: TestSite;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ngatu-console-'));
    mkdirSync(join(dir, 'assets'));
    writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Ngatu</title>');
    writeFileSync(join(dir, 'assets', 'main-abc123.js'), 'export {};');
    writeFileSync(join(dir, 'sign.svg'), '<svg/>');
    writeFileSync(join(dir, '..', 'outside.txt'), 'secret');
    site = await testSite({ consoleDir: dir });
  });
  afterAll(async () => {
    await site.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const get = (path: string) => site.call('GET', path, undefined, {});

  it('are there for everybody, because signing in happens there', async () => {
    for (const path of ['/', '/index.html', '/incidents/i-1', '/wall']) {
      const page = await get(path);
      expect([page.status, page.headers.get('cache-control')], path).toEqual([200, 'no-cache']);
      expect(await page.text()).toContain('<title>Ngatu</title>');
      expect(page.headers.get('content-security-policy')).toContain(`default-src 'none'`);
    }
    const script = await get('/assets/main-abc123.js');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect((await get('/sign.svg')).status).toBe(200);
  });

  it('are no way to anything else', async () => {
    expect((await get('/api/cameras')).status).toBe(401);
    for (const path of [
      '/api/nothing',
      '/assets/none.js',
      '/none.txt',
      '/%2e%2e/outside.txt',
      '/..%2foutside.txt',
    ])
      expect((await get(path)).status, path).toBeGreaterThanOrEqual(400);
    expect((await get('/assets/none.js')).headers.get('content-type')).toContain('problem+json');
  });
});
