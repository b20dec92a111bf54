import { parse as parseCsv } from 'csv-parse/sync';
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { didYouMean, type Problem } from './problem.ts';

/** A parsed file that still knows where everything stood. */
export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** Problems of the syntax itself. */
  readonly problems: readonly Problem[];
  /** The place of a value, or of its nearest ancestor that is there. */
  at(path: readonly PropertyKey[]): { readonly line: number; readonly column: number } | undefined;
}

export function readYaml(file: string, text: string): Source {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const problems = [...document.errors, ...document.warnings].map(
    (fault): Problem => ({
      file,
      ...place(fault.pos[0]),
      message: fault.message,
      suggestion: undefined,
    }),
  );
  return {
    file,
    value: problems.length === 0 ? document.toJS({ maxAliasCount: 1000 }) : undefined,
    problems,
    at(path) {
      for (let length = path.length; length >= 0; length--) {
        const offset = offsetOf(document, path.slice(0, length));
        if (offset !== undefined) return place(offset);
      }
      return undefined;
    },
  };
}

/** Where a key or a list item begins: for `a: 1` the `a`, since a wrong key is what people look for. */
function offsetOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
): number | undefined {
  const parent = path.length === 0 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent) && last !== undefined) {
    const pair = parent.items.find((item) => isNode(item.key) && String(item.key) === String(last));
    if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0];
  }
  const node = path.length === 0 ? parent : document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

/**
 * Cameras from a spreadsheet, one a line under a heading:
 * `id,name,domain,template,latitude,longitude,heading,main,sub,credentials`; columns may be missing, none may be unknown.
 */
export const csvColumns = [
  'id',
  'name',
  'domain',
  'template',
  'latitude',
  'longitude',
  'heading',
  'main',
  'sub',
  'credentials',
  'simulate',
] as const;

export function readCsv(file: string, text: string): Source {
  const problems: Problem[] = [];
  const fault = (line: number | undefined, message: string, suggestion?: string) =>
    problems.push({ file, line, column: undefined, message, suggestion });
  let rows: { info: { lines: number }; record: Record<string, string> }[] = [];
  try {
    rows = parseCsv(text, {
      bom: true,
      columns: (heading: string[]) => heading.map((column) => column.trim().toLowerCase()),
      delimiter: [',', ';', '\t'],
      info: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 65_536,
    }) as unknown as typeof rows;
  } catch (failure) {
    const at = failure as { lines?: number; message?: string };
    fault(at.lines, at.message ?? 'not readable as CSV');
  }
  const known = new Set<string>(csvColumns);
  for (const column of Object.keys(rows[0]?.record ?? {})) {
    if (!known.has(column))
      fault(
        1,
        `unknown column '${column}'`,
        didYouMean(column, csvColumns) ?? `known: ${csvColumns.join(', ')}`,
      );
  }
  const cameras = problems.length === 0 ? rows.map((row) => cameraOfRow(row.record)) : [];
  return {
    file,
    value: { cameras },
    problems,
    at(path) {
      const row = typeof path[1] === 'number' ? rows[path[1]] : undefined;
      return row === undefined ? undefined : { line: row.info.lines, column: 1 };
    },
  };
}

function cameraOfRow(row: Record<string, string>): unknown {
  const given = (column: string) =>
    row[column] === undefined || row[column] === '' ? undefined : row[column];
  const number = (column: string) => (given(column) === undefined ? undefined : Number(given(column)));
  const some = (parts: Record<string, unknown>) => {
    const kept = Object.entries(parts).filter(([, part]) => part !== undefined);
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  };
  return some({
    id: given('id'),
    name: given('name'),
    domain: given('domain'),
    template: given('template'),
    credentials: given('credentials'),
    simulate: given('simulate'),
    location: some({
      latitude: number('latitude'),
      longitude: number('longitude'),
      heading: number('heading'),
    }),
    streams: some({ main: given('main'), sub: given('sub') }),
  });
}

/** The schema's own complaints as problems of the file; `keysOf` lists what may stand at a path, for suggestions. */
export function schemaProblems(
  source: Source,
  error: z.ZodError,
  under: readonly PropertyKey[],
  keysOf: (path: readonly PropertyKey[]) => readonly string[],
): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = [...under, ...issue.path];
    const where = path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const place = source.at([...path, key]);
        const message = `unknown key '${key}'${where === '' ? '' : ` in ${where}`}`;
        return problemAt(source.file, place, message, didYouMean(key, keysOf(issue.path)));
      });
    }
    return [
      problemAt(
        source.file,
        source.at(path),
        `${where === '' ? 'file' : where}: ${issue.message}`,
        undefined,
      ),
    ];
  });
}

export function problemAt(
  file: string,
  place: { readonly line: number; readonly column: number } | undefined,
  message: string,
  suggestion: string | undefined,
): Problem {
  return { file, line: place?.line, column: place?.column, message, suggestion };
}
