import { once } from 'node:events';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createServer, type Plugin, type ViteDevServer } from 'vite';
import type { PageStage } from './page/main.ts';
import type { Setting } from './page/setting.ts';
import type { TrueBox } from './page/truth/witness.ts';
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
  shoot(moment: Moment): Promise<Shot>;
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
    async shoot(moment) {
      const boxes = await page.evaluate((next) => window.scenes!.draw(next), moment);
      return { pixels: inbox.take(), boxes };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The picture that the page posted last. */
class Inbox {
  #picture: Buffer | undefined;

  put(picture: Buffer): void {
    this.#picture = picture;
  }

  take(): Buffer {
    const picture = this.#picture;
    if (!picture) throw new Error('The page answered a draw without posting its picture to /picture');
    this.#picture = undefined;
    return picture;
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
