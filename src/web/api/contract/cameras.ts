import { z } from 'zod';
import {
  anyOf,
  cameraId,
  count,
  domainId,
  flag,
  instant,
  instantParameter,
  next,
  pageParameters,
  path,
  wholeNumber,
} from './values.ts';

export const cameraState = z.enum([
  'connecting',
  'live',
  'silent',
  'no-keyframes',
  'unreachable',
  'refused',
  'unauthorised',
  'unsupported',
  'frozen',
  'black',
  'blinded',
  'blurred',
  'moved',
  'clock-wrong',
  'degraded',
]);

export const cameraSummary = z
  .object({
    id: cameraId,
    name: z.string(),
    domain: domainId,
    location: z
      .object({ latitude: z.number(), longitude: z.number(), headingDegrees: z.number().optional() })
      .optional(),
    state: cameraState,
    since: instant,
    reason: z.string(),
    /** Watched by the detector. */
    analysed: z.boolean(),
  })
  .meta({ id: 'CameraSummary' });

export const camerasQuery = z.object({
  domain: anyOf(domainId),
  state: anyOf(cameraState),
  analysed: flag.optional(),
  q: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'part of the id or name; marks and case do not matter' }),
  ...pageParameters(2000),
});

const counts = z.record(z.string(), count);

export const cameras = z
  .object({
    cameras: z.array(cameraSummary),
    next,
    total: count,
    /** How many there would be with each domain or state, all other filters kept. */
    facets: z.object({ domain: counts, state: counts }),
  })
  .meta({ id: 'Cameras' });

const lane = z.object({
  id: z.string(),
  name: z.string(),
  group: z.string(),
  polygon: path,
  direction: path,
  stopLine: path.optional(),
});
const zone = z.object({ id: z.string(), name: z.string(), kind: z.string(), polygon: path });
const line = z.object({ id: z.string(), name: z.string(), kind: z.string(), points: path });

export const camera = cameraSummary
  .extend({
    /** Without user and password. */
    streams: z.object({ main: z.string(), sub: z.string().optional() }),
    video: z
      .object({
        mimeCodec: z.string(),
        width: count,
        height: count,
        picturesPerSecond: z.number(),
        bitsPerSecond: z.number(),
        lastPictureAt: instant.optional(),
      })
      .optional(),
    link: z.object({ packets: count, packetsLost: count, picturesDamaged: count, dials: count }).optional(),
    analysis: z
      .object({
        model: z.string(),
        picturesPerSecond: z.number(),
        scene: z.object({ lanes: z.array(lane), zones: z.array(zone), lines: z.array(line) }),
      })
      .optional(),
  })
  .meta({ id: 'Camera' });

export const snapshotQuery = z.object({
  width: wholeNumber(16, 3840).optional().meta({ description: 'scaled down to this width, never up' }),
  format: z.enum(['jpeg', 'webp']).default('jpeg'),
});

export const statesQuery = z.object({
  from: instantParameter.optional(),
  to: instantParameter.optional(),
  ...pageParameters(1000),
});

export const cameraStates = z
  .object({
    states: z.array(
      z.object({ state: cameraState, since: instant, until: instant.optional(), reason: z.string() }),
    ),
    next,
  })
  .meta({ id: 'CameraStates' });

export const rulesQuery = z.object({ camera: anyOf(cameraId) });

export const ruleStates = z
  .object({
    rules: z.array(
      z.object({
        camera: cameraId,
        rule: z.string(),
        place: z.string(),
        /** Why it does not judge at the moment; absent while it does. */
        suspended: z.string().optional(),
        /** Current figures in units named by their keys. */
        measures: z.record(z.string(), z.number()),
      }),
    ),
  })
  .meta({ id: 'RuleStates' });
