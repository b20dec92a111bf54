import { z } from 'zod';
import { instant } from './values.ts';

export const role = z.enum(['administrator', 'operator', 'viewer']);
export const scope = z.enum(['read', 'operate', 'administer', 'metrics']);

export const signIn = z.strictObject({
  user: z.string().min(1).max(100),
  password: z.string().min(1).max(1000),
});

/** The same secret is in the cookie; `token` is for programs that send `Authorization: Bearer`. */
export const signedIn = z
  .object({ user: z.string(), role, token: z.string(), expiresAt: instant })
  .meta({ id: 'SignedIn' });

export const session = z
  .object({
    kind: z.enum(['session', 'token']),
    name: z.string(),
    role: role.optional(),
    scope: scope.optional(),
    expiresAt: instant.optional(),
    may: z.array(z.enum(['view', 'operate', 'configure', 'manage-tokens', 'read-metrics'])),
  })
  .meta({ id: 'Session' });

export const newPassword = z.strictObject({
  current: z.string().min(1).max(1000),
  next: z.string().min(10).max(1000),
});

export const newToken = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scope,
  /** Absent: until it is removed. */
  expiresInDays: z.number().int().min(1).max(3650).optional(),
});

export const token = z
  .object({
    id: z.string(),
    name: z.string(),
    scope,
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant.optional(),
    lastUsedAt: instant.optional(),
  })
  .meta({ id: 'Token' });

export const tokens = z.object({ tokens: z.array(token) });

export const shownToken = z
  .object({ token, secret: z.string().meta({ description: 'shown this once' }) })
  .meta({ id: 'ShownToken' });
