import { describe, expect, it } from 'vitest';
import { DAY, HOUR, T, type World } from './world.ts';

export function describePeople(w: World): void {
  describe('people', () => {
    w.shared();
    it('knows a user by password, whatever the Unicode form', async () => {
      const { people } = w.history;
      await people.putUser({
        name: 'lan',
        password: 'mật khẩu dài'.normalize('NFD'),
        role: 'administrator',
      });
      expect(await people.checkPassword('lan', 'mật khẩu dài'.normalize('NFC'))).toMatchObject({
        name: 'lan',
        role: 'administrator',
      });
      expect(await people.checkPassword('lan', 'falsch')).toBeUndefined();
      expect(await people.checkPassword('minh', 'mật khẩu dài')).toBeUndefined();
      expect(await people.users()).toEqual([{ name: 'lan', role: 'administrator', createdAt: T }]);
    });

    it('opens sessions, extends them in use, ends them by age, sign-out, password and removal', async () => {
      const { people } = w.history;
      const lan = await people.putUser({ name: 'lan', password: 'one', role: 'administrator' });
      const { secret } = await people.openSession(lan);
      expect(await people.identify(secret)).toMatchObject({ kind: 'session', user: 'lan' });
      expect(await people.identify(`${secret}x`)).toBeUndefined();
      w.clock.set(T + 11 * HOUR);
      await people.identify(secret);
      await people.users();
      w.clock.set(T + 20 * HOUR);
      await expect.poll(() => people.identify(secret), { timeout: 20_000 }).toMatchObject({ user: 'lan' });
      w.clock.set(T + 40 * HOUR);
      expect(await people.identify(secret)).toBeUndefined();
      const again = await people.openSession(lan);
      await people.closeSession(again.secret);
      expect(await people.identify(again.secret)).toBeUndefined();
      const third = await people.openSession(lan);
      await people.putUser({ name: 'lan', password: 'two', role: 'administrator' });
      expect(await people.identify(third.secret)).toBeUndefined();
      const fourth = await people.openSession(lan);
      expect(await people.removeUser('lan')).toBe(true);
      expect(await people.removeUser('lan')).toBe(false);
      expect(await people.identify(fourth.secret)).toBeUndefined();
    });

    it('gives out tokens that end when removed or too old', async () => {
      const { people } = w.history;
      const wanted = { name: 'scada', scope: 'read', createdBy: 'lan', expiresAt: T + DAY } as const;
      const { secret, token } = await people.addToken(wanted);
      expect(await people.identify(secret)).toEqual({
        kind: 'token',
        id: token.id,
        name: 'scada',
        scope: 'read',
      });
      await expect.poll(async () => (await people.tokens())[0]?.lastUsedAt, { timeout: 20_000 }).toBe(T);
      expect(JSON.stringify(await people.tokens())).not.toContain(secret);
      w.clock.set(T + DAY);
      expect(await people.identify(secret)).toBeUndefined();
      const second = await people.addToken({ ...wanted, expiresAt: undefined });
      expect(await people.removeToken(second.token.id)).toBe(true);
      expect(await people.removeToken(second.token.id)).toBe(false);
      expect(await people.identify(second.secret)).toBeUndefined();
    });
  });
}
