import SqliteDatabase, { type Database, type Statement } from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import * as first from './migrations/0001-first.ts';
import * as atScale from './migrations/0002-at-scale.ts';
import * as outages from './migrations/0003-outages.ts';
import type { Tables } from './schema.ts';
import { DatabaseRefusal } from './sqlite-errors.ts';

/** In the order in which they run; names stay for ever. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-at-scale': atScale,
  '0003-outages': outages,
};

export interface OpenDatabase {
  readonly db: Kysely<Tables>;
  readonly raw: Database;
}

export interface OpenOptions {
  readonly file: string;
  readonly readonly: boolean;
  /** The database refuses to grow beyond this as if the disk were full. */
  readonly maxBytes: number | undefined;
}

/** Opens the file; the writer also creates it and brings its tables up to date. Throws what `storeError` understands. */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  const raw = new SqliteDatabase(options.file, { readonly: options.readonly, timeout: 250 });
  raw.pragma('cache_size = -8000');
  if (!options.readonly) prepareForWriting(raw, options.maxBytes);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: cachingStatements(raw) }) });
  if (!options.readonly) await migrate(db, raw, options.file);
  return { db, raw };
}

function prepareForWriting(raw: Database, maxBytes: number | undefined): void {
  // Only has an effect before the first table exists; lets retention give space back bit by bit.
  raw.pragma('auto_vacuum = INCREMENTAL');
  raw.pragma('journal_mode = WAL');
  // FULL: an acknowledged write also survives the loss of power. One sync a batch, so it costs little.
  raw.pragma('synchronous = FULL');
  raw.pragma('journal_size_limit = 67108864');
  if (maxBytes !== undefined) raw.pragma(`max_page_count = ${Math.max(1, Math.floor(maxBytes / 4096))}`);
}

async function migrate(db: Kysely<Tables>, raw: Database, file: string): Promise<void> {
  refuseNewer(raw, file);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

function refuseNewer(raw: Database, file: string): void {
  const known = raw.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'kysely_migration'`).get();
  if (known === undefined) return;
  const done = raw.prepare('SELECT name FROM kysely_migration').pluck().all() as string[];
  const unknown = done.find((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown === undefined) return;
  throw new DatabaseRefusal({
    code: 'STORE_NEWER',
    message: `the database ${file} was written by a newer version (it has ${unknown}): update this program, or restore the backup made before`,
    kind: 'config',
    context: { migration: unknown },
  });
}

const MOST_STATEMENTS = 200;

/** Kysely prepares a statement for every execution; the same SQL text gets the same statement here. */
function cachingStatements(raw: Database): { prepare(text: string): Statement; close(): void } {
  const kept = new Map<string, Statement>();
  return {
    prepare(text) {
      const known = kept.get(text);
      if (known !== undefined) return known;
      if (kept.size >= MOST_STATEMENTS) kept.delete(kept.keys().next().value as string);
      const made = raw.prepare(text);
      kept.set(text, made);
      return made;
    },
    close: () => void raw.close(),
  };
}
