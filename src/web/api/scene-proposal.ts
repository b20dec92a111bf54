import { z } from 'zod';
import { seesDomain } from '../access.ts';
import type { SceneProposal, WebDeps } from '../deps.ts';
import { notFound, Refusal } from '../refusal.ts';
import * as contract from './contract/scene-proposal.ts';
import { cameraId } from './contract/values.ts';
import { jsonRoute, type Route } from './route.ts';

export function sceneProposalRoutes({ fleet, scenes }: Pick<WebDeps, 'fleet' | 'scenes'>): readonly Route[] {
  return [
    jsonRoute('GET /api/cameras/:id/scene-proposal', 'configure', {
      summary:
        'Lanes, directions, stop lines, carriageways and ground plane as the traffic of the last hours shows them, in the form of a scene file. 409 when too little has passed.',
      params: z.object({ id: cameraId }),
      query: contract.sceneProposalQuery,
      answer: contract.sceneProposal,
      async handle({ caller, params, query }) {
        const camera = fleet.camera(params.id);
        if (camera === undefined || !seesDomain(caller, camera.domain)) throw notFound('camera');
        if (camera.analysis === undefined)
          throw new Refusal(409, 'not-analysed', 'This camera is not analysed, so it has no tracks.', {
            detail:
              'Give it `analysis: {scene: {}}` in the configuration and let it watch traffic for an hour.',
          });
        const { trails: vehicles, ...proposal } = await scenes.propose(camera, query.hours);
        if (proposal.scene.lanes.length === 0) throw tooFew(vehicles, query.hours);
        return { camera: camera.id, vehicles, ...proposal };
      },
    }),
  ];
}

function tooFew(vehicles: SceneProposal['trails'], hours: number): Refusal {
  return new Refusal(409, 'too-few-tracks', 'Too few vehicles have passed to propose a scene.', {
    detail: `A lane shows when twelve vehicles or more drive the same way; in the last ${hours === 1 ? 'hour' : `${hours} hours`} ${vehicles} were followed for ten metres or more. Let the camera watch longer, or look further back with \`hours\`.`,
  });
}
