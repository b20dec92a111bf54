import { useEffect, useState } from 'preact/hooks';
import type { Incident, IncidentDetail } from '../../api/contract.ts';
import { get, post, RequestFailed } from '../link/api.ts';
import { opened } from '../shell/app.tsx';
import { incidents, takeIncident } from '../shell/city.ts';
import { Dialog } from '../shell/dialog.tsx';
import { clockTime, dateTime, words } from '../words/words.ts';
import { Lasting, Snapshot } from './incident-card.tsx';

/** Everything about one incident: pictures, clip, what was done about it, and what may be done. */
export function IncidentDialog({ id, close }: { readonly id: string; readonly close: () => void }) {
  const [incident, setIncident] = useState<IncidentDetail | undefined>(undefined);
  const [failure, setFailure] = useState('');
  const path = `/api/incidents/${encodeURIComponent(id)}`;
  const sequence = incidents.value.find((one) => one.id === id)?.sequence;
  const load = (): void => {
    get<IncidentDetail>(path).then(setIncident, (thrown: unknown) => setFailure(String(thrown)));
  };
  // Again whenever the events socket says that it has changed.
  useEffect(load, [path, sequence]);
  const act = async (what: string, body: unknown = {}): Promise<void> => {
    try {
      setFailure('');
      takeIncident(await post<Incident>(`${path}/${what}`, body));
      load();
    } catch (thrown) {
      setFailure(`${words().failed}: ${thrown instanceof RequestFailed ? thrown.message : String(thrown)}`);
    }
  };
  const w = words();
  if (incident === undefined) return <Dialog title={failure || '…'} close={close} children={null} />;
  return (
    <Dialog title={`${w.kinds[incident.kind]} – ${incident.cameraName}`} close={close} wide>
      <div class="incident-detail">
        <div class="evidence">
          <Clip incident={incident} path={path} />
          <Snapshot incident={incident} />
          <SecondLook incident={incident} path={path} />
        </div>
        <div class="facts">
          <Facts incident={incident} />
          <Neighbours incident={incident} />
          <Acts incident={incident} act={act} />
          <p class="failure" role="alert">
            {failure}
          </p>
          <Timeline incident={incident} />
        </div>
      </div>
    </Dialog>
  );
}

function Clip({ incident, path }: { readonly incident: IncidentDetail; readonly path: string }) {
  const w = words().incidents;
  const state = incident.evidence.clip;
  if (state !== 'ready')
    return (
      <p class="no-picture">
        {w.clip}: {w[state as 'pending']}
      </p>
    );
  // A clip is written anew when the incident is over: the sequence makes the browser fetch that one.
  return (
    <video controls muted autoplay loop src={`${path}/evidence.mp4?v=${incident.sequence}`}>
      <track kind="captions" />
    </video>
  );
}

/** Nothing where none was taken. */
function SecondLook({ incident, path }: { readonly incident: IncidentDetail; readonly path: string }) {
  const w = words().incidents;
  const state = incident.evidence.secondLook;
  if (state === undefined) return null;
  if (state !== 'ready')
    return (
      <p class="no-picture">
        {w.secondLook}: {w[state]}
      </p>
    );
  return (
    <figure class="second-look">
      <img src={`${path}/second-look.jpg`} alt={w.secondLook} loading="lazy" />
      <figcaption>{w.secondLook}</figcaption>
    </figure>
  );
}

function Facts({ incident }: { readonly incident: IncidentDetail }) {
  const w = words();
  return (
    <dl>
      <dt>{w.history.state}</dt>
      <dd>
        {w.incidentStates[incident.state]} · {w.severities[incident.severity]}
      </dd>
      <dt>{w.incidents.since}</dt>
      <dd>
        {dateTime(incident.onsetAt)} · <Lasting incident={incident} />
      </dd>
      <dt>{w.incidents.detected}</dt>
      <dd>{dateTime(incident.detectedAt)}</dd>
      <dt>{w.incidents.confidence}</dt>
      <dd>{Math.round(incident.confidence * 100)} %</dd>
      {incident.verification !== undefined && (
        <>
          <dt>{w.incidents.secondLook}</dt>
          <dd>
            {w.incidents.verified[incident.verification.verdict]}
            {incident.verification.stream && ` · ${w.incidents.streams[incident.verification.stream]}`}
          </dd>
        </>
      )}
      {Object.entries(incident.measures).map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{Math.round(value * 10) / 10}</dd>
        </>
      ))}
    </dl>
  );
}

/** What is likely the same matter, seen by other cameras. */
function Neighbours({ incident }: { readonly incident: IncidentDetail }) {
  const w = words();
  if (incident.links.length === 0) return null;
  return (
    <section>
      <h3>{w.incidents.neighbours}</h3>
      <ul class="neighbours">
        {incident.links.map((link) => (
          <li key={link.incident}>
            <button type="button" class="plain" onClick={() => (opened.value = link.incident)}>
              {w.incidents.relations[link.relation]}, {link.metres} m, {link.cameraName}
              <small>
                {w.kinds[link.kind]} · {w.incidentStates[link.state]} · {clockTime(link.detectedAt)}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ActsProps {
  readonly incident: IncidentDetail;
  readonly act: (what: string, body?: unknown) => Promise<void>;
}

function Acts({ incident, act }: ActsProps) {
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  const w = words();
  return (
    <div class="acts">
      {incident.acknowledged === undefined && (
        <button type="button" class="primary" onClick={() => act('acknowledge')}>
          {w.incidents.acknowledge}
        </button>
      )}
      <fieldset>
        <legend>
          {w.incidents.verdict}: {w.verdicts[incident.verdict?.verdict ?? 'unjudged']}{' '}
          {incident.verdict?.reason ?? ''}
        </legend>
        <input
          placeholder={w.incidents.reason}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <button type="button" onClick={() => act('verdict', { verdict: 'true' })}>
          {w.verdicts.true}
        </button>
        <button
          type="button"
          disabled={reason.trim() === ''}
          onClick={() => act('verdict', { verdict: 'false', reason })}
        >
          {w.verdicts.false}
        </button>
        <button type="button" onClick={() => act('verdict', { verdict: 'unverifiable' })}>
          {w.verdicts.unverifiable}
        </button>
      </fieldset>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act('note', { text: note }).then(() => setNote(''));
        }}
      >
        <input
          placeholder={w.incidents.note}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        <button type="submit" disabled={note.trim() === ''}>
          {w.incidents.addNote}
        </button>
      </form>
      {incident.state !== 'closed' && (
        <button type="button" onClick={() => act('close')}>
          {w.incidents.close}
        </button>
      )}
    </div>
  );
}

function Timeline({ incident }: { readonly incident: IncidentDetail }) {
  const w = words();
  return (
    <section>
      <h3>{w.incidents.timeline}</h3>
      <ol class="timeline">
        {incident.timeline.map((step) => (
          <li key={step.sequence}>
            <time>{clockTime(step.at)}</time>{' '}
            {'life' in step ? w.incidents.acts[step.life] : `${step.by}: ${said(step.act)}`}
          </li>
        ))}
      </ol>
    </section>
  );
}

type OperatorAction = Extract<IncidentDetail['timeline'][number], { act: unknown }>['act'];

function said(act: OperatorAction): string {
  const w = words();
  const what = w.incidents.acts[act.action] ?? act.action;
  if (act.action === 'note') return `${what}: ${act.text}`;
  if (act.action === 'verdict') return `${what}: ${w.verdicts[act.verdict]} ${act.reason ?? ''}`;
  return act.action === 'assign' ? `${what}: ${act.assignee ?? '–'}` : what;
}
