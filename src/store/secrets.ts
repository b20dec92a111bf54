import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * Passwords as scrypt hashes with their parameters beside them, so that these can be raised later:
 * `scrypt$N$r$p$salt$hash`, base64url. 16 MiB and about 50 ms a try, in the thread pool.
 */
const COST = { N: 16_384, r: 8, p: 1 } as const;
const HASH_BYTES = 32;

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scrypt);

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password.normalize('NFC'), salt, HASH_BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** `stored` undefined, for a user who does not exist, takes as long and is never right. */
export async function passwordMatches(password: string, stored: string | undefined): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = (stored ?? '').split('$');
  const known = scheme === 'scrypt' && salt !== undefined && hash !== undefined;
  const cost = known ? { N: Number(N), r: Number(r), p: Number(p) } : COST;
  const wanted = known ? Buffer.from(hash, 'base64url') : randomBytes(HASH_BYTES);
  const found = await derive(
    password.normalize('NFC'),
    known ? Buffer.from(salt, 'base64url') : randomBytes(16),
    wanted.length,
    cost,
  );
  return timingSafeEqual(found, wanted) && known;
}

/** 256 random bits; the prefix says what it is when it turns up where it should not be. */
export function newSecret(kind: 'session' | 'token'): string {
  return `${kind === 'session' ? 'ngs' : 'ngt'}_${randomBytes(32).toString('base64url')}`;
}

/** Secrets are random, so a plain hash is enough to keep them useless in a stolen database. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
