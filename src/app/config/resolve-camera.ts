import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Camera, type Scene, sceneSchema } from '#camera';
import { type RuleSettings, ruleSettingsSchema } from '#rules';
import type { ConfiguredCamera } from './configuration.ts';
import type { Collected, LoadOptions, PlacedCamera } from './load.ts';
import { didYouMean, type Problem } from './problem.ts';
import type { CameraParts } from './schema.ts';
import { problemAt, readYaml, schemaProblems } from './source.ts';

/** Cameras without a word on it are analysed with this model, at this rate. */
const DEFAULT_MODEL = 'nanodet-g';
const DEFAULT_RATE = 5;

/** Parts of defaults, template and camera, laid over each other; file names already absolute. */
type Parts = Omit<CameraParts, 'simulate'> & { readonly simulate?: string | undefined };

/** The camera as the program uses it, or undefined with its problems added to `all`. */
export function resolveCamera(
  placed: PlacedCamera,
  all: Collected,
  options: LoadOptions,
): ConfiguredCamera | undefined {
  const before = all.problems.length;
  const fault = (path: readonly PropertyKey[], message: string, suggestion?: string): void => {
    const place = placed.source.at([...placed.path, ...path]);
    all.problems.push(
      problemAt(placed.source.file, place, `camera '${placed.entry.id}': ${message}`, suggestion),
    );
  };
  const named = <T>(
    kind: string,
    from: ReadonlyMap<string, T>,
    name: string,
    path: readonly PropertyKey[],
  ) => {
    if (!from.has(name))
      fault(path, `no ${kind} '${name}'`, didYouMean(name, from.keys()) ?? listed(from.keys()));
    return from.get(name);
  };

  const { id, name, template, ...own } = placed.entry;
  const base = template === undefined ? undefined : named('template', all.templates, template, ['template']);
  const parts = [all.defaults, base, { parts: own, folder: placed.folder }]
    .filter((layer) => layer !== undefined)
    .map((layer) => withAbsoluteFiles(layer.parts, layer.folder))
    .reduce(laidOver, {});

  const streams = streamsOf(id, parts, fault);
  if (parts.domain === undefined) fault([], 'no domain', `give one of ${listed(all.domains.keys())}`);
  else named('domain', all.domains, parts.domain, ['domain']);
  const credentials = credentialsOf(parts, all, named, options, fault);
  const analysis = analysisOf(parts, options, all.problems, fault);
  if (all.problems.length > before || streams === undefined || parts.domain === undefined) return undefined;
  const location = parts.location;
  const camera: Camera = {
    id,
    name,
    domain: parts.domain,
    location: location && {
      latitude: location.latitude,
      longitude: location.longitude,
      headingDegrees: location.heading,
    },
    streams,
    credentials,
    analysis: analysis?.analysis,
  };
  return { camera, rules: analysis?.rules, simulate: parts.simulate };
}

type Fault = (path: readonly PropertyKey[], message: string, suggestion?: string) => void;
type Named = <T>(
  kind: string,
  from: ReadonlyMap<string, T>,
  name: string,
  path: readonly PropertyKey[],
) => T | undefined;

function listed(names: Iterable<string>): string {
  const all = [...names];
  return all.length === 0
    ? 'none is defined'
    : `there are: ${all.slice(0, 12).join(', ')}${all.length > 12 ? ', …' : ''}`;
}

function withAbsoluteFiles(parts: CameraParts, folder: string): Parts {
  const scene = parts.analysis?.scene;
  return {
    ...parts,
    simulate: parts.simulate === undefined ? undefined : resolve(folder, parts.simulate),
    analysis:
      typeof scene === 'string' ? { ...parts.analysis, scene: resolve(folder, scene) } : parts.analysis,
  };
}

/** The upper layer wins key by key; a layer that names a stream ends an inherited simulation, and the other way round. */
function laidOver(below: Parts, above: Parts): Parts {
  const source =
    above.simulate !== undefined
      ? { simulate: above.simulate, streams: above.streams }
      : above.streams !== undefined
        ? { simulate: undefined, streams: { ...below.streams, ...above.streams } }
        : { simulate: below.simulate, streams: below.streams };
  return {
    domain: above.domain ?? below.domain,
    location: above.location ?? below.location,
    credentials: above.credentials ?? below.credentials,
    analysis: mergedAnalysis(below.analysis, above.analysis),
    ...source,
  };
}

function mergedAnalysis(below: Parts['analysis'], above: Parts['analysis']): Parts['analysis'] {
  if (below === undefined || above === undefined) return above ?? below;
  return { ...below, ...above, rules: mergedRecord(below.rules, above.rules) };
}

