import { z } from 'zod';
import { cameraId, count, domainId, instant, instantParameter, next, pageParameters } from './values.ts';

/** What many cameras that were lost together share. */
export const outage = z
  .object({
    id: z.string(),
    scope: z.enum(['host', 'network', 'domain']),
    name: z.string().meta({ description: 'host, /24 network or id of the domain' }),
    domains: z.array(domainId).meta({ description: 'whose cameras were lost' }),
    cameras: count.meta({ description: 'how many there are behind it' }),
    down: count.meta({ description: 'how many of them are lost; of one that has ended: were, at its end' }),
    since: instant,
    until: instant.optional().meta({ description: 'absent while it stands' }),
    into: z.string().optional().meta({ description: 'id of the wider outage that it became part of' }),
  })
  .meta({ id: 'Outage' });

export const outagesQuery = z.object({
  from: instantParameter.optional(),
  to: instantParameter.optional(),
  ...pageParameters(500),
});

export const outages = z
  .object({
    outages: z.array(
      outage.extend({
        lost: z.array(cameraId).meta({ description: 'every camera that was lost in its course' }),
      }),
    ),
    next,
  })
  .meta({ id: 'Outages' });
