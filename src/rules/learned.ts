import { z } from 'zod';
import type { LearnedSizes } from './ground/vehicle-sizes.ts';
import type { LearnedTraffic } from './traffic/traffic-watch.ts';

/** What an engine has learned of its camera and should be given again after a restart; plain JSON. */
export interface Learned extends LearnedTraffic {
  readonly sizes: LearnedSizes;
}

const running = z.strictObject({ value: z.number(), count: z.number().int().min(0) });
const flow = z.strictObject({ all: running, hours: z.array(running).length(24) });
const numbers = z.array(z.number().min(0)).max(200);
const signal = z.strictObject({ waits: numbers, begins: numbers });

const learnedSchema = z.strictObject({
  flows: z.record(z.string(), flow),
  signals: z.record(z.string(), signal),
  sizes: z.strictObject({ bands: z.array(running).length(32) }),
});

/** Reads back what `RuleEngine.learned` gave; undefined for anything else, since it can be learned again. */
export function readLearned(stored: unknown): Learned | undefined {
  const result = learnedSchema.safeParse(stored);
  return result.success ? result.data : undefined;
}
