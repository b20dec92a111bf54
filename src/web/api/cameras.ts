import { z } from 'zod';
import type { Camera } from '#camera';
import { type Caller, seesDomain } from '../access.ts';
import type { WebDeps } from '../deps.ts';
import { notFound, Refusal } from '../refusal.ts';
import { searchable } from '../searchable.ts';
import * as contract from './contract/cameras.ts';
import { cameraId } from './contract/values.ts';
import { jsonRoute, plainRoute, type Route } from './route.ts';

const params = z.object({ id: cameraId });

export function cameraRoutes(deps: WebDeps): readonly Route[] {
  const { clock, fleet, history, stills, rules } = deps;

  function cameraFor(caller: Caller, id: string): Camera {
    const camera = fleet.camera(id);
    if (camera === undefined || !seesDomain(caller, camera.domain)) throw notFound('camera');
    return camera;
  }

  return [
    jsonRoute('GET /api/cameras', 'view', {
      summary: 'Cameras, in the order of the configuration.',
      query: contract.camerasQuery,
      answer: contract.cameras,
      handle: async ({ caller, query }) => listCameras(deps, caller, query),
    }),
    jsonRoute('GET /api/cameras/:id', 'view', {
      summary: 'One camera: streams, figures, scene.',
      params,
      answer: contract.camera,
      handle: async ({ caller, params }) => detail(deps, cameraFor(caller, params.id)),
    }),
    plainRoute('GET /api/cameras/:id/snapshot.jpg', 'view', {
      summary: 'What an operator would see now. 503 when there is no current picture. `Age` is in seconds.',
      params,
      query: contract.snapshotQuery,
      answer: { kind: 'media', types: ['image/jpeg', 'image/webp'] },
      async handle(call) {
        const { id } = cameraFor(call.caller, call.params.id);
        const { width, format } = call.query;
        const still = await stills.still(id, { width, format });
        if (still === undefined) throw noPicture(fleet.state(id)?.reason);
        call.header('Age', String(Math.max(0, Math.round((clock.now() - still.capturedAt) / 1000))));
        call.header('X-Captured-At', new Date(still.capturedAt).toISOString());
        call.header('Cache-Control', 'no-store');
        return { kind: 'bytes', bytes: still.bytes, type: `image/${format}` };
      },
    }),
    jsonRoute('GET /api/cameras/:id/states', 'view', {
      summary: 'What the camera went through, newest first.',
      params,
      query: contract.statesQuery,
      answer: contract.cameraStates,
      async handle({ caller, params, query }) {
        const { id } = cameraFor(caller, params.id);
        const { from, to, ...page } = query;
        const { rows, next } = await history.cameras.states({ camera: id, from, to }, page);
        return { states: rows, next };
      },
    }),
    jsonRoute('GET /api/rules', 'view', {
      summary: 'What the rules see at the moment, and which are suspended.',
      query: contract.rulesQuery,
      answer: contract.ruleStates,
      async handle({ caller, query }) {
        const wanted = rules.states().filter(({ camera }) => query.camera?.includes(camera) ?? true);
        return {
          rules: wanted.filter(({ camera }) => seesDomain(caller, fleet.camera(camera)?.domain ?? '')),
        };
      },
    }),
  ];
}

function noPicture(reason: string | undefined): Refusal {
  return new Refusal(503, 'no-current-picture', 'There is no current picture of this camera.', {
    ...(reason === undefined ? {} : { detail: reason }),
    headers: { 'Retry-After': '5' },
  });
}

function summary({ fleet, site }: WebDeps, camera: Camera) {
  const { id, name, domain, location, analysis } = camera;
  const live =
    fleet.state(id) ?? ({ state: 'connecting', since: site.startedAt, reason: 'not dialled yet' } as const);
  return { id, name, domain, location, analysed: analysis !== undefined, ...live };
}

type Summary = ReturnType<typeof summary>;

function listCameras(deps: WebDeps, caller: Caller, query: z.output<typeof contract.camerasQuery>) {
  const sought = query.q === undefined ? undefined : searchable(query.q);
  const asked = deps.fleet
    .cameras()
    .filter(({ domain }) => seesDomain(caller, domain))
    .filter(({ id, name }) => sought === undefined || searchable(`${id} ${name}`).includes(sought))
    .map((camera) => summary(deps, camera))
    .filter(({ analysed }) => query.analysed === undefined || analysed === query.analysed);
  const inDomain = (one: Summary) => query.domain?.includes(one.domain) ?? true;
  const inState = (one: Summary) => query.state?.includes(one.state) ?? true;
  const found = asked.filter((one) => inDomain(one) && inState(one));
  const start = query.cursor === undefined ? 0 : found.findIndex(({ id }) => id === query.cursor) + 1;
  const cameras = found.slice(start, start + query.limit);
  return {
    cameras,
    next: start + query.limit < found.length ? cameras.at(-1)?.id : undefined,
    total: found.length,
    facets: {
      domain: countBy(asked.filter(inState), ({ domain }) => domain),
      state: countBy(asked.filter(inDomain), ({ state }) => state),
    },
  };
}

function countBy<T>(all: readonly T[], key: (one: T) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function detail(deps: WebDeps, camera: Camera) {
  const figures = deps.fleet.figures(camera.id);
  const { streams, analysis } = camera;
  return {
    ...summary(deps, camera),
    streams: { main: streams.main.url, sub: streams.sub?.url },
    video: figures?.mimeCodec === undefined ? undefined : { ...figures, mimeCodec: figures.mimeCodec },
    link: figures,
    analysis,
  };
}
