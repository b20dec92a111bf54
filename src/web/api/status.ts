import { type Caller, seesDomain, visibleDomains } from '../access.ts';
import type { WebDeps } from '../deps.ts';
import { Refusal } from '../refusal.ts';
import * as contract from './contract/system.ts';
import { seesOutage } from './outages.ts';
import { jsonRoute, plainRoute, type Route } from './route.ts';

export function statusRoutes(deps: WebDeps, openMetrics: boolean): readonly Route[] {
  return [
    jsonRoute('GET /api/status', 'view', {
      summary: 'How the whole stands: cameras by state, open incidents, lag.',
      answer: contract.status,
      handle: ({ caller }) => status(deps, caller),
    }),
    jsonRoute('GET /healthz', 'nobody', {
      summary: 'Alive: the process answers.',
      answer: contract.health,
      handle: async () => ({ status: 'ok' as const }),
    }),
    jsonRoute('GET /readyz', 'nobody', {
      summary: 'Ready to serve; 503 until then.',
      answer: contract.health,
      async handle() {
        const missing = deps.ready();
        if (missing !== undefined) throw new Refusal(503, 'not-ready', 'Not ready yet.', { detail: missing });
        return { status: 'ok' as const };
      },
    }),
    plainRoute('GET /metrics', openMetrics ? 'nobody' : 'read-metrics', {
      summary: 'Metrics in the Prometheus text format.',
      answer: { kind: 'media', types: [deps.metrics.contentType] },
      async handle() {
        const text = await deps.metrics.expose();
        return { kind: 'bytes', bytes: Buffer.from(text), type: deps.metrics.contentType };
      },
    }),
  ];
}

async function status({ clock, fleet, history, lag, outages, site }: WebDeps, caller: Caller) {
  const cameras = fleet.cameras().filter((camera) => seesDomain(caller, camera.domain));
  const byState: Record<string, number> = {};
  const domains = new Map<string, { total: number; byState: Record<string, number> }>();
  for (const camera of cameras) {
    const state = fleet.state(camera.id)?.state ?? 'connecting';
    const domain = domains.get(camera.domain) ?? { total: 0, byState: {} };
    domains.set(camera.domain, domain);
    domain.total++;
    domain.byState[state] = (domain.byState[state] ?? 0) + 1;
    byState[state] = (byState[state] ?? 0) + 1;
  }
  const { queuedWrites, lastCommitMs, stalledSince, failure } = history.stats();
  return {
    site: site.name,
    version: site.version,
    startedAt: site.startedAt,
    now: clock.now(),
    cameras: { total: cameras.length, analysed: cameras.filter((camera) => camera.analysis).length, byState },
    domains: fleet
      .domains()
      .filter(({ id }) => seesDomain(caller, id))
      .map(({ id, name }) => ({ id, name, ...(domains.get(id) ?? { total: 0, byState: {} }) })),
    outages: outages.standing().filter((outage) => seesOutage(caller, outage)),
    incidents: await history.incidents.totals({ domains: visibleDomains(caller) }),
    events: { log: history.events.id, ...history.events.bounds() },
    lag: lag(),
    history: { queuedWrites, lastCommitMs, stalledSince, failure },
  };
}
