import { z } from 'zod';
import { cameraId, count, instant, wholeNumber } from './values.ts';

export const sceneProposalQuery = z.object({
  hours: wholeNumber(1, 24).default(1).meta({ description: 'how far back the stored tracks are looked at' }),
});

/** As scene files have points: `[x, y]`. */
const point = z.codec(z.array(z.number()).length(2), z.object({ x: z.number(), y: z.number() }), {
  decode: ([x, y]) => ({ x: x!, y: y! }),
  encode: ({ x, y }) => [x, y],
});
const points = z.array(point);

const lane = z.object({
  ...{ id: z.string(), name: z.string(), group: z.string() },
  ...{ polygon: points, direction: points, stopLine: points.optional() },
});
const zone = z.object({ id: z.string(), name: z.string(), kind: z.string(), polygon: points });
const line = z.object({ id: z.string(), name: z.string(), kind: z.string(), points });

export const sceneProposal = z
  .object({
    camera: cameraId,
    from: instant,
    to: instant,
    /** How many vehicles' ways it rests on. */
    vehicles: count,
    /** Where its metres come from; `assumed` ones are not told, so `groundPlane` is absent. */
    ground: z.enum(['drawn', 'learned', 'assumed']),
    /** As a scene file has it, to be corrected and put there. */
    scene: z.object({
      lanes: z.array(lane),
      zones: z.array(zone),
      lines: z.array(line),
      groundPlane: z.object({ picture: points, metres: points }).optional(),
    }),
  })
  .meta({ id: 'SceneProposal' });
