import { z } from 'zod';
import { cameraState } from './cameras.ts';
import {
  anyOf,
  cameraId,
  count,
  domainId,
  instant,
  instantParameter,
  next,
  pageParameters,
  share,
} from './values.ts';

const interval = z.enum(['1m', '5m', '15m', '1h', '1d']).default('1h');
const offset = z
  .string()
  .regex(/^([+-](0\d|1[0-4]):(00|15|30|45)|Z)$/, 'expected an offset such as +07:00')
  .transform((text) =>
    text === 'Z'
      ? 0
      : (text.startsWith('-') ? -1 : 1) * (Number(text.slice(1, 3)) * 60 + Number(text.slice(4))),
  )
  .optional()
  .meta({ description: 'where days and months begin, e.g. +07:00; the site’s own unless told' });

export const trafficQuery = z.object({
  camera: anyOf(cameraId),
  domain: anyOf(domainId),
  lane: anyOf(z.string().max(100)),
  roadUser: anyOf(z.string().max(40)),
  from: instantParameter.optional().meta({ description: 'an hour ago unless told' }),
  to: instantParameter.optional().meta({ description: 'now unless told' }),
  interval,
  offset,
  ...pageParameters(2000),
});

/** The same without pages: the whole time asked for, streamed. */
export const trafficCsvQuery = trafficQuery.omit({ cursor: true, limit: true });

export const traffic = z
  .object({
    rows: z.array(
      z.object({
        camera: cameraId,
        lane: z.string(),
        roadUser: z.string(),
        direction: z.enum(['forward', 'backward']),
        startsAt: instant,
        count,
        meanSpeedKmh: z.number().optional(),
        occupancy: share.optional(),
        meanHeadwaySeconds: z.number().optional(),
        queueMetres: z.number().optional(),
        watchedSeconds: z
          .number()
          .meta({ description: 'of the interval: fewer than it has means the count is short' }),
      }),
    ),
    next,
  })
  .meta({ id: 'Traffic' });

export const turns = z
  .object({
    rows: z.array(
      z.object({
        camera: cameraId,
        fromLane: z.string(),
        toLane: z.string(),
        roadUser: z.string(),
        startsAt: instant,
        count,
      }),
    ),
    next,
  })
  .meta({ id: 'Turns' });

export const uptimeQuery = z.object({
  from: instantParameter.optional().meta({ description: '30 days ago unless told' }),
  to: instantParameter.optional().meta({ description: 'now unless told' }),
  camera: anyOf(cameraId),
  domain: anyOf(domainId),
  by: z.enum(['camera', 'domain']).default('domain'),
  period: z.enum(['whole', 'day', 'month']).default('whole'),
  offset,
  ...pageParameters(2000),
});

export const uptime = z
  .object({
    rows: z.array(
      z.object({
        camera: cameraId.optional(),
        domain: domainId,
        from: instant,
        to: instant,
        upSeconds: z.number(),
        downSeconds: z.number(),
        unknownSeconds: z.number().meta({ description: 'gateway down or camera not configured' }),
        availability: share.optional(),
        outages: count,
        secondsByState: z.partialRecord(cameraState, z.number()),
      }),
    ),
    next,
  })
  .meta({ id: 'Uptime' });
