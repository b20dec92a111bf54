import { signal } from '@preact/signals';
import type { Session, SignedIn } from '../../api/contract.ts';
import { get, onSignedOut, post, RequestFailed, remove } from '../link/api.ts';

/** Who is signed in; `undefined` while nobody knows yet, `null` for nobody. */
export const session = signal<Session | null | undefined>(undefined);

onSignedOut(() => {
  session.value = null;
});

export async function findSession(): Promise<void> {
  try {
    session.value = await get<Session>('/api/session');
  } catch (failure) {
    if (failure instanceof RequestFailed && failure.status === 401) session.value = null;
    else setTimeout(findSession, 2000);
  }
}

export async function signIn(user: string, password: string): Promise<void> {
  await post<SignedIn>('/api/session', { user, password });
  await findSession();
}

export async function signOut(): Promise<void> {
  await remove('/api/session').catch(() => {});
  session.value = null;
}
