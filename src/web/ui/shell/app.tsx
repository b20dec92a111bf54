import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { HistoryPage } from '../incidents/history-page.tsx';
import { IncidentDialog } from '../incidents/incident-dialog.tsx';
import { WallPage } from '../wall/wall-page.tsx';
import { language, setLanguage, words } from '../words/words.ts';
import { followCity } from './city.ts';
import { HelpDialog } from './help-dialog.tsx';
import { useKeys } from './keys.ts';
import { findSession, session } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { TopBar } from './top-bar.tsx';

export const page = signal<'wall' | 'history'>('wall');
/** The incident whose dialog is open. */
export const opened = signal<string | undefined>(undefined);
const help = signal(false);

export function App() {
  useEffect(() => {
    document.documentElement.lang = language.value;
    void findSession();
  }, []);
  if (session.value === undefined) return null;
  return session.value === null ? <SignIn /> : <Console />;
}

function Console() {
  useEffect(followCity, []);
  useKeys({
    w: () => (page.value = 'wall'),
    h: () => (page.value = 'history'),
    n: () => setLanguage(language.value === 'vi' ? 'en' : 'vi'),
    '?': () => (help.value = !help.value),
    Escape: () => {
      help.value = false;
      opened.value = undefined;
    },
  });
  document.title = `${words().shell[page.value]} – Ngatu`;
  return (
    <div class="console">
      <TopBar page={page.value} go={(to) => (page.value = to)} help={() => (help.value = true)} />
      {page.value === 'wall' ? <WallPage /> : <HistoryPage />}
      {opened.value !== undefined && (
        <IncidentDialog id={opened.value} close={() => (opened.value = undefined)} />
      )}
      {help.value && <HelpDialog close={() => (help.value = false)} />}
    </div>
  );
}
