import { z } from 'zod';
import { eventMessage } from './contract/events.ts';
import { problem } from './contract/values.ts';
import { jsonRoute, type Route } from './route.ts';

/** The document, made of the same table that is mounted. */
export function openApiRoute(routes: readonly Route[], version: string): Route {
  let made: unknown;
  return jsonRoute('GET /api/openapi.json', 'signed-in', {
    summary: 'This document.',
    answer: z.unknown(),
    handle: async () => {
      made ??= openApi([...routes, openApiRoute([], version)], version);
      return made;
    },
  });
}

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12 as zod writes it. */
export function openApi(routes: readonly Route[], version: string): object {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route, schemas) };
  }
  lifted(eventMessage, schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ngatu',
      version,
      description:
        'Cameras, incidents, traffic. `WS /api/events` sends messages of the schema EventMessage; `WS /api/wall` is described in docs/ref/api.md.',
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'ngatu_session' },
      },
    },
  };
}

function operation(route: Route, schemas: Record<string, unknown>): object {
  const json = (schema: object) => ({ content: { 'application/json': { schema } } });
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.path.split('/')[2] ?? 'service'],
    security: route.right === 'nobody' ? [] : [{ bearer: [] }, { cookie: [] }],
    ...(route.right === 'nobody' || route.right === 'signed-in' ? {} : { 'x-right': route.right }),
    parameters: [...parameters(route.params, 'path', schemas), ...parameters(route.query, 'query', schemas)],
    ...(route.body && { requestBody: { required: true, ...json(lifted(route.body, schemas)) } }),
    responses: { ...answer(route, schemas), default: problemAnswer(schemas) },
  };
}

function operationId({ method, path }: Route): string {
  const words = path.split(/[/.:_-]+/).filter((word) => word !== '' && word !== 'api');
  return method + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}

function answer(route: Route, schemas: Record<string, unknown>): object {
  switch (route.answer.kind) {
    case 'empty':
      return { 204: { description: 'Done.' } };
    case 'media': {
      const content = Object.fromEntries(
        route.answer.types.map((type) => [
          type.split(';')[0],
          { schema: type.startsWith('text/') ? { type: 'string' } : { type: 'string', format: 'binary' } },
        ]),
      );
      return { 200: { description: 'The content.', content } };
    }
    case 'json': {
      const schema = lifted(route.answer.schema, schemas);
      const content = { 'application/json': { schema } };
      return { [route.answer.status]: { description: 'The answer.', content } };
    }
  }
}

function problemAnswer(schemas: Record<string, unknown>): object {
  const schema = lifted(problem, schemas);
  return { description: 'A problem (RFC 9457).', content: { 'application/problem+json': { schema } } };
}

function parameters(
  schema: z.ZodObject | undefined,
  where: 'path' | 'query',
  schemas: Record<string, unknown>,
): readonly object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = lifted(schema, schemas) as {
    properties?: Record<string, { description?: string }>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...of }]) => ({
    name,
    in: where,
    required: where === 'path' || (required.includes(name) && !('default' in of)),
    ...(description === undefined ? {} : { description }),
    schema: of,
    ...('anyOf' in of || ('type' in of && of.type === 'array') ? { style: 'form', explode: true } : {}),
  }));
}

/** The schema with everything that has a name moved to the components. */
function lifted(schema: z.ZodType, schemas: Record<string, unknown>): object {
  const {
    $schema: _,
    $defs = {},
    ...rest
  } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // zod writes out the calendar as a pattern of 300 characters; the format says the same.
      if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern;
    },
  }) as Record<string, unknown> & { $defs?: Record<string, unknown> };
  for (const [name, definition] of Object.entries($defs)) schemas[name] = relinked(definition);
  return relinked(rest) as object;
}

function relinked(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
