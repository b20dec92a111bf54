import { z } from 'zod';
import type { Scene } from './scene.ts';

/**
 * A scene as people write it: points as `[x, y]` fractions of the picture, metres as `[x, y]`.
 * Parsing gives a `Scene`. A point may lie a little outside the picture, since lanes run out of it.
 */
const fraction = z.number().min(-0.5).max(1.5);
const point = z.tuple([fraction, fraction]).transform(([x, y]) => ({ x, y }));
const metres = z.tuple([z.number(), z.number()]).transform(([x, y]) => ({ x, y }));
const polygon = z.array(point).min(3).max(64);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens');
const name = z.string().min(1).max(80);

const lane = z.strictObject({
  id,
  name,
  group: id,
  polygon,
  direction: z.array(point).min(2).max(64),
  stopLine: z.tuple([point, point]).optional(),
  maxRedSeconds: z.number().positive().max(600).optional(),
  freeFlowKmh: z.number().positive().max(200).optional(),
});

const zone = z.strictObject({
  id,
  name,
  kind: z.enum(['carriageway', 'forbidden', 'shoulder', 'crossing', 'ignore']),
  polygon,
});

const line = z.strictObject({
  id,
  name,
  kind: z.enum(['count', 'spillback']),
  points: z.tuple([point, point]),
  group: id.optional(),
});

const groundPlane = z.strictObject({
  picture: z.tuple([point, point, point, point]),
  metres: z.tuple([metres, metres, metres, metres]),
});

export const sceneSchema = z
  .strictObject({
    lanes: z.array(lane).max(32).default([]),
    zones: z.array(zone).max(64).default([]),
    lines: z.array(line).max(64).default([]),
    groundPlane: groundPlane.optional(),
  })
  .superRefine((scene, context) => {
    const seen = new Set<string>();
    for (const part of ['lanes', 'zones', 'lines'] as const) {
      scene[part].forEach((drawn, index) => {
        if (seen.has(drawn.id))
          context.addIssue({
            code: 'custom',
            path: [part, index, 'id'],
            message: `'${drawn.id}' is used twice in this scene`,
          });
        seen.add(drawn.id);
      });
    }
    const groups = new Set(scene.lanes.map((drawn) => drawn.group));
    scene.lines.forEach((drawn, index) => {
      if (drawn.group !== undefined && !groups.has(drawn.group))
        context.addIssue({
          code: 'custom',
          path: ['lines', index, 'group'],
          message: `no lane has the group '${drawn.group}'; there are ${[...groups].join(', ') || 'none'}`,
        });
    });
  })
  .transform((scene): Scene => dropUndefined(scene) as Scene);

/** Optional keys that are absent, rather than present and undefined, as `exactOptionalPropertyTypes` wants. */
function dropUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [key, dropUndefined(inner)]));
}
