import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Outage } from '../../api/contract.ts';
import { serverNow } from '../link/api.ts';
import { cameras, domains, status } from '../shell/city.ts';
import { useKeys } from '../shell/keys.ts';
import { dateTime, duration, words } from '../words/words.ts';

const search = signal('');
const domain = signal('');
const state = signal('');
const analysedOnly = signal(false);

/** Rows drawn at once; more would be scrolled past anyway, and searching is quicker. */
const MOST_ROWS = 300;

export function CameraList({ show }: { readonly show: (camera: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.focus() });
  const w = words();
  const wanted = plain(search.value).split(/\s+/).filter(Boolean);
  const found = [...cameras.value.values()].filter(
    (camera) =>
      (domain.value === '' || camera.domain === domain.value) &&
      (state.value === '' || camera.state === state.value) &&
      (!analysedOnly.value || camera.analysed) &&
      wanted.every((word) => plain(`${camera.id} ${camera.name}`).includes(word)),
  );
  const states = [...new Set([...cameras.value.values()].map((camera) => camera.state))].sort();
  return (
    <aside class="camera-list" aria-label={w.shell.cameras}>
      <Outages outages={status.value?.outages ?? []} />
      <input
        ref={field}
        type="search"
        placeholder={w.cameras.search}
        value={search.value}
        onInput={(event) => (search.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key === 'Enter' && found[0] !== undefined) show(found[0].id);
        }}
      />
      <div class="filters">
        <select value={domain.value} onChange={(event) => (domain.value = event.currentTarget.value)}>
          <option value="">{w.cameras.allDomains}</option>
          {domains.value.map(({ id, name, total }) => (
            <option key={id} value={id}>
              {name} ({total})
            </option>
          ))}
        </select>
        <select value={state.value} onChange={(event) => (state.value = event.currentTarget.value)}>
          <option value="">{w.cameras.allStates}</option>
          {states.map((one) => (
            <option key={one} value={one}>
              {w.states[one] ?? one}
            </option>
          ))}
        </select>
        <label>
          <input
            type="checkbox"
            checked={analysedOnly.value}
            onChange={(event) => (analysedOnly.value = event.currentTarget.checked)}
          />
          {w.cameras.analysed}
        </label>
      </div>
      <p class="count">{found.length === 0 ? w.cameras.none : w.cameras.found(found.length)}</p>
      <ul>
        {found.slice(0, MOST_ROWS).map(({ id, name, state: now, reason, analysed }) => (
          <li key={id}>
            <button type="button" class="plain" title={reason} onClick={() => show(id)}>
              <span class={`dot ${now}`} />
              <span class="name">{name}</span>
              {analysed && <span class="note">◉</span>}
              <small>{id}</small>
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}

/** Those that stand, in one line; all of them and their beginnings under the pointer. */
function Outages({ outages }: { readonly outages: readonly Outage[] }) {
  if (outages.length === 0) return null;
  const w = words().cameras;
  const lines = outages
    .toSorted((one, other) => other.down - one.down)
    .map(({ scope, name, down, cameras: of, since }) => {
      const called = domains.value.find(({ id }) => scope === 'domain' && id === name)?.name ?? name;
      const lasting = duration(Math.max(0, serverNow() - Date.parse(since)));
      return { text: w.outage(w.scopes[scope], called, down, of, lasting), since: dateTime(since) };
    });
  return (
    <p class="outages" role="status" title={lines.map(({ text, since }) => `${text} (${since})`).join('\n')}>
      {lines.map(({ text }) => text).join(' · ')}
    </p>
  );
}

/** Without marks and capitals, so that `nga tu ao ca` finds `Ngã tư Ao Cá`. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D').toLowerCase();
}
