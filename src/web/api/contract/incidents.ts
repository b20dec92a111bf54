import { z } from 'zod';
import {
  anyOf,
  box,
  cameraId,
  count,
  domainId,
  incidentId,
  instant,
  instantParameter,
  next,
  pageParameters,
  path,
  share,
} from './values.ts';

export const incidentKind = z.enum([
  'congestion',
  'queue-spillback',
  'stopped-vehicle',
  'wrong-way',
  'pedestrian',
  'slow-traffic',
  'camera-fault',
]);
export const severity = z.enum(['critical', 'major', 'minor']);
export const incidentState = z.enum(['open', 'cleared', 'closed']);
export const verdict = z.enum(['true', 'false', 'unverifiable']);
const evidenceState = z.enum(['pending', 'ready', 'failed', 'expired']);
const act = z.object({ at: instant, by: z.string() });

export const incident = z
  .object({
    id: incidentId,
    kind: incidentKind,
    severity,
    camera: cameraId,
    cameraName: z.string(),
    domain: domainId,
    place: z.string(),
    box: box.optional(),
    path: path.optional(),
    onsetAt: instant,
    detectedAt: instant,
    clearedAt: instant.optional(),
    updatedAt: instant,
    confidence: share,
    measures: z.record(z.string(), z.number()),
    state: incidentState,
    acknowledged: act.optional(),
    assignee: z.string().optional(),
    verdict: act.extend({ verdict, reason: z.string().optional() }).optional(),
    closed: act.optional(),
    verification: z
      .object({
        verdict: z.enum(['confirmed', 'contradicted', 'unverified']),
        stream: z.enum(['main', 'sub']).optional(),
      })
      .optional()
      .meta({ description: 'what a second look at its place made of it before it was told' }),
    evidence: z.object({
      snapshot: evidenceState,
      clip: evidenceState,
      secondLook: evidenceState.optional(),
      locked: z.boolean(),
    }),
    sequence: z.number().int().meta({ description: 'of the event that changed it last' }),
  })
  .meta({ id: 'Incident' });

export const operatorAction = z.discriminatedUnion('action', [
  z.object({ action: z.literal('acknowledge') }),
  z.object({ action: z.literal('assign'), assignee: z.string().optional() }),
  z.object({ action: z.literal('verdict'), verdict, reason: z.string().optional() }),
  z.object({ action: z.literal('note'), text: z.string() }),
  z.object({ action: z.literal('lock-evidence'), locked: z.boolean() }),
  z.object({ action: z.literal('close') }),
]);

const step = { sequence: z.number().int(), at: instant };

export const incidentDetail = incident
  .extend({
    timeline: z.array(
      z.union([
        z.object({ ...step, life: z.enum(['opened', 'cleared', 'reopened']) }),
        z.object({ ...step, by: z.string(), act: operatorAction }),
      ]),
    ),
    links: z
      .array(
        z.object({
          incident: incidentId,
          relation: z.enum(['upstream', 'downstream', 'near']).meta({
            description: 'where it lies, by the direction of travel here; `near` where that is unknown',
          }),
          metres: count,
          kind: incidentKind,
          state: incidentState,
          camera: cameraId,
          cameraName: z.string(),
          domain: domainId,
          detectedAt: instant,
        }),
      )
      .meta({
        description: 'incidents at neighbouring cameras that are likely the same matter, nearest first',
      }),
  })
  .meta({ id: 'IncidentDetail' });

const filters = {
  from: instantParameter.optional(),
  to: instantParameter.optional(),
  camera: anyOf(cameraId),
  domain: anyOf(domainId),
  kind: anyOf(incidentKind),
};

export const incidentsQuery = z.object({
  ...filters,
  severity: anyOf(severity),
  state: anyOf(incidentState),
  verdict: anyOf(z.enum(['true', 'false', 'unverifiable', 'unjudged'])),
  assignee: z.string().min(1).max(100).optional(),
  ...pageParameters(500),
});

export const incidents = z.object({ incidents: z.array(incident), next }).meta({ id: 'Incidents' });

const text = (most: number) => z.string().trim().min(1).max(most);
/** Bodies of `POST /api/incidents/:id/…`, by the last part of the path. */
export const acknowledge = z.strictObject({});
export const assign = z.strictObject({
  assignee: text(100).nullable().meta({ description: 'null: nobody' }),
});
export const judge = z
  .strictObject({ verdict, reason: text(500).optional() })
  .refine((body) => body.verdict !== 'false' || body.reason !== undefined, {
    path: ['reason'],
    message: 'expected a reason with the verdict `false`',
  });
export const note = z.strictObject({ text: text(2000) });
export const lock = z.strictObject({ locked: z.boolean() });
export const close = z.strictObject({ note: text(2000).optional() });

export const qualityQuery = z.object({ ...filters });

export const quality = z
  .object({
    from: instant,
    to: instant,
    rows: z.array(
      z.object({
        camera: cameraId,
        name: z.string(),
        domain: domainId,
        kind: incidentKind,
        true: z.number().int(),
        false: z.number().int(),
        unverifiable: z.number().int(),
        unjudged: z.number().int(),
        falseShare: share.optional().meta({ description: 'false / (true + false)' }),
        falsePerDay: z.number(),
        meanSecondsToDetect: z.number().optional(),
        p95SecondsToDetect: z.number().optional(),
      }),
    ),
  })
  .meta({ id: 'Quality' });
