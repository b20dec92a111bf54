import { useState } from 'preact/hooks';
import { RequestFailed } from '../link/api.ts';
import { words } from '../words/words.ts';
import { signIn } from './session.ts';

export function SignIn() {
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const w = words().signIn;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      await signIn(String(fields.get('user')), String(fields.get('password')));
    } catch (thrown) {
      const status = thrown instanceof RequestFailed ? thrown.status : 0;
      setFailure(status === 401 ? w.wrong : status === 429 ? w.busy : String(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <form onSubmit={submit}>
        <h1>Ngatu</h1>
        <label>
          {w.user}
          <input name="user" autocomplete="username" required autofocus />
        </label>
        <label>
          {w.password}
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <button type="submit" class="primary" disabled={busy}>
          {w.go}
        </button>
        <p class="failure" role="alert">
          {failure}
        </p>
      </form>
    </main>
  );
}
