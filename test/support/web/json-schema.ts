/** Just enough of JSON Schema 2020-12 to hold answers against the OpenAPI document. For tests only. */

type Schema = Readonly<Record<string, unknown>>;

/** What is wrong, each with its place; empty when the value fits. Fields the schema does not name are wrong too. */
export function mismatches(value: unknown, schema: Schema, root: Schema, at = '$'): string[] {
  if (typeof schema.$ref === 'string') return mismatches(value, resolve(schema.$ref, root), root, at);
  const any = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (any !== undefined) {
    const tries = any.map((one) => mismatches(value, one, root, at));
    return tries.some((found) => found.length === 0)
      ? []
      : [`${at}: fits none of ${any.length}`, ...tries.flat()];
  }
  if ('const' in schema && value !== schema.const) return [`${at}: ${value} is not ${schema.const}`];
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return [`${at}: ${value} is not allowed`];
  if (schema.type === undefined) return [];
  if (typeOf(value, schema.type) !== schema.type)
    return [`${at}: ${JSON.stringify(value)} is no ${schema.type}`];
  return [
    ...ofObject(value, schema, root, at),
    ...ofArray(value, schema, root, at),
    ...ofValue(value, schema, at),
  ];
}

function resolve(ref: string, root: Schema): Schema {
  return ref
    .slice(2)
    .split('/')
    .reduce<Schema>((schema, part) => schema[part] as Schema, root);
}

function typeOf(value: unknown, wanted: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number' && wanted === 'integer' && Number.isInteger(value)) return 'integer';
  return typeof value;
}

function ofObject(value: unknown, schema: Schema, root: Schema, at: string): string[] {
  if (schema.type !== 'object') return [];
  const given = value as Record<string, unknown>;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const required = (schema.required ?? []) as readonly string[];
  const other = schema.additionalProperties as Schema | false | undefined;
  return [
    ...required.filter((name) => !(name in given)).map((name) => `${at}.${name}: missing`),
    ...Object.entries(given).flatMap(([name, one]) => {
      const of = properties[name] ?? (other === false ? undefined : other);
      return of === undefined
        ? [`${at}.${name}: not documented`]
        : mismatches(one, of, root, `${at}.${name}`);
    }),
  ];
}

function ofArray(value: unknown, schema: Schema, root: Schema, at: string): string[] {
  if (schema.type !== 'array') return [];
  return (value as unknown[]).flatMap((one, index) =>
    mismatches(one, (schema.items ?? {}) as Schema, root, `${at}[${index}]`),
  );
}

function ofValue(value: unknown, schema: Schema, at: string): string[] {
  const problems: string[] = [];
  if (schema.format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value)))
    problems.push(`${at}: ${value} is no time`);
  if (typeof schema.minimum === 'number' && Number(value) < schema.minimum)
    problems.push(`${at}: ${value} is too small`);
  if (typeof schema.maximum === 'number' && Number(value) > schema.maximum)
    problems.push(`${at}: ${value} is too large`);
  return problems;
}
