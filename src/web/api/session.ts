import { rightsOf } from '../access.ts';
import { endedCookie, sessionCookie } from '../credentials.ts';
import type { WebDeps } from '../deps.ts';
import { Refusal } from '../refusal.ts';
import { SignInThrottle } from '../sign-in-throttle.ts';
import type { OpenSockets } from '../sockets/open-sockets.ts';
import * as contract from './contract/access.ts';
import { type Call, jsonRoute, plainRoute, type Route } from './route.ts';

/** So many passwords are tried at once; hashing them takes the thread pool that files and DNS need too. */
const AT_ONCE = 2;
const MOST_WAITING = 20;

export function sessionRoutes({ clock, history, log }: WebDeps, sockets: OpenSockets): readonly Route[] {
  const throttle = new SignInThrottle(clock);
  const inTurn = takeTurns(AT_ONCE, MOST_WAITING);

  async function tried(user: string, password: string, { address }: Pick<Call, 'address'>) {
    const waitMs = throttle.waitMs(user, address);
    if (waitMs > 0) throw tooMany(waitMs);
    const found = await inTurn(() => history.people.checkPassword(user, password));
    if (found !== undefined) {
      throttle.succeeded(user, address);
      return found;
    }
    throttle.failed(user, address);
    log.warn({ user: user.slice(0, 100), address }, 'a sign-in was refused');
    throw new Refusal(401, 'wrong-password', 'User or password is wrong.');
  }

  return [
    jsonRoute('POST /api/session', 'nobody', {
      summary: 'Sign in. Sets a cookie for browsers; the token is the same secret for programs.',
      body: contract.signIn,
      answer: contract.signedIn,
      status: 201,
      async handle(call) {
        const { user, password } = call.body;
        const found = await tried(user, password, call);
        const { secret, expiresAt } = await history.people.openSession(found);
        log.info({ user: found.name, address: call.address }, 'signed in');
        call.header('Set-Cookie', sessionCookie(secret, expiresAt, call.secure));
        call.header('Cache-Control', 'no-store');
        return { user: found.name, role: found.role, token: secret, expiresAt };
      },
    }),
    jsonRoute('GET /api/session', 'signed-in', {
      summary: 'Who you are and what you may do.',
      answer: contract.session,
      async handle({ caller }) {
        const { identity } = caller;
        const may = rightsOf(caller);
        if (identity.kind === 'token') return { ...identity, may };
        return { ...identity, name: identity.user, may };
      },
    }),
    plainRoute('DELETE /api/session', 'signed-in', {
      summary: 'Sign out. Ends the session’s sockets too.',
      answer: { kind: 'empty' },
      async handle(call) {
        if (call.caller.identity.kind === 'session') await history.people.closeSession(call.caller.secret);
        sockets.recheck();
        call.header('Set-Cookie', endedCookie(call.secure));
        return { kind: 'empty' };
      },
    }),
    plainRoute('PUT /api/session/password', 'signed-in', {
      summary: 'Change your password. Ends all your sessions, this one too.',
      body: contract.newPassword,
      answer: { kind: 'empty' },
      async handle(call) {
        const { identity } = call.caller;
        if (identity.kind !== 'session') throw new Refusal(403, 'not-allowed', 'A token has no password.');
        const user = await tried(identity.user, call.body.current, call);
        await history.people.putUser({ name: user.name, role: user.role, password: call.body.next });
        sockets.recheck();
        log.info({ user: user.name }, 'changed the password');
        call.header('Set-Cookie', endedCookie(call.secure));
        return { kind: 'empty' };
      },
    }),
  ];
}

function tooMany(waitMs: number): Refusal {
  const seconds = Math.ceil(waitMs / 1000);
  return new Refusal(429, 'too-many-tries', 'Too many tries.', {
    detail: `Try again in ${seconds} s.`,
    headers: { 'Retry-After': String(seconds) },
  });
}

/** Runs at most `atOnce` at a time; more than `mostWaiting` behind them are sent away. */
function takeTurns(atOnce: number, mostWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (waiting.length >= mostWaiting) throw tooMany(2000);
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}
