import { randomBytes } from 'node:crypto';
import type { Clock } from '#base';
import type { Identity, People } from '../people.ts';
import { hashPassword, hashSecret, newSecret, passwordMatches } from '../secrets.ts';
import type { Reader } from './reader-pool.ts';
import type { WriteQueue } from './write-queue.ts';

const HOUR_MS = 3_600_000;
/** A session ends this long after its last use, so that a shift of eight hours is one sign-in… */
const SESSION_MS = 12 * HOUR_MS;
/** …and at the latest this long after it began. */
const LONGEST_SESSION_MS = 7 * 24 * HOUR_MS;
/** Use is written down at most this often. */
const TOUCH_MS = 60_000;

const ASKED = { kind: 'asked', share: 1 } as const;

interface PeopleDeps {
  readonly clock: Clock;
  readonly queue: WriteQueue;
  readonly reader: Reader;
}

/** Hashing is done here, in the thread pool, so that neither the serving thread nor the database waits for it. */
export function createPeople({ clock, queue, reader }: PeopleDeps): People {
  return {
    users: () => reader.quick('listUsers', undefined),
    async putUser({ name, password, role }) {
      const hash = await hashPassword(password);
      return await queue.write('putUser', { name, role, password: hash, at: clock.now() }, ASKED);
    },
    removeUser: (name) => queue.write('removeUser', name, ASKED),
    async checkPassword(name, password) {
      const found = await reader.quick('findUser', name);
      if (!(await passwordMatches(password, found?.password)) || found === undefined) return undefined;
      return { name: found.name, role: found.role, createdAt: found.createdAt };
    },
    async openSession(user) {
      const secret = newSecret('session');
      const at = clock.now();
      const expiresAt = Math.round(at + SESSION_MS);
      await queue.write('openSession', { hash: hashSecret(secret), user: user.name, at, expiresAt }, ASKED);
      return { secret, expiresAt };
    },
    identify: (secret) => identify({ clock, queue, reader }, secret),
    closeSession: (secret) => queue.write('closeSession', hashSecret(secret), ASKED),
    tokens: () => reader.quick('listTokens', undefined),
    async addToken({ name, scope, createdBy, expiresAt }) {
      const secret = newSecret('token');
      const id = randomBytes(8).toString('hex');
      const token = { id, name, scope, createdBy, createdAt: Math.round(clock.now()), expiresAt };
      await queue.write(
        'addToken',
        { token: { ...token, lastUsedAt: undefined }, hash: hashSecret(secret) },
        ASKED,
      );
      return { secret, token: { ...token, lastUsedAt: undefined } };
    },
    removeToken: (id) => queue.write('removeToken', id, ASKED),
  };
}

async function identify({ clock, queue, reader }: PeopleDeps, secret: string): Promise<Identity | undefined> {
  const hash = hashSecret(secret);
  const at = clock.now();
  const found = await reader.quick('findSecret', { hash, at });
  if (found === undefined) return undefined;
  const touch = at - (found.usedAt ?? 0) > TOUCH_MS;
  const { usedAt: _used, createdAt, ...identity } = found;
  if (identity.kind === 'token') {
    if (touch) unheeded(queue.write('useToken', { id: identity.id, at }, { kind: 'asked', share: 0.5 }));
    return identity;
  }
  if (!touch) return identity;
  const expiresAt = Math.round(Math.min(at + SESSION_MS, createdAt + LONGEST_SESSION_MS));
  unheeded(queue.write('extendSession', { hash, at, expiresAt }, { kind: 'asked', share: 0.5 }));
  return { ...identity, expiresAt };
}

/** Whether use is written down decides nothing now: while the disk fails, people still get in. */
function unheeded(write: Promise<unknown>): void {
  write.catch(() => undefined);
}
