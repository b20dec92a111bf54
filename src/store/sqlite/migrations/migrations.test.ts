import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../open-database.ts';
import { incidentTotals } from '../statements/incident-reads.ts';
import * as first from './0001-first.ts';

describe('migrations', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ngatu-migrations-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('bring a database of the first version up to date with everything that is in it', async () => {
    const file = join(dir, 'ngatu.db');
    const raw = new SqliteDatabase(file);
    const old = new Kysely<unknown>({ dialect: new SqliteDialect({ database: raw }) });
    const provider = { getMigrations: async () => ({ '0001-first': first }) };
    expect((await new Migrator({ db: old, provider }).migrateToLatest()).error).toBeUndefined();
    const insert = raw.prepare('INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, 1, ?, 0, ?)');
    const states = ['open', 'closed', 'closed', 'cleared'];
    states.forEach((state, at) => {
      insert.run(`i${at}`, 'cam', `d${at % 2}`, 'congestion', 'minor', state, at, '{}');
    });
    await old.destroy();

    const opened = await openDatabase({ file, readonly: false, maxBytes: undefined });
    expect(await incidentTotals(opened, {})).toEqual({ open: 1, cleared: 1, closed: 2 });
    opened.raw.exec(`UPDATE incidents SET state = 'closed' WHERE id = 'i0'`);
    opened.raw.exec(`DELETE FROM incidents WHERE id = 'i3'`);
    expect(await incidentTotals(opened, {})).toEqual({ open: 0, cleared: 0, closed: 3 });
    expect(await incidentTotals(opened, { domains: ['d1'] })).toEqual({ open: 0, cleared: 0, closed: 1 });
    opened.raw.close();
    const again = await openDatabase({ file, readonly: false, maxBytes: undefined });
    expect(await incidentTotals(again, {})).toEqual({ open: 0, cleared: 0, closed: 3 });
    again.raw.close();
  });
});
