import { signal } from '@preact/signals';
import type { Incident } from '../../api/contract.ts';
import { post } from '../link/api.ts';
import { opened } from '../shell/app.tsx';
import { incidents, takeIncident } from '../shell/city.ts';
import { useKeys } from '../shell/keys.ts';
import { words } from '../words/words.ts';
import { IncidentCard } from './incident-card.tsx';

const chosen = signal<string | undefined>(undefined);

/** What is happening now: updates by itself, newest first. */
export function IncidentPanel({ show }: { readonly show: (camera: string) => void }) {
  const list = incidents.value;
  const at = Math.max(
    0,
    list.findIndex(({ id }) => id === chosen.value),
  );
  const current: Incident | undefined = list[at];
  const move = (by: number): void => {
    chosen.value = list[Math.min(list.length - 1, Math.max(0, at + by))]?.id;
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    a: () => void acknowledge(current),
    s: () => current !== undefined && show(current.camera),
    o: () => {
      opened.value = current?.id;
    },
  });
  const w = words();
  return (
    <aside class="incident-panel" aria-label={w.shell.incidents}>
      <h2>{w.shell.incidents}</h2>
      {list.length === 0 && <p class="nothing">{w.incidents.none}</p>}
      <ul aria-live="polite">
        {list.map((incident) => (
          <li key={incident.id}>
            <IncidentCard
              incident={incident}
              chosen={incident.id === current?.id}
              choose={() => (chosen.value = incident.id)}
              open={() => (opened.value = incident.id)}
              show={() => show(incident.camera)}
              acknowledge={() => void acknowledge(incident)}
            />
          </li>
        ))}
      </ul>
    </aside>
  );
}

async function acknowledge(incident: Incident | undefined): Promise<void> {
  if (incident === undefined || incident.acknowledged !== undefined) return;
  takeIncident(await post<Incident>(`/api/incidents/${encodeURIComponent(incident.id)}/acknowledge`));
}
