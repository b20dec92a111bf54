import type { EpochMs } from '#base';
import type { IncidentChange } from '#rules';
import type { IncidentEventChange } from './events.ts';
import type { CameraFacts, Evidence, IncidentRecord, IncidentState, OperatorAction } from './records.ts';

/** What a change makes of an incident; every adapter of `History` uses these, so that all agree. */
export interface Step {
  readonly record: Omit<IncidentRecord, 'sequence'>;
  readonly change: IncidentEventChange;
}

/**
 * Undefined: nothing new, or older than what is known. A change to an incident that is not known begins its life here,
 * whatever the change.
 */
export function afterRules(
  known: IncidentRecord | undefined,
  { change, incident }: IncidentChange,
  camera: CameraFacts,
): Step | undefined {
  if (known !== undefined && incident.updatedAt < known.updatedAt) return undefined;
  const begun = known ?? unhandled(camera);
  const closed = change === 'reopened' ? undefined : begun.closed;
  const record = {
    ...begun,
    ...incident,
    // It was detected once: one that was held back for a while is told with the time at which it was told.
    detectedAt: known?.detectedAt ?? incident.detectedAt,
    closed,
    state: stateOf(incident.clearedAt, closed !== undefined),
  };
  if (known !== undefined && sameJson(record, known)) return undefined;
  return { record, change: known === undefined && change === 'updated' ? 'opened' : change };
}

function unhandled(camera: CameraFacts) {
  return {
    cameraName: camera.name,
    domain: camera.domain,
    acknowledged: undefined,
    assignee: undefined,
    verdict: undefined,
    closed: undefined,
    evidence: { snapshot: 'pending', clip: 'pending', locked: false },
  } as const;
}

function stateOf(clearedAt: EpochMs | undefined, closed: boolean): IncidentState {
  if (closed) return 'closed';
  return clearedAt === undefined ? 'open' : 'cleared';
}

/** `unchanged` it was so already, `closed` refused. */
export function afterAct(
  known: IncidentRecord,
  act: OperatorAction,
  by: string,
  at: EpochMs,
): Step | 'unchanged' | 'closed' {
  if (known.closed !== undefined && (act.action === 'acknowledge' || act.action === 'assign'))
    return 'closed';
  switch (act.action) {
    case 'acknowledge':
      return known.acknowledged ? 'unchanged' : step(known, 'acknowledged', { acknowledged: { at, by } });
    case 'assign':
      return known.assignee === act.assignee
        ? 'unchanged'
        : step(known, 'assigned', { assignee: act.assignee });
    case 'verdict': {
      const { verdict, reason } = act;
      const same = known.verdict?.verdict === verdict && known.verdict.reason === reason;
      return same ? 'unchanged' : step(known, 'judged', { verdict: { at, by, verdict, reason } });
    }
    case 'note':
      return step(known, 'noted', {});
    case 'lock-evidence':
      return known.evidence.locked === act.locked
        ? 'unchanged'
        : step(known, 'evidence', { evidence: { ...known.evidence, locked: act.locked } });
    case 'close':
      return known.closed ? 'unchanged' : step(known, 'closed', { closed: { at, by }, state: 'closed' });
  }
}

export type EvidenceNews = Partial<Omit<Evidence, 'locked'>>;

/** Undefined: nothing new. */
export function afterEvidence(known: IncidentRecord, news: EvidenceNews): Step | undefined {
  const evidence = { ...known.evidence, ...news };
  return sameJson(evidence, known.evidence) ? undefined : step(known, 'evidence', { evidence });
}

function step(known: IncidentRecord, change: IncidentEventChange, news: Partial<IncidentRecord>): Step {
  return { record: { ...known, ...news }, change };
}

/** Key order does not matter at the top, where records are spread from different sources, nor does an absent value. */
function sameJson(a: object, b: object): boolean {
  const text = (value: object) =>
    JSON.stringify(
      Object.entries(value)
        .filter(([key, one]) => key !== 'sequence' && one !== undefined)
        .sort(([x], [y]) => (x < y ? -1 : 1)),
    );
  return text(a) === text(b);
}
