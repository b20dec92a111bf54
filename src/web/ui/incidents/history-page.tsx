import { useEffect, useState } from 'preact/hooks';
import type { Incident, Incidents } from '../../api/contract.ts';
import { get, type Query } from '../link/api.ts';
import { opened } from '../shell/app.tsx';
import { cameras, domains } from '../shell/city.ts';
import { dateTime, words } from '../words/words.ts';
import { Lasting, Snapshot } from './incident-card.tsx';

const HOUR_MS = 3_600_000;
const PAGE = 50;

interface Filter {
  readonly from: string;
  readonly to: string;
  readonly camera: string;
  readonly domain: string;
  readonly kind: string;
  readonly state: string;
}

const since = (hours: number): Pick<Filter, 'from' | 'to'> => ({
  from: local(Date.now() - hours * HOUR_MS),
  to: '',
});

/** Questions about the past: by time, department, camera, kind and state. */
export function HistoryPage() {
  const [filter, setFilter] = useState<Filter>({ ...since(24), camera: '', domain: '', kind: '', state: '' });
  const [rows, setRows] = useState<readonly Incident[]>([]);
  const [next, setNext] = useState<string | undefined>(undefined);
  const [failure, setFailure] = useState('');
  const change = (part: Partial<Filter>): void => setFilter({ ...filter, ...part });
  const load = async (cursor: string | undefined): Promise<void> => {
    try {
      const page = await get<Incidents>('/api/incidents', { ...queryOf(filter), limit: PAGE, cursor });
      setRows((before) => (cursor === undefined ? page.incidents : [...before, ...page.incidents]));
      setNext(page.next);
      setFailure('');
    } catch (thrown) {
      setFailure(String(thrown));
    }
  };
  useEffect(() => void load(undefined), [filter]);
  const w = words();
  return (
    <main class="history">
      <Filters filter={filter} change={change} />
      <p class="failure" role="alert">
        {failure}
      </p>
      {rows.length === 0 && failure === '' && <p class="nothing">{w.history.none}</p>}
      <ul class="cards">
        {rows.map((incident) => (
          <li key={incident.id}>
            <button
              type="button"
              class={`plain card ${incident.severity}`}
              onClick={() => (opened.value = incident.id)}
            >
              <Snapshot incident={incident} />
              <strong>{w.kinds[incident.kind] ?? incident.kind}</strong>
              <span>{incident.cameraName}</span>
              <small>
                {dateTime(incident.onsetAt)} · <Lasting incident={incident} />
              </small>
              <small>{w.verdicts[incident.verdict?.verdict ?? 'unjudged']}</small>
            </button>
          </li>
        ))}
      </ul>
      {next !== undefined && (
        <button type="button" onClick={() => void load(next)}>
          {w.history.more}
        </button>
      )}
    </main>
  );
}

function Filters({
  filter,
  change,
}: {
  readonly filter: Filter;
  readonly change: (part: Partial<Filter>) => void;
}) {
  const w = words();
  const spans = [
    [w.history.lastHour, 1],
    [w.history.lastNight, 12],
    [w.history.lastDay, 24],
    [w.history.lastMonth, 720],
  ] as const;
  const choice = (key: 'kind' | 'state', options: Readonly<Record<string, string>>) => (
    <label>
      {w.history[key]}
      <select value={filter[key]} onChange={(event) => change({ [key]: event.currentTarget.value })}>
        <option value="">{w.history.all}</option>
        {Object.entries(options).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="filters">
      {spans.map(([label, hours]) => (
        <button type="button" key={hours} onClick={() => change(since(hours))}>
          {label}
        </button>
      ))}
      {(['from', 'to'] as const).map((key) => (
        <label key={key}>
          {w.history[key]}
          <input
            type="datetime-local"
            value={filter[key]}
            onChange={(event) => change({ [key]: event.currentTarget.value })}
          />
        </label>
      ))}
      <label>
        {w.shell.cameras}
        <input
          list="camera-names"
          value={filter.camera}
          onChange={(event) => change({ camera: event.currentTarget.value })}
        />
        <datalist id="camera-names">
          {[...cameras.value.values()]
            .filter(({ analysed }) => analysed)
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </datalist>
      </label>
      <label>
        {w.cameras.allDomains}
        <select value={filter.domain} onChange={(event) => change({ domain: event.currentTarget.value })}>
          <option value="">{w.history.all}</option>
          {domains.value.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {choice('kind', w.kinds)}
      {choice('state', w.incidentStates)}
    </div>
  );
}

function queryOf({ from, to, ...others }: Filter): Query {
  const instant = (text: string): string | undefined =>
    text === '' ? undefined : new Date(text).toISOString();
  return { from: instant(from), to: instant(to), ...others };
}

/** What `datetime-local` wants: this browser's time without a zone. */
function local(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
