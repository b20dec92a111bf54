import { z } from 'zod';
import type { IncidentRecord, OperatorAction } from '#store';
import { type Caller, narrowed, seesDomain } from '../access.ts';
import type { WebDeps } from '../deps.ts';
import { notFound, Refusal } from '../refusal.ts';
import * as contract from './contract/incidents.ts';
import { incidentId } from './contract/values.ts';
import { jsonRoute, plainRoute, type Route } from './route.ts';

const params = z.object({ id: incidentId });

const DAY_MS = 86_400_000;
const QUALITY_DAYS = 30;

export function incidentRoutes(deps: WebDeps): readonly Route[] {
  const { clock, history } = deps;
  return [
    jsonRoute('GET /api/incidents', 'view', {
      summary: 'Incidents, newest detection first.',
      query: contract.incidentsQuery,
      answer: contract.incidents,
      async handle({ caller, query }) {
        const { cursor, limit, from, to, assignee } = query;
        const filter = {
          ...{ from, to, assignee, cameras: query.camera, domains: narrowed(caller, query.domain) },
          ...{ kinds: query.kind, severities: query.severity, states: query.state, verdicts: query.verdict },
        };
        const { rows, next } = await history.incidents.list(filter, { cursor, limit });
        return { incidents: rows, next };
      },
    }),
    jsonRoute('GET /api/incidents/:id', 'view', {
      summary: 'One incident with its timeline and links.',
      params,
      answer: contract.incidentDetail,
      async handle({ caller, params }) {
        const found = await history.incidents.get(params.id);
        if (found === undefined || !seesDomain(caller, found.domain)) throw notFound('incident');
        return { ...found, links: found.links.filter(({ domain }) => seesDomain(caller, domain)) };
      },
    }),
    evidenceRoute(deps, 'evidence.mp4'),
    evidenceRoute(deps, 'snapshot.jpg'),
    evidenceRoute(deps, 'second-look.jpg'),
    ...actionRoutes(deps),
    jsonRoute('GET /api/quality', 'view', {
      summary: 'How good detection was, by operators’ verdicts, per camera and kind.',
      query: contract.qualityQuery,
      answer: contract.quality,
      async handle({ caller, query }) {
        const to = query.to ?? clock.now();
        const from = query.from ?? to - QUALITY_DAYS * DAY_MS;
        if (from >= to) throw new Refusal(400, 'empty-time', 'The time asked for is empty.');
        const domains = narrowed(caller, query.domain);
        const rows = await history.incidents.quality({
          from,
          to,
          cameras: query.camera,
          domains,
          kinds: query.kind,
        });
        const days = (to - from) / DAY_MS;
        return { from, to, rows: rows.map((row) => ({ ...row, ...shares(row, days) })) };
      },
    }),
  ];
}

function shares(row: { readonly true: number; readonly false: number }, days: number) {
  const judged = row.true + row.false;
  return { falseShare: judged === 0 ? undefined : row.false / judged, falsePerDay: row.false / days };
}

const EVIDENCE = {
  'evidence.mp4': ['clip', 'clip.mp4', 'video/mp4', 'clip, from before to after it; ranges work'],
  'snapshot.jpg': ['snapshot', 'snapshot.jpg', 'image/jpeg', 'annotated picture'],
  'second-look.jpg': [
    'secondLook',
    'second-look.jpg',
    'image/jpeg',
    'place enlarged, as it was looked at again before it was told, with what was found there',
  ],
} as const;

function evidenceRoute({ history, evidence }: WebDeps, name: keyof typeof EVIDENCE): Route {
  const [kind, file, type, what] = EVIDENCE[name];
  return plainRoute(`GET /api/incidents/:id/${name}`, 'view', {
    summary: `The incident’s ${what}.`,
    params,
    answer: { kind: 'media', types: [type] },
    async handle(call) {
      const found = await history.incidents.get(call.params.id);
      if (found === undefined || !seesDomain(call.caller, found.domain)) throw notFound('incident');
      const path = await evidence.path(found.id, file);
      if (path === undefined) throw notReady(found.evidence[kind]);
      call.header('Cache-Control', 'private, max-age=86400');
      return { kind: 'file', path, type };
    },
  });
}

function notReady(state: string | undefined): Refusal {
  if (state === 'pending')
    return new Refusal(404, 'evidence-pending', 'It is still being made.', {
      headers: { 'Retry-After': '5' },
    });
  if (state === 'expired') return new Refusal(410, 'evidence-expired', 'It was removed to make room.');
  return new Refusal(404, 'no-evidence', 'There is none.');
}

function actionRoutes(deps: WebDeps): readonly Route[] {
  return [
    actionRoute(deps, 'acknowledge', 'Say that somebody looks after it.', contract.acknowledge, () => [
      { action: 'acknowledge' },
    ]),
    actionRoute(deps, 'assign', 'Hand it to somebody, or to nobody.', contract.assign, ({ assignee }) => [
      { action: 'assign', assignee: assignee ?? undefined },
    ]),
    actionRoute(
      deps,
      'verdict',
      'Judge it; `false` needs a reason.',
      contract.judge,
      ({ verdict, reason }) => [{ action: 'verdict', verdict, reason }],
    ),
    actionRoute(deps, 'note', 'Add a note.', contract.note, ({ text }) => [{ action: 'note', text }]),
    actionRoute(deps, 'lock', 'Keep its evidence for ever, or no longer.', contract.lock, ({ locked }) => [
      { action: 'lock-evidence', locked },
    ]),
    actionRoute(deps, 'close', 'Close it, with a last note if wanted.', contract.close, ({ note }) => [
      ...(note === undefined ? [] : [{ action: 'note' as const, text: note }]),
      { action: 'close' },
    ]),
  ];
}

function actionRoute<B extends z.ZodType>(
  { history }: WebDeps,
  name: string,
  summary: string,
  body: B,
  actions: (body: z.output<B>) => readonly OperatorAction[],
): Route {
  return jsonRoute(`POST /api/incidents/:id/${name}`, 'operate', {
    summary,
    params,
    body: body as z.ZodType,
    answer: contract.incident,
    async handle({ caller, params, body: given }) {
      await checkVisible(history, caller, params.id);
      let latest: IncidentRecord | undefined;
      for (const action of actions(given as z.output<B>)) {
        const outcome = await history.incidents.act(params.id, action, caller.name);
        if (outcome.outcome === 'unknown') throw notFound('incident');
        if (outcome.outcome === 'closed')
          throw new Refusal(409, 'closed', 'The incident is closed.', {
            detail: 'It takes only verdicts and notes.',
          });
        latest = outcome.incident;
      }
      if (latest === undefined) throw notFound('incident');
      return latest;
    },
  });
}

async function checkVisible(history: WebDeps['history'], caller: Caller, id: string): Promise<void> {
  const found = await history.incidents.get(id);
  if (found === undefined || !seesDomain(caller, found.domain)) throw notFound('incident');
}
