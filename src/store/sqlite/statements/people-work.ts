import type { EpochMs } from '#base';
import type { Identity, Role, Scope, Token, User } from '../../people.ts';
import { type ReadContext, type WriteContext, whole } from './context.ts';

export async function listUsers({ db }: ReadContext): Promise<User[]> {
  const rows = await db.selectFrom('users').selectAll().orderBy('name').execute();
  return rows.map(({ name, role, created_at }) => ({ name, role: role as Role, createdAt: created_at }));
}

/** With the password's hash, for the face to compare. */
export async function findUser(
  { db }: ReadContext,
  name: string,
): Promise<(User & { readonly password: string }) | undefined> {
  const row = await db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst();
  return row && { name, role: row.role as Role, createdAt: row.created_at, password: row.password };
}

export async function putUser(
  { db }: WriteContext,
  { name, role, password, at }: { name: string; role: Role; password: string; at: EpochMs },
): Promise<User> {
  const { created_at } = await db
    .insertInto('users')
    .values({ name, role, password, created_at: whole(at) })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ role, password }))
    .returning('created_at')
    .executeTakeFirstOrThrow();
  await db.deleteFrom('sessions').where('user', '=', name).execute();
  return { name, role, createdAt: created_at };
}

export async function removeUser({ db }: WriteContext, name: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('users').where('name', '=', name).executeTakeFirst();
  await db.deleteFrom('sessions').where('user', '=', name).execute();
  return numDeletedRows > 0n;
}

interface SessionTimes {
  readonly at: EpochMs;
  readonly expiresAt: EpochMs;
}

export async function openSession(
  { db }: WriteContext,
  { hash, user, at, expiresAt }: { hash: string; user: string } & SessionTimes,
): Promise<void> {
  const times = { created_at: whole(at), seen_at: whole(at), expires_at: whole(expiresAt) };
  await db
    .insertInto('sessions')
    .values({ hash, user, ...times })
    .execute();
}

export async function extendSession(
  { db }: WriteContext,
  { hash, at, expiresAt }: { hash: string } & SessionTimes,
): Promise<void> {
  const times = { seen_at: whole(at), expires_at: whole(expiresAt) };
  await db.updateTable('sessions').set(times).where('hash', '=', hash).execute();
}

export async function closeSession({ db }: WriteContext, hash: string): Promise<void> {
  await db.deleteFrom('sessions').where('hash', '=', hash).execute();
}

export async function useToken({ db }: WriteContext, { id, at }: { id: string; at: EpochMs }): Promise<void> {
  await db
    .updateTable('tokens')
    .set({ used_at: whole(at) })
    .where('id', '=', id)
    .execute();
}

/** `usedAt`: when this secret was last written down as used, for the face to decide whether that is old. */
export type Found = Identity & { readonly usedAt: EpochMs | undefined; readonly createdAt: EpochMs };

export async function findSecret(
  { db }: ReadContext,
  { hash, at }: { hash: string; at: EpochMs },
): Promise<Found | undefined> {
  const session = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.name', 'sessions.user')
    .select(['sessions.user', 'users.role', 'expires_at', 'seen_at', 'sessions.created_at'])
    .where('hash', '=', hash)
    .where('expires_at', '>', at)
    .executeTakeFirst();
  if (session !== undefined)
    return {
      kind: 'session',
      user: session.user,
      role: session.role as Role,
      expiresAt: session.expires_at,
      usedAt: session.seen_at,
      createdAt: session.created_at,
    };
  const token = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
  if (token === undefined || (token.expires_at !== null && token.expires_at <= at)) return undefined;
  return {
    kind: 'token',
    id: token.id,
    name: token.name,
    scope: token.scope as Scope,
    usedAt: token.used_at ?? undefined,
    createdAt: token.created_at,
  };
}

export async function listTokens({ db }: ReadContext): Promise<Token[]> {
  const rows = await db.selectFrom('tokens').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scope: row.scope as Scope,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.used_at ?? undefined,
  }));
}

export async function addToken(
  { db }: WriteContext,
  { token, hash }: { token: Token; hash: string },
): Promise<void> {
  await db
    .insertInto('tokens')
    .values({
      id: token.id,
      hash,
      name: token.name,
      scope: token.scope,
      created_by: token.createdBy,
      created_at: whole(token.createdAt),
      expires_at: token.expiresAt === undefined ? null : whole(token.expiresAt),
      used_at: null,
    })
    .execute();
}

export async function removeToken({ db }: WriteContext, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('tokens').where('id', '=', id).executeTakeFirst();
  return numDeletedRows > 0n;
}