/** Rules merge one level down: a camera may change one threshold and keep the rest of its template. */
function mergedRecord(
  below: Record<string, unknown> | undefined,
  above: Record<string, unknown> | undefined,
): Record<string, unknown> | undefined {
  if (below === undefined || above === undefined) return above ?? below;
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    merged[key] = isRecord(under) && isRecord(value) ? { ...under, ...value } : value;
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function streamsOf(id: string, parts: Parts, fault: Fault): Camera['streams'] | undefined {
  if (parts.simulate !== undefined) {
    if (parts.streams !== undefined)
      fault(['streams'], 'has both `simulate` and `streams`', 'keep one of them');
    if (!existsSync(parts.simulate)) fault(['simulate'], `no clip at '${parts.simulate}'`);
    return { main: { url: `rtsp://simulated/${id}` }, sub: undefined };
  }
  const main = parts.streams?.main ?? parts.streams?.sub;
  if (main === undefined) {
    fault([], 'no stream', 'give `streams: {main: rtsp://…}`, or `simulate: a clip`');
    return undefined;
  }
  const sub = parts.streams?.main === undefined ? undefined : parts.streams.sub;
  return { main: { url: main }, sub: sub === undefined ? undefined : { url: sub } };
}

function credentialsOf(
  parts: Parts,
  all: Collected,
  named: Named,
  options: LoadOptions,
  fault: Fault,
): Camera['credentials'] {
  const given = parts.credentials;
  if (given === undefined) return undefined;
  const found =
    typeof given === 'string' ? named('credentials', all.credentials, given, ['credentials']) : given;
  if (found === undefined) return undefined;
  const read = (text: string): string => {
    const variable = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(text)?.[1];
    if (variable === undefined) return text;
    const value = options.env[variable];
    if (value === undefined) fault(['credentials'], `the environment variable ${variable} is not set`);
    return value ?? '';
  };
  return { user: read(found.user), password: read(found.password) };
}

function analysisOf(
  parts: Parts,
  options: LoadOptions,
  problems: Problem[],
  fault: Fault,
): { readonly analysis: NonNullable<Camera['analysis']>; readonly rules: RuleSettings } | undefined {
  const given = parts.analysis;
  if (given === undefined) return undefined;
  const model = given.model ?? DEFAULT_MODEL;
  if (!existsSync(join(options.models, `${model}.yaml`)))
    fault(['analysis', 'model'], `no model '${model}' in ${options.models}`);
  const scene = sceneOf(given.scene, problems, fault);
  const rules = ruleSettingsSchema.safeParse(given.rules ?? {});
  if (!rules.success) {
    for (const issue of rules.error.issues)
      fault(
        ['analysis', 'rules', ...issue.path],
        `rules.${issue.path.map(String).join('.')}: ${issue.message}`,
      );
  }
  if (scene === undefined || !rules.success) return undefined;
  const analysis = {
    model,
    picturesPerSecond: given.picturesPerSecond ?? DEFAULT_RATE,
    stream: given.stream ?? ('sub' as const),
    scene,
  };
  return { analysis, rules: rules.data };
}

function sceneOf(
  given: string | Record<string, unknown> | undefined,
  problems: Problem[],
  fault: Fault,
): Scene | undefined {
  const path = ['analysis', 'scene'];
  if (given === undefined) {
    fault(
      ['analysis'],
      'no scene',
      'name a YAML file with lanes and zones under `analysis.scene`, or write the scene there',
    );
    return undefined;
  }
  if (typeof given !== 'string') {
    const scene = sceneSchema.safeParse(given);
    if (scene.success) return scene.data;
    for (const issue of scene.error.issues)
      fault([...path, ...issue.path], `scene.${issue.path.map(String).join('.')}: ${issue.message}`);
    return undefined;
  }
  let text: string;
  try {
    text = readFileSync(given, 'utf8');
  } catch (failure) {
    fault(
      path,
      `cannot read the scene '${given}': ${(failure as NodeJS.ErrnoException).code ?? 'unknown reason'}`,
    );
    return undefined;
  }
  const source = readYaml(given, text);
  const scene = sceneSchema.safeParse(source.value);
  if (scene.success) return scene.data;
  const found =
    source.problems.length > 0 ? source.problems : schemaProblems(source, scene.error, [], () => []);
  // Many cameras may share a scene; its mistakes are said once.
  for (const problem of found) {
    if (
      !problems.some(
        (said) =>
          said.file === problem.file && said.line === problem.line && said.message === problem.message,
      )
    )
      problems.push(problem);
  }
  return undefined;
}
