import { randomBytes } from 'node:crypto';
import type { History } from '#store';

export const ADMINISTRATOR = 'admin';

/**
 * Makes the first user of a new data folder. The password comes from NGATU_ADMIN_PASSWORD; otherwise it is made up and
 * returned, to be shown once. A password that is set there later replaces the one before.
 */
export async function ensureAdministrator(
  people: History['people'],
  password: string | undefined,
): Promise<string | undefined> {
  const known = (await people.users()).some(({ name }) => name === ADMINISTRATOR);
  if (password !== undefined && password !== '') {
    const same = known && (await people.checkPassword(ADMINISTRATOR, password)) !== undefined;
    if (!same) await people.putUser({ name: ADMINISTRATOR, password, role: 'administrator' });
    return undefined;
  }
  if (known) return undefined;
  const made = randomBytes(12).toString('base64url');
  await people.putUser({ name: ADMINISTRATOR, password: made, role: 'administrator' });
  return made;
}
