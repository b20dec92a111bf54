import type { Problem } from '../../api/contract.ts';

/** An answer that is not a success; `problem` is the server's own words. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.detail ?? problem?.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

let signedOut: () => void = () => {};

/** Called when the server no longer knows who asks. */
export function onSignedOut(tell: () => void): void {
  signedOut = tell;
}

/** Server's clock minus this one's, in milliseconds: ages are told by the clock that stamped the pictures. */
let clockOffsetMs = 0;

export function serverNow(): number {
  return Date.now() + clockOffsetMs;
}

export function noteServerTime(server: number, sentAt: number, gotAt: number): void {
  clockOffsetMs = server - (sentAt + gotAt) / 2;
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export async function get<T>(path: string, query: Query = {}): Promise<T> {
  return await ask<T>('GET', path + searchOf(query));
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  return await ask<T>('POST', path, body);
}

export async function remove(path: string): Promise<void> {
  await ask('DELETE', path);
}

function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== '') search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.status === 401 && path !== '/api/session') signedOut();
  if (!response.ok) throw new RequestFailed(response.status, await problemOf(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function problemOf(response: Response): Promise<Problem | undefined> {
  return await response.json().catch(() => undefined);
}
