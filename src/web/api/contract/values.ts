import { z } from 'zod';

/**
 * Values that every resource uses. A schema here has two sides: what travels (`z.input`, the JSON) and what the program
 * works with (`z.output`). Answers are encoded through their schema, so that nothing it does not name can leave.
 */

/** A time: RFC 3339 in UTC with milliseconds when it travels, milliseconds since 1970 inside. */
export const instant = z
  .codec(z.iso.datetime({ offset: true }), z.number(), {
    decode: (text) => Date.parse(text),
    encode: (ms) => new Date(ms).toISOString(),
  })
  .meta({ description: 'RFC 3339, e.g. 2026-03-08T07:30:00.000Z' });

/** A time in a query: RFC 3339 or milliseconds since 1970. */
export const instantParameter = z
  .union([
    z.iso.datetime({ offset: true }),
    z.iso.date(),
    z.string().regex(/^\d{1,14}$/, 'expected RFC 3339 or milliseconds since 1970'),
  ])
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))
  .pipe(z.number().max(8.64e15))
  .meta({ description: 'RFC 3339 time or date, or milliseconds since 1970' });

export const cameraId = z.string().min(1).max(100);
export const domainId = z.string().min(1).max(100);
export const incidentId = z.string().min(1).max(200);

/** A query parameter that may come several times: any of these. */
export const anyOf = <T extends z.ZodType>(item: T) =>
  z
    .union([item, z.array(item).min(1).max(200)])
    .transform((given) => (Array.isArray(given) ? given : [given]) as z.output<T>[])
    .optional();

export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().int().min(least).max(most))
    // As the document has it: on the wire a parameter is text, but a whole number is what is meant.
    .meta({ type: 'integer', minimum: least, maximum: most, pattern: undefined });

export const pageParameters = (most: number) => ({
  cursor: z.string().min(1).max(500).optional().meta({ description: '`next` of the page before' }),
  limit: wholeNumber(1, most).default(Math.min(100, most)),
});

export const next = z
  .string()
  .optional()
  .meta({ description: 'cursor of the next page; absent on the last' });

const point = z.object({ x: z.number(), y: z.number() });
export const path = z.array(point);
export const box = z
  .object({ left: z.number(), top: z.number(), right: z.number(), bottom: z.number() })
  .meta({ description: 'fractions of the picture, origin at the top left' });

export const share = z.number().min(0).max(1);
export const count = z.number().int().min(0);

/** RFC 9457. `code` is stable; programs should look at it rather than at the words. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    mistakes: z
      .array(z.object({ in: z.enum(['query', 'body', 'path']), at: z.string(), message: z.string() }))
      .optional(),
  })
  .meta({ id: 'Problem' });
