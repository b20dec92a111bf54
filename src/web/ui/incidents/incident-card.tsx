import { useEffect, useState } from 'preact/hooks';
import type { Incident } from '../../api/contract.ts';
import { serverNow } from '../link/api.ts';
import { clockTime, duration, words } from '../words/words.ts';

interface IncidentCardProps {
  readonly incident: Incident;
  readonly chosen: boolean;
  readonly choose: () => void;
  readonly open: () => void;
  readonly show: () => void;
  readonly acknowledge: () => void;
}

export function IncidentCard({ incident, chosen, choose, open, show, acknowledge }: IncidentCardProps) {
  const w = words();
  const state = incident.state === 'open' ? '' : incident.state;
  return (
    <article
      class={`incident ${incident.severity} ${state} ${chosen ? 'chosen' : ''}`}
      onClick={choose}
      onDblClick={open}
    >
      <button type="button" class="plain picture" onClick={open}>
        <Snapshot incident={incident} />
      </button>
      <div>
        <h3>{w.kinds[incident.kind] ?? incident.kind}</h3>
        <p class="where">{incident.cameraName}</p>
        <p class="when">
          {clockTime(incident.onsetAt)} · <Lasting incident={incident} />
        </p>
        <p class="acts">
          {incident.acknowledged === undefined ? (
            <button type="button" onClick={acknowledge}>
              {w.incidents.acknowledge}
            </button>
          ) : (
            <small>{w.incidents.acknowledgedBy(incident.acknowledged.by)}</small>
          )}
          <button type="button" onClick={show}>
            {w.incidents.show}
          </button>
        </p>
      </div>
    </article>
  );
}

export function Snapshot({ incident }: { readonly incident: Incident }) {
  const w = words().incidents;
  const state = incident.evidence.snapshot;
  if (state !== 'ready') return <span class="no-picture">{w[state as 'pending']}</span>;
  return (
    <img
      src={`/api/incidents/${encodeURIComponent(incident.id)}/snapshot.jpg`}
      alt={w.snapshot}
      loading="lazy"
    />
  );
}

export function Lasting({ incident }: { readonly incident: Incident }) {
  const [now, setNow] = useState(serverNow());
  const over = incident.clearedAt;
  useEffect(() => {
    if (over !== undefined) return;
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, [over]);
  const w = words();
  const lasted = duration((over === undefined ? now : Date.parse(over)) - Date.parse(incident.onsetAt));
  if (over === undefined) return <span>{lasted}</span>;
  return (
    <span>
      {w.incidentStates[incident.state]} · {w.incidents.lasted(lasted)}
    </span>
  );
}
