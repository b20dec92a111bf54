import { z } from 'zod';
import { outage } from './outages.ts';
import { cameraId, count, domainId, flag, instant } from './values.ts';

const byState = z.record(z.string(), count);

export const status = z
  .object({
    site: z.string(),
    version: z.string(),
    startedAt: instant,
    now: instant,
    cameras: z.object({ total: count, analysed: count, byState }),
    domains: z.array(z.object({ id: domainId, name: z.string(), total: count, byState })),
    /** Those that stand now. */
    outages: z.array(outage),
    incidents: z.object({ open: count, cleared: count, closed: count }),
    events: z.object({ log: z.string(), oldest: count, newest: count }),
    lag: z.object({
      /** Delay of the event loop that serves pictures, 99th percentile of the last minute. */
      eventLoopP99Ms: z.number(),
      /** From capture to the rules' verdict on it, 95th percentile of the last minute. */
      analysisP95Ms: z.number().optional(),
    }),
    history: z.object({
      queuedWrites: count,
      lastCommitMs: z.number(),
      stalledSince: instant.optional(),
      failure: z.string().optional(),
    }),
  })
  .meta({ id: 'Status' });

export const configMistake = z.object({
  file: z.string(),
  line: z.number().int().optional(),
  message: z.string(),
  suggestion: z.string().optional(),
});

/** Secrets in `yaml` read `[secret]`; sent back like that they stay as they are. */
export const config = z.object({ revision: z.string(), yaml: z.string() }).meta({ id: 'Config' });

export const configQuery = z.object({
  dryRun: flag.default(false).meta({ description: 'only say what would change' }),
});

export const configChange = z.strictObject({
  yaml: z.string().max(4_000_000),
  /** What the change was made from; another revision in between refuses it. */
  revision: z.string().max(200).optional(),
});

export const configOutcome = z
  .object({
    applied: z.boolean(),
    revision: z.string(),
    added: z.array(cameraId),
    removed: z.array(cameraId),
    changed: z.array(z.object({ camera: cameraId, fields: z.array(z.string()) })),
    /** Not empty: nothing was applied. */
    mistakes: z.array(configMistake),
  })
  .meta({ id: 'ConfigOutcome' });

export const health = z.object({
  status: z.enum(['ok', 'starting', 'failing']),
  reason: z.string().optional(),
});
