import { once } from 'node:events';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createServer, type Plugin, type ViteDevServer } from 'vite';
import type { PageStage, TrueBox } from './page/protocol.ts';
import type { Setting } from './page/setting.ts';
import type { Moment } from './traffic/index.ts';

declare const window: { scenes?: PageStage };

/** One drawn moment. */
export interface Shot {
  /** RGBA, the lowest row first, in the size of the setting's picture. */
  readonly pixels: Buffer;
  readonly boxes: readonly TrueBox[];
}

/** A browser with the stage in it. */
export interface Capture {
  open(setting: Setting): Promise<void>;
  /** Draws the moments one after the other; many at a time are faster. */
  shoot(moments: readonly Moment[]): Promise<Shot[]>;
  close(): Promise<void>;
}

/** WebGL in software: the same pixels on every machine, no graphics card asked for. */
const browserFlags = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export async function openCapture(): Promise<Capture> {
  const inbox = new Inbox();
  const server = await servePage(inbox);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: browserFlags,
  });
  const page = await openPage(browser, server);
  return {
    async open(setting) {
      await page.reload();
      await page.waitForFunction(() => window.scenes !== undefined);
      await page.evaluate((wanted) => window.scenes!.open(wanted), setting);
    },
    async shoot(moments) {
      const boxes = await page.evaluate((next) => window.scenes!.draw(next), moments);
      const pictures = inbox.take(moments.length);
      return boxes.map((seen, i) => ({ pixels: pictures[i]!, boxes: seen }));
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Pictures that the page has posted, in their order. */
class Inbox {
  #pictures: Buffer[] = [];

  put(picture: Buffer): void {
    this.#pictures.push(picture);
  }

  take(count: number): Buffer[] {
    const pictures = this.#pictures;
    this.#pictures = [];
    if (pictures.length !== count)
      throw new Error(`Expected ${count} pictures at /picture, found ${pictures.length}`);
    return pictures;
  }
}

async function servePage(inbox: Inbox): Promise<ViteDevServer> {
  const pictures: Plugin = {
    name: 'pictures',
    configureServer(server) {
      server.middlewares.use('/picture', (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          inbox.put(Buffer.concat(chunks));
          response.end();
        });
      });
    },
  };
  const server = await createServer({
    root: `${import.meta.dirname}/page`,
    configFile: false,
    logLevel: 'error',
    cacheDir: `${import.meta.dirname}/../../node_modules/.vite-scenes`,
    plugins: [pictures],
    optimizeDeps: { include: ['three'] },
    server: {
      host: '127.0.0.1',
      port: 0,
      hmr: false,
      watch: null,
      fs: { allow: [`${import.meta.dirname}/../..`] },
    },
  });
  await server.listen();
  return server;
}

async function openPage(browser: Browser, server: ViteDevServer): Promise<Page> {
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') process.stderr.write(`page: ${message.text()}\n`);
  });
  page.on('pageerror', (error) => process.stderr.write(`page: ${error.message}\n`));
  const address = server.httpServer!.address();
  if (!server.httpServer!.listening) await once(server.httpServer!, 'listening');
  const port = typeof address === 'object' && address ? address.port : 0;
  await page.goto(`http://127.0.0.1:${port}/`);
  return page;
}
