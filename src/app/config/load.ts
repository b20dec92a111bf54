import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { z } from 'zod';
import type { Configuration, ConfiguredCamera, Domain } from './configuration.ts';
import type { Problem } from './problem.ts';
import { resolveCamera } from './resolve-camera.ts';
import {
  type CameraEntry,
  type CameraParts,
  type ConfigurationFile,
  cameraPartsSchema,
  cameraSchema,
  fileSchema,
} from './schema.ts';
import { problemAt, readCsv, readYaml, type Source, schemaProblems } from './source.ts';

export type Loaded =
  | { readonly configuration: Configuration; readonly problems: readonly Problem[] }
  | { readonly configuration: undefined; readonly problems: readonly [Problem, ...Problem[]] };

export interface LoadOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder with the models' descriptions. */
  readonly models: string;
  /** As if this stood in the file named; it must be there all the same. */
  readonly text?: string | undefined;
}

const MOST_FILES = 512;

/** A camera entry that passed its own schema, and where it stands. */
export interface PlacedCamera {
  readonly source: Source;
  readonly folder: string;
  readonly path: readonly PropertyKey[];
  readonly entry: CameraEntry;
}

/** Everything that the files say, before cameras are resolved against it. */
export interface Collected {
  readonly files: string[];
  readonly problems: Problem[];
  readonly cameras: PlacedCamera[];
  readonly domains: Map<string, Domain>;
  readonly credentials: Map<string, { readonly user: string; readonly password: string }>;
  readonly templates: Map<string, { readonly parts: CameraParts; readonly folder: string }>;
  /** Defaults of the file named on the command line; included files inherit them. */
  defaults: { readonly parts: CameraParts; readonly folder: string };
  site: ConfigurationFile['site'];
  dialling: ConfigurationFile['dialling'];
}

/** Reads `path` and what it includes. Every mistake is reported; one mistake does not hide another. */
export function loadConfiguration(path: string, options: LoadOptions): Loaded {
  const all: Collected = {
    files: [],
    problems: [],
    cameras: [],
    domains: new Map(),
    credentials: new Map(),
    templates: new Map(),
    defaults: { parts: {}, folder: dirname(resolve(path)) },
    site: undefined,
    dialling: undefined,
  };
  readInto(all, resolve(path), undefined, options.text);
  const cameras = resolveAll(all, options);
  const [first, ...others] = all.problems;
  if (first !== undefined) return { configuration: undefined, problems: [first, ...others] };
  return { configuration: configurationOf(all, cameras), problems: [] };
}

function configurationOf(all: Collected, cameras: readonly ConfiguredCamera[]): Configuration {
  return {
    site: {
      name: all.site?.name ?? 'Ngatu',
      timezone: all.site?.timezone ?? 'Asia/Ho_Chi_Minh',
      map: all.site?.map,
    },
    domains: [...all.domains.values()],
    cameras: [
      ...cameras.filter(({ camera }) => camera.analysis !== undefined),
      ...cameras.filter(({ camera }) => camera.analysis === undefined),
    ],
    dialling: {
      perSecond: all.dialling?.perSecond,
      atOnce: all.dialling?.atOnce,
      perHost: all.dialling?.perHost,
    },
    files: all.files,
  };
}

function resolveAll(all: Collected, options: LoadOptions): ConfiguredCamera[] {
  const first = new Map<string, PlacedCamera>();
  const resolved: ConfiguredCamera[] = [];
  for (const placed of all.cameras) {
    const twin = first.get(placed.entry.id);
    if (twin !== undefined) {
      const where = `${twin.source.file}:${twin.source.at(twin.path)?.line ?? '?'}`;
      const place = placed.source.at([...placed.path, 'id']);
      all.problems.push(
        problemAt(
          placed.source.file,
          place,
          `camera id '${placed.entry.id}' is taken`,
          `first used at ${where}`,
        ),
      );
      continue;
    }
    first.set(placed.entry.id, placed);
    const camera = resolveCamera(placed, all, options);
    if (camera !== undefined) resolved.push(camera);
  }
  return resolved;
}

