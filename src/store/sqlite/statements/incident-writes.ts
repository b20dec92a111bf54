import type { EpochMs } from '#base';
import type { IncidentChange } from '#rules';
import { afterAct, afterEvidence, afterRules, type EvidenceNews, type Step } from '../../incident-life.ts';
import type { ActOutcome } from '../../port.ts';
import type { CameraFacts, IncidentRecord, LinkRelation, OperatorAction } from '../../records.ts';
import { cameraKey } from './camera-writes.ts';
import { type WriteContext, whole } from './context.ts';

export async function recordIncident(
  context: WriteContext,
  { change, camera, at }: { change: IncidentChange; camera: CameraFacts; at: EpochMs },
): Promise<IncidentRecord> {
  const known = await find(context, change.incident.id);
  const step = afterRules(known, { ...change, incident: wholeTimes(change.incident) }, camera);
  if (step === undefined) return known as IncidentRecord;
  await cameraKey(context, camera);
  const record = await keep(context, step, at);
  if (step.change !== 'updated') await note(context, record, at, { life: step.change });
  return record;
}

function wholeTimes(incident: IncidentChange['incident']): IncidentChange['incident'] {
  return {
    ...incident,
    onsetAt: whole(incident.onsetAt),
    detectedAt: whole(incident.detectedAt),
    updatedAt: whole(incident.updatedAt),
    clearedAt: incident.clearedAt === undefined ? undefined : whole(incident.clearedAt),
  };
}

export async function actOnIncident(
  context: WriteContext,
  args: { incident: string; action: OperatorAction; by: string; at: EpochMs },
): Promise<ActOutcome> {
  const known = await find(context, args.incident);
  if (known === undefined) return { outcome: 'unknown' };
  const step = afterAct(known, args.action, args.by, whole(args.at));
  if (typeof step === 'string') return { outcome: step, incident: known };
  const record = await keep(context, step, args.at, { by: args.by, act: args.action });
  await note(context, record, args.at, { by: args.by, act: args.action });
  return { outcome: 'done', incident: record };
}

export async function recordEvidence(
  context: WriteContext,
  args: { incident: string; news: EvidenceNews; at: EpochMs },
): Promise<void> {
  const known = await find(context, args.incident);
  const step = known === undefined ? undefined : afterEvidence(known, args.news);
  if (step !== undefined) await keep(context, step, args.at);
}

const OPPOSITE = { upstream: 'downstream', downstream: 'upstream', near: 'near' } as const;

export async function linkIncidents(
  context: WriteContext,
  link: { from: string; to: string; relation: LinkRelation; metres: number; at: EpochMs },
): Promise<void> {
  const { from, to, relation, at } = link;
  const metres = Math.round(link.metres);
  if (from === to) return;
  const [one, other] = [await find(context, from), await find(context, to)];
  if (one === undefined || other === undefined) return;
  const { numInsertedOrUpdatedRows } = await context.db
    .insertInto('incident_links')
    .values([
      { incident: from, other: to, relation, metres },
      { incident: to, other: from, relation: OPPOSITE[relation], metres },
    ])
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) return;
  for (const record of [one, other]) await keep(context, { record, change: 'linked' }, at);
}

async function find(context: WriteContext, id: string): Promise<IncidentRecord | undefined> {
  const row = await context.db.selectFrom('incidents').select('body').where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.body) as IncidentRecord);
}

/** Logs the step and stores what the incident has become, in that order: the record carries the event's sequence. */
async function keep(
  context: WriteContext,
  { record, change }: Step,
  at: EpochMs,
  act: { readonly by?: string; readonly act?: OperatorAction } = {},
): Promise<IncidentRecord> {
  const event = await context.log(whole(at), (sequence) => ({
    type: 'incident',
    change,
    incident: { ...record, sequence },
    ...act,
  }));
  const stored = { ...record, sequence: event.sequence };
  const row = {
    state: stored.state,
    severity: stored.severity,
    verdict: stored.verdict?.verdict ?? null,
    assignee: stored.assignee ?? null,
    locked: stored.evidence.locked ? 1 : 0,
    onset_at: stored.onsetAt,
    detected_at: stored.detectedAt,
    body: JSON.stringify(stored),
  };
  await context.db
    .insertInto('incidents')
    .values({ id: stored.id, camera: stored.camera, domain: stored.domain, kind: stored.kind, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  return stored;
}

async function note(
  context: WriteContext,
  record: IncidentRecord,
  at: EpochMs,
  entry: { readonly life: string } | { readonly by: string; readonly act: OperatorAction },
): Promise<void> {
  await context.db
    .insertInto('incident_timeline')
    .values({ sequence: record.sequence, incident: record.id, at: whole(at), body: JSON.stringify(entry) })
    .execute();
}
