/** The import rules of docs/architecture.md, checked over the source as it stands. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

/** The stages in the order of the data; an import may only point to an earlier one. `app` joins them and comes last. */
const stages = [
  ...readdirSync(src, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'app')
    .map((entry) => entry.name)
    .sort(),
  'app',
];

/** Whose values, not only types, every stage may use. */
const sharedValues = ['base', 'codec'];

/** No `node:` module, no clock, no randomness, no package but zod. */
const pure = [
  'camera',
  'codec',
  'health',
  'rules',
  'ingest/rtp',
  'perception/track',
  'perception/quality',
  'preview/mp4',
];

/** Packages that only one folder may know; what is not listed may be used anywhere. */
const adapters: Readonly<Record<string, string | readonly string[]>> = {
  'onnxruntime-node': 'perception/detect/onnx',
  'better-sqlite3': 'store/sqlite',
  kysely: 'store/sqlite',
  express: 'web',
  ws: 'web',
  sharp: 'preview',
  'prom-client': 'base',
  pino: 'base',
  yaml: ['app/config', 'perception/detect'],
  'csv-parse': 'app/config',
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.(test|bench)\.ts$/.test(name) && !name.startsWith('web/ui/'))
  .map((name) => name.replaceAll('\\', '/'));

/** The code without its comments, which may speak of anything. */
const text = (file: string): string =>
  readFileSync(join(src, file), 'utf8').replace(/\/\*.*?\*\/|^\s*\/\/.*$/gms, '');
const within = (file: string, folder: string): boolean => file.startsWith(`${folder}/`);
const stageOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : 'app');

const imports: readonly Import[] = files.flatMap((file) => {
  const found = text(file).matchAll(/^(?:import|export)\s+(type\s+)?([^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm);
  return [...found].map(([, type, names = '', from = '']) => ({
    file,
    from,
    typeOnly: type !== undefined || onlyTypes(names),
  }));
});

/** `{ type A, type B }` imports types just as `type { A, B }` does. */
function onlyTypes(names: string): boolean {
  const listed = /^\{(.*)\}\s+from\s+$/s.exec(names)?.[1];
  if (listed === undefined) return false;
  const parts = listed
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => part.startsWith('type '));
}

/** Lines a person can act on; none means the rule holds. */
const broken = (rule: (found: Import) => string | undefined): string[] =>
  imports.flatMap((found) => {
    const why = rule(found);
    return why === undefined ? [] : [`${found.file}: ${found.from} (${why})`];
  });

describe('architecture', () => {
  it('sees the source', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('reaches another folder only by its front page', () => {
    const crossing = broken(({ file, from }) => {
      if (!from.startsWith('.')) return undefined;
      const target = relative(src, resolve(src, dirname(file), from)).replaceAll('\\', '/');
      return stageOf(target) === stageOf(file) ? undefined : 'use the folder’s #name';
    });
    expect(crossing).toEqual([]);
  });

  it('imports only from stages further up', () => {
    const upwards = broken(({ file, from }) => {
      if (!from.startsWith('#')) return undefined;
      const target = from.slice(1).split('/')[0] ?? '';
      if (!stages.includes(target)) return 'no such stage';
      return stages.indexOf(target) < stages.indexOf(stageOf(file)) ? undefined : 'points down the list';
    });
    expect(upwards).toEqual([]);
  });

  it('lets only types cross a border, except from base and codec, and into app', () => {
    const values = broken(({ file, from, typeOnly }) => {
      if (!from.startsWith('#') || typeOnly || stageOf(file) === 'app') return undefined;
      return sharedValues.includes(from.slice(1)) ? undefined : 'import it as a type';
    });
    expect(values).toEqual([]);
  });

  it('keeps pure folders pure', () => {
    const impure = broken(({ file, from, typeOnly }) => {
      if (!pure.some((folder) => within(file, folder)) || typeOnly) return undefined;
      return from.startsWith('.') || from.startsWith('#') || from === 'zod'
        ? undefined
        : 'this folder is pure';
    });
    expect(impure).toEqual([]);
    const reading =
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bprocess\./;
    const clocks = files.filter(
      (file) => pure.some((folder) => within(file, folder)) && reading.test(text(file)),
    );
    expect(clocks).toEqual([]);
  });

  it('lets only an adapter’s own folder import its package', () => {
    const strays = broken(({ file, from }) => {
      const owner = Object.entries(adapters).find(
        ([name]) => from === name || from.startsWith(`${name}/`),
      )?.[1];
      const owners = [owner ?? []].flat();
      return owner === undefined || owners.some((each) => within(file, each))
        ? undefined
        : `belongs to ${owners}`;
    });
    expect(strays).toEqual([]);
  });

  it('has no folder or file that is a drawer', () => {
    const drawers = files.filter((file) =>
      /(^|\/)(utils?|misc|helpers?|common|manager)(\/|\.ts$|-)/.test(file),
    );
    expect(drawers).toEqual([]);
  });
});
