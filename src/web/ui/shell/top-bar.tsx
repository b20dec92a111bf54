import { useEffect, useState } from 'preact/hooks';
import { serverNow } from '../link/api.ts';
import { clockTime, duration, language, setLanguage, words } from '../words/words.ts';
import { connected, openIncidents, status } from './city.ts';
import { session, signOut } from './session.ts';

interface TopBarProps {
  readonly page: 'wall' | 'history';
  readonly go: (page: 'wall' | 'history') => void;
  readonly help: () => void;
}

export function TopBar({ page, go, help }: TopBarProps) {
  const w = words().shell;
  const now = status.value;
  const live = now?.cameras.byState.live ?? 0;
  const down = (now?.cameras.total ?? 0) - live;
  return (
    <header class="top">
      <strong class="site">{now?.site ?? 'Ngatu'}</strong>
      <nav>
        {(['wall', 'history'] as const).map((one) => (
          <button
            type="button"
            key={one}
            class={page === one ? 'chosen' : ''}
            aria-pressed={page === one}
            onClick={() => go(one)}
          >
            {w[one]}
          </button>
        ))}
      </nav>
      {now !== undefined && (
        <div class="figures">
          <span class="good">
            {live} {w.live}
          </span>
          {down > 0 && (
            <span class="bad">
              {down} {w.down}
            </span>
          )}
          <span class={openIncidents.value.length > 0 ? 'alarm' : ''}>
            {openIncidents.value.length} {w.incidents.toLowerCase()}
          </span>
          {now.lag.analysisP95Ms !== undefined && (
            <span title="p95">
              {w.lag} {duration(now.lag.analysisP95Ms)}
            </span>
          )}
        </div>
      )}
      {!connected.value && now !== undefined && (
        <span class="offline" role="alert">
          {w.offline}
        </span>
      )}
      <span class="rest" />
      <Clock />
      <button type="button" class="plain" onClick={() => setLanguage(language.value === 'vi' ? 'en' : 'vi')}>
        {language.value === 'vi' ? 'EN' : 'VI'}
      </button>
      <button type="button" class="plain" onClick={help} title={w.keys}>
        ?
      </button>
      <button type="button" class="plain" onClick={() => void signOut()}>
        {session.value?.name} · {w.signOut}
      </button>
    </header>
  );
}

function Clock() {
  const [now, setNow] = useState(serverNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <time>{clockTime(now)}</time>;
}
