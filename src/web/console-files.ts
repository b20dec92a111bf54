import { join } from 'node:path';
import express, { type Express } from 'express';

const YEAR_MS = 365 * 86_400_000;

/**
 * The console's own files: the one thing besides health that anybody gets, because signing in happens there. They hold no
 * data. Files under assets/ carry a hash in their name and are kept for ever; everything else is asked for again.
 */
export function serveConsole(app: Express, dir: string): void {
  app.use(
    '/assets',
    express.static(join(dir, 'assets'), { immutable: true, maxAge: YEAR_MS, fallthrough: false }),
  );
  app.use(
    express.static(dir, {
      cacheControl: false,
      setHeaders: (response) => void response.set('Cache-Control', 'no-cache'),
    }),
  );
  // The console's own addresses, such as /incidents/…, are all the same page.
  app.get(/^\/(?!api\/|assets\/)[^.]*$/, (_request, response) => {
    response.set('Cache-Control', 'no-cache').sendFile(join(dir, 'index.html'));
  });
}
