import { z } from 'zod';
import { cameraState } from './cameras.ts';
import { incident, operatorAction } from './incidents.ts';
import { outage } from './outages.ts';
import { anyOf, cameraId, domainId, instant, wholeNumber } from './values.ts';

/** `WS /api/events`; the client sends nothing. */
export const eventsQuery = z.object({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'the last sequence the client has; absent: only what happens from now on' }),
  log: z.string().max(100).optional().meta({ description: 'the log that sequence is from, out of `hello`' }),
  type: anyOf(z.enum(['incident', 'camera-state', 'outage'])),
  domain: anyOf(domainId),
});

export const eventPageQuery = z.object({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0),
  limit: wholeNumber(1, 500).default(100),
});

const incidentEvent = z.object({
  type: z.literal('incident'),
  change: z.enum([
    'opened',
    'updated',
    'cleared',
    'reopened',
    'acknowledged',
    'assigned',
    'judged',
    'noted',
    'evidence',
    'linked',
    'closed',
  ]),
  incident,
  by: z.string().optional(),
  act: operatorAction.optional(),
});

const cameraStateEvent = z.object({
  type: z.literal('camera-state'),
  camera: cameraId,
  name: z.string(),
  domain: domainId,
  state: z.union([cameraState, z.literal('removed')]),
  previous: cameraState.optional(),
  since: instant,
  reason: z.string(),
});

const outageEvent = z.object({
  type: z.literal('outage'),
  change: z.enum(['begun', 'grown', 'ended']),
  outage,
});

const place = { sequence: z.number().int(), at: instant };

export const loggedEvent = z
  .discriminatedUnion('type', [
    incidentEvent.extend(place),
    cameraStateEvent.extend(place),
    outageEvent.extend(place),
  ])
  .meta({ id: 'LoggedEvent' });

export const eventPage = z
  .object({
    log: z.string(),
    oldest: z.number().int(),
    newest: z.number().int(),
    events: z.array(loggedEvent),
  })
  .meta({ id: 'EventPage' });

/**
 * What the socket sends: `hello` first; then events with sequences that never skip (with a filter: that only skip what
 * it leaves out); `gap` where some are no longer kept; `heartbeat` when nothing else came for a while: everything up to
 * its `sequence` has been sent; `unlogged` when the disk is stalled: news without a sequence, which comes again.
 */
export const eventMessage = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('hello'),
      log: z.string(),
      oldest: z.number().int(),
      newest: z.number().int(),
      heartbeatSeconds: z.number(),
    }),
    incidentEvent.extend(place),
    cameraStateEvent.extend(place),
    outageEvent.extend(place),
    z.object({
      type: z.literal('gap'),
      /** First and last sequence that cannot be had; `other-log` when the client's sequences are of another database. */
      from: z.number().int(),
      to: z.number().int(),
      reason: z.enum(['trimmed', 'other-log']),
    }),
    z.object({ type: z.literal('heartbeat'), sequence: z.number().int(), at: instant }),
    z.object({
      type: z.literal('unlogged'),
      at: instant,
      event: z.discriminatedUnion('type', [incidentEvent, cameraStateEvent, outageEvent]),
    }),
  ])
  .meta({ id: 'EventMessage' });