function readInto(
  all: Collected,
  path: string,
  from: { source: Source; path: PropertyKey[] } | undefined,
  given?: string,
): void {
  const file = relative(process.cwd(), path) || path;
  const fault = (message: string) =>
    all.problems.push(
      from === undefined
        ? problemAt(file, undefined, message, undefined)
        : problemAt(from.source.file, from.source.at(from.path), message, undefined),
    );
  if (all.files.includes(path)) return void fault(`'${file}' is included twice`);
  if (all.files.length >= MOST_FILES) return void fault(`more than ${MOST_FILES} files`);
  let text: string;
  try {
    text = given ?? readFileSync(path, 'utf8');
  } catch (failure) {
    return void fault(
      `cannot read '${file}': ${(failure as NodeJS.ErrnoException).code ?? 'unknown reason'}`,
    );
  }
  all.files.push(path);
  const source = path.endsWith('.csv') ? readCsv(file, text) : readYaml(file, text);
  all.problems.push(...source.problems);
  if (source.value !== undefined) collect(all, source, dirname(path));
}

/** Cameras and templates one by one, so that a mistake in one does not hide the others. */
const outlineSchema = fileSchema.extend({
  cameras: z.array(z.unknown()).max(20_000).optional(),
  templates: z.record(z.string(), z.unknown()).optional(),
  defaults: z.unknown().optional(),
});

function collect(all: Collected, source: Source, folder: string): void {
  const outline = outlineSchema.safeParse(source.value ?? {});
  if (!outline.success) all.problems.push(...schemaProblems(source, outline.error, [], keysOfFile));
  // What is wrong is reported; the rest is still worth reading.
  const value = (outline.success ? outline.data : (source.value ?? {})) as z.output<typeof outlineSchema>;
  all.site ??= outline.success ? outline.data.site : undefined;
  all.dialling ??= outline.success ? outline.data.dialling : undefined;
  takeNamed(all, source, all.domains, 'domains', value.domains, (id, { name }) => ({ id, name }));
  takeNamed(all, source, all.credentials, 'credentials', value.credentials, (_, given) => given);
  takeParts(all, source, folder, value);
  const entries = Array.isArray(value.cameras) ? value.cameras : [];
  entries.forEach((entry: unknown, index: number) => {
    const parsed = cameraSchema.safeParse(entry);
    const path = ['cameras', index];
    if (parsed.success) all.cameras.push({ source, folder, path, entry: parsed.data });
    else all.problems.push(...schemaProblems(source, parsed.error, path, keysOfCamera));
  });
  const includes = Array.isArray(value.include) ? value.include : [];
  includes.forEach((name: unknown, index: number) => {
    if (typeof name === 'string') readInto(all, resolve(folder, name), { source, path: ['include', index] });
  });
}

function takeNamed<Given, Kept>(
  all: Collected,
  source: Source,
  into: Map<string, Kept>,
  key: string,
  given: Readonly<Record<string, Given>> | undefined,
  keep: (id: string, given: Given) => Kept,
): void {
  if (typeof given !== 'object' || given === null) return;
  for (const [id, one] of Object.entries(given)) {
    if (into.has(id))
      all.problems.push(
        problemAt(source.file, source.at([key, id]), `'${id}' stands twice under ${key}`, undefined),
      );
    else if (typeof one === 'object' && one !== null) into.set(id, keep(id, one));
  }
}

function takeParts(
  all: Collected,
  source: Source,
  folder: string,
  value: z.output<typeof outlineSchema>,
): void {
  const check = (given: unknown, path: readonly PropertyKey[]): CameraParts | undefined => {
    const parsed = cameraPartsSchema.safeParse(given);
    if (parsed.success) return parsed.data;
    all.problems.push(...schemaProblems(source, parsed.error, path, keysOfCamera));
    return undefined;
  };
  const defaults = value.defaults === undefined ? undefined : check(value.defaults, ['defaults']);
  if (defaults !== undefined) all.defaults = { parts: defaults, folder };
  for (const [id, given] of Object.entries(value.templates ?? {})) {
    const parts = check(given, ['templates', id]) ?? {};
    if (all.templates.has(id))
      all.problems.push(
        problemAt(source.file, source.at(['templates', id]), `template '${id}' stands twice`, undefined),
      );
    else all.templates.set(id, { parts, folder });
  }
}

function keysOfFile(path: readonly PropertyKey[]): readonly string[] {
  return keysAt(fileSchema, path);
}

function keysOfCamera(path: readonly PropertyKey[]): readonly string[] {
  return keysAt(cameraSchema, path);
}

/** What may stand at a path, read off the schema itself. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let here: z.ZodType = schema;
  for (const step of path) {
    here = unwrapped(here);
    if (here instanceof z.ZodObject) here = (here.shape[String(step)] as z.ZodType | undefined) ?? z.never();
    else if (here instanceof z.ZodArray) here = here.element as z.ZodType;
    else if (here instanceof z.ZodRecord) here = here.valueType as z.ZodType;
    else return [];
  }
  here = unwrapped(here);
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}
