import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestSite, testSite } from '../../../test/support/web/test-site.ts';
import { apiRoutes } from '../create-web.ts';
import { openSockets } from '../sockets/open-sockets.ts';

describe('docs/ref/api.md', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await testSite();
  });
  afterAll(() => site.close());

  it('lists every operation with its right, and no other', async () => {
    const sockets = openSockets(site.history.people, site.deps.log);
    const routes = apiRoutes(site.deps, { ...site.options }, sockets);
    await sockets.close();
    const right = (name: string) => ({ nobody: '–', 'signed-in': 'signed in' })[name] ?? name;
    const served = routes.map((route) => `${route.method.toUpperCase()} ${route.path} ${right(route.right)}`);
    const text = readFileSync(resolve(import.meta.dirname, '../../../docs/ref/api.md'), 'utf8');
    const listed = [...text.matchAll(/^\| `((?:GET|POST|PUT|DELETE) \S+)` \| ([^|]+) \|/gm)].map(
      ([, operation, needs]) => `${operation} ${needs?.trim()}`,
    );
    expect(listed.sort()).toEqual(served.sort());
  });
});
