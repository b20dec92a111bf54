import type { Outage } from '#health';
import { type Caller, seesDomain } from '../access.ts';
import type { WebDeps } from '../deps.ts';
import * as contract from './contract/outages.ts';
import { jsonRoute, type Route } from './route.ts';

export function outageRoutes(deps: WebDeps): readonly Route[] {
  const { fleet, history } = deps;
  return [
    jsonRoute('GET /api/outages', 'view', {
      summary: 'Cameras lost together: those outages that stand now, or with a time, those that stood in it.',
      query: contract.outagesQuery,
      answer: contract.outages,
      async handle({ caller, query: { from, to, ...page } }) {
        const now = deps.outages.standing();
        const { rows, next } =
          from === undefined && to === undefined
            ? { rows: now, next: undefined }
            : await history.outages.list({ from, to }, page);
        const visible = ({ lost, ...outage }: Outage) => ({
          ...outage,
          lost: lost.filter((camera) => seesDomain(caller, fleet.camera(camera)?.domain ?? '')),
        });
        // What stands is known better here than as it was last told.
        const latest = rows.map((outage) => now.find(({ id }) => id === outage.id) ?? outage);
        return { outages: latest.filter((outage) => seesOutage(caller, outage)).map(visible), next };
      },
    }),
  ];
}

/** Whoever may see one of its cameras is told of it. */
export function seesOutage(caller: Caller, { domains }: Pick<Outage, 'domains'>): boolean {
  return domains.some((domain) => seesDomain(caller, domain));
}
