import type { z } from 'zod';
import type { TrafficQuery } from '#store';
import { type Caller, narrowed, seesDomain } from '../access.ts';
import type { WebDeps } from '../deps.ts';
import { Refusal } from '../refusal.ts';
import * as contract from './contract/traffic.ts';
import { type Column, csv } from './csv.ts';
import { jsonRoute, plainRoute, type Route } from './route.ts';

const MINUTES = { '1m': 1, '5m': 5, '15m': 15, '1h': 60, '1d': 1440 } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Small enough that the thread that serves pictures is not held up. */
const CSV_PAGE = 1000;

export function trafficRoutes(deps: WebDeps): readonly Route[] {
  const { traffic } = deps.history;
  return [
    jsonRoute('GET /api/traffic', 'view', {
      summary:
        'Counts, mean speed, occupancy, headway and queue per camera, lane, class, direction and interval.',
      query: contract.trafficQuery,
      answer: contract.traffic,
      handle: ({ caller, query }) => traffic.counts(trafficQuery(deps, caller, query), query),
    }),
    csvRoute(
      deps,
      '/api/traffic.csv',
      'The same as CSV, the whole time asked for.',
      TRAFFIC_COLUMNS,
      traffic.counts,
    ),
    jsonRoute('GET /api/turns', 'view', {
      summary: 'Turning movements per camera, pair of lanes, class and interval.',
      query: contract.trafficQuery,
      answer: contract.turns,
      handle: ({ caller, query }) => traffic.turns(trafficQuery(deps, caller, query), query),
    }),
    csvRoute(
      deps,
      '/api/turns.csv',
      'The same as CSV, the whole time asked for.',
      TURN_COLUMNS,
      traffic.turns,
    ),
    jsonRoute('GET /api/uptime', 'view', {
      summary: 'Time up, down and unknown per camera or domain, whole or by day or month.',
      query: contract.uptimeQuery,
      answer: contract.uptime,
      handle: ({ caller, query }) => uptime(deps, caller, query),
    }),
  ];
}

const TRAFFIC_COLUMNS = [
  ['camera', (row) => row.camera],
  ['startsAt', (row) => new Date(row.startsAt).toISOString()],
  ['lane', (row) => row.lane],
  ['roadUser', (row) => row.roadUser],
  ['direction', (row) => row.direction],
  ['count', (row) => row.count],
  ['meanSpeedKmh', (row) => row.meanSpeedKmh],
  ['occupancy', (row) => row.occupancy],
  ['meanHeadwaySeconds', (row) => row.meanHeadwaySeconds],
  ['queueMetres', (row) => row.queueMetres],
  ['watchedSeconds', (row) => row.watchedSeconds],
] as const satisfies readonly Column<Awaited<ReturnType<Counts>>['rows'][number]>[];

const TURN_COLUMNS = [
  ['camera', (row) => row.camera],
  ['startsAt', (row) => new Date(row.startsAt).toISOString()],
  ['fromLane', (row) => row.fromLane],
  ['toLane', (row) => row.toLane],
  ['roadUser', (row) => row.roadUser],
  ['count', (row) => row.count],
] as const satisfies readonly Column<Awaited<ReturnType<Turns>>['rows'][number]>[];

type Counts = WebDeps['history']['traffic']['counts'];
type Turns = WebDeps['history']['traffic']['turns'];

function csvRoute<T>(
  deps: WebDeps,
  path: string,
  summary: string,
  columns: readonly Column<T>[],
  ask: (
    query: TrafficQuery,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ) => Promise<{ readonly rows: readonly T[]; readonly next: string | undefined }>,
): Route {
  return plainRoute(`GET ${path}`, 'view', {
    summary,
    query: contract.trafficCsvQuery,
    answer: { kind: 'media', types: ['text/csv; charset=utf-8'] },
    async handle(call) {
      const query = trafficQuery(deps, call.caller, call.query);
      const pages = async function* () {
        for (
          let cursor: string | undefined, more = true;
          more && !call.abandoned();
          more = cursor !== undefined
        ) {
          const page = await ask(query, { cursor, limit: CSV_PAGE });
          yield page.rows;
          cursor = page.next;
        }
      };
      call.header('Content-Disposition', `attachment; filename="${path.slice('/api/'.length)}"`);
      return { kind: 'text', pieces: csv(columns, pages()), type: 'text/csv; charset=utf-8' };
    },
  });
}

/** Without cameras named: all that are watched by the detector. */
function trafficQuery(
  { clock, fleet, site }: WebDeps,
  caller: Caller,
  query: z.output<typeof contract.trafficCsvQuery>,
): TrafficQuery {
  const to = query.to ?? clock.now();
  const from = query.from ?? to - HOUR_MS;
  checkTime(from, to, 400);
  const domains = narrowed(caller, query.domain);
  const cameras = fleet
    .cameras()
    .filter(
      ({ id, domain }) => query.camera?.includes(id) ?? (domains === undefined || domains.includes(domain)),
    )
    .filter(({ domain, analysis }) => seesDomain(caller, domain) && (analysis !== undefined || query.camera));
  return {
    from,
    to,
    cameras: cameras.map(({ id }) => id),
    lanes: query.lane,
    roadUsers: query.roadUser,
    intervalMinutes: MINUTES[query.interval],
    utcOffsetMinutes: query.offset ?? site.utcOffsetMinutes,
  };
}

function checkTime(from: number, to: number, mostDays: number): void {
  if (from >= to) throw new Refusal(400, 'empty-time', 'The time asked for is empty.');
  if (to - from > mostDays * DAY_MS)
    throw new Refusal(400, 'long-time', `The time asked for is longer than ${mostDays} days.`);
}

async function uptime(
  { clock, history, site }: WebDeps,
  caller: Caller,
  query: z.output<typeof contract.uptimeQuery>,
) {
  const to = query.to ?? clock.now();
  const from = query.from ?? to - 30 * DAY_MS;
  checkTime(from, to, 800);
  const { by, period } = query;
  const domains = narrowed(caller, query.domain);
  const utcOffsetMinutes = query.offset ?? site.utcOffsetMinutes;
  const asked = {
    from,
    to,
    cameras: query.camera,
    domains,
    by,
    period,
    utcOffsetMinutes,
  };
  const { rows, next } = await history.cameras.uptime(asked, query);
  return {
    next,
    rows: rows.map(({ upMs, downMs, unknownMs, msByState, ...row }) => ({
      ...row,
      upSeconds: upMs / 1000,
      downSeconds: downMs / 1000,
      unknownSeconds: unknownMs / 1000,
      secondsByState: Object.fromEntries(Object.entries(msByState).map(([state, ms]) => [state, ms / 1000])),
    })),
  };
}
