/** The real program in a process of its own, on a folder of its own, and an operator's hands on it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WebSocket } from 'ws';
import { readWallFrame, type WallFrame } from '../../src/preview/wall-frame.ts';

const PASSWORD = 'a-test-password';
const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

export interface Running {
  readonly url: string;
  readonly folder: string;
  readonly process: ChildProcess;
  /** What it has written so far, both streams. */
  output(): string;
  get<T>(path: string): Promise<T>;
  raw(path: string, options?: RequestInit): Promise<Response>;
  post<T>(path: string, body?: unknown): Promise<T>;
  socket(path: string): WebSocket;
  /** SIGTERM, or as told; resolves with the exit code when it has gone. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A folder with this `streams.yaml`; files it names must be absolute. */
export async function testFolder(yaml: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ngatu-e2e-'));
  await writeFile(join(folder, 'streams.yaml'), yaml);
  return folder;
}

export async function startProgram(folder: string, words: readonly string[] = []): Promise<Running> {
  const child = spawn(
    process.execPath,
    [
      MAIN,
      'serve',
      '--config',
      join(folder, 'streams.yaml'),
      '--data',
      join(folder, 'data'),
      '--port',
      '0',
      ...words,
    ],
    { env: { ...process.env, NGATU_ADMIN_PASSWORD: PASSWORD }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const url = await until(
    () => /Ngatu is at (\S+)/.exec(output)?.[1],
    60_000,
    () => output,
  );
  const signedIn = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user: 'admin', password: PASSWORD }),
  });
  const { token } = (await signedIn.json()) as { token: string };
  const headers = { Authorization: `Bearer ${token}` };
  const raw = (path: string, options: RequestInit = {}) =>
    fetch(url + path, { ...options, headers: { ...headers, ...options.headers } });
  return {
    url,
    folder,
    process: child,
    output: () => output,
    raw,
    get: async <T>(path: string) => (await (await raw(path)).json()) as T,
    post: async <T>(path: string, body: unknown = {}) =>
      (await (
        await raw(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json()) as T,
    socket: (path) => new WebSocket(url.replace('http', 'ws') + path, { headers }),
    async end(signal = 'SIGTERM') {
      if (child.exitCode !== null) return child.exitCode;
      const gone = once(child, 'exit');
      child.kill(signal);
      const [code] = (await gone) as [number | null];
      return code;
    },
  };
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Asks again and again; fails with `why` when it takes too long. */
export async function until<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  mostMs: number,
  why: () => string = () => '',
): Promise<T> {
  const end = performance.now() + mostMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${mostMs} ms: ${ask}\n${why()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Everything that one wall socket was sent. */
export interface WatchedWall {
  readonly frames: WallFrame[];
  readonly messages: Record<string, unknown>[];
  send(request: unknown): void;
  close(): void;
}

export async function openWall(program: Running): Promise<WatchedWall> {
  const socket = program.socket('/api/wall');
  socket.binaryType = 'arraybuffer';
  const frames: WallFrame[] = [];
  const messages: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer | ArrayBuffer, isBinary: boolean) => {
    if (!isBinary) return void messages.push(JSON.parse(Buffer.from(data as ArrayBuffer).toString()));
    const frame = readWallFrame(data as ArrayBuffer);
    if (frame !== undefined) frames.push(frame);
  });
  await once(socket, 'open');
  return {
    frames,
    messages,
    send: (request) => socket.send(JSON.stringify(request)),
    close: () => socket.close(),
  };
}
