import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, systemClock } from '#base';
import { incidentAt } from '../conformance/world.ts';
import type { EventNotice } from '../events.ts';
import type { History } from '../port.ts';
import { openSqliteHistory, type SqliteHistoryOptions } from './sqlite-history.ts';

const CHILD = resolve(import.meta.dirname, '../../../test/support/store/writes-until-killed.ts');
const FACTS = { camera: 'loong-toong-1', name: 'Ngã tư', domain: 'traffic' };
const log = createLog({ level: 'silent' });

function raise(history: History, id: string, at = Date.now()) {
  return history.incidents.record({ change: 'opened', incident: incidentAt(id, at) }, FACTS);
}

describe('SQLite history in trouble', () => {
  let dir: string;
  const opened: History[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ngatu-durability-'));
  });
  afterEach(async () => {
    for (const history of opened.splice(0)) await history.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function open(more: Partial<SqliteHistoryOptions> = {}): Promise<History> {
    const history = await openSqliteHistory({ dir, clock: systemClock, log, ...more });
    opened.push(history);
    return history;
  }

  const file = () => join(dir, 'ngatu.db');

  it('loses nothing that was acknowledged to kill -9, again and again', async () => {
    const said = [];
    for (const ms of [150, 400, 700]) said.push(...(await writeAndKill(dir, ms)));
    const history = await open();
    expect(said.length).toBeGreaterThan(20);
    const events = await history.events.read(0, 1_000_000);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
    // A run begins its numbering anew, so the same incident may come from several; its last life counts.
    const notes = new Set(
      events.flatMap((event) => (event.type === 'incident' && event.act ? [event.incident.id] : [])),
    );
    const bySequence = new Map(events.map((event) => [event.sequence, event]));
    for (const line of said) {
      const [what, id = '', more = ''] = line.split(' ');
      if (what === 'incident') expect(bySequence.get(Number(more))).toMatchObject({ incident: { id } });
      if (what === 'note') expect(notes.has(id)).toBe(true);
    }
    await expectTraffic(history, said);
  });

  async function expectTraffic(history: History, said: readonly string[]): Promise<void> {
    const query = {
      from: 0,
      to: Date.now(),
      cameras: ['cam-1'],
      intervalMinutes: 1,
      utcOffsetMinutes: 0,
    } as const;
    const from = Date.now() - 3 * 86_400_000;
    const { rows } = await history.traffic.counts({ ...query, from }, { limit: 1_000_000 });
    const kept = new Map(rows.map((row) => [`${row.lane} ${row.startsAt}`, row.count]));
    for (const line of said.filter((one) => one.startsWith('traffic')))
      expect(kept.get(line.split(' ').slice(1, 3).join(' '))).toBeDefined();
  }

  it('lets only one gateway at a folder, and a visitor beside it', async () => {
    const history = await open();
    await expect(open()).rejects.toMatchObject({ code: 'STORE_IN_USE', kind: 'config' });
    const visitor = await open({ visitor: true });
    await visitor.people.putUser({ name: 'lan', password: 'a long enough one', role: 'operator' });
    expect(await history.people.users()).toMatchObject([{ name: 'lan' }]);
    await history.close();
    await open();
  });

  it('keeps the files for nobody else to read', async () => {
    const history = await open();
    await raise(history, 'a');
    for (const name of ['ngatu.db', 'ngatu.db-wal']) expect(statSync(join(dir, name)).mode & 0o077).toBe(0);
  });

  it('goes on telling subscribers while another program holds the database, and stores it all afterwards', async () => {
    const history = await open({ stallMs: 200, patienceMs: 400 });
    await raise(history, 'before');
    const told: EventNotice[] = [];
    history.events.subscribe((notice) => told.push(notice));
    const holder = new SqliteDatabase(file());
    holder.exec('BEGIN IMMEDIATE');
    const kept = [raise(history, 'a'), raise(history, 'b')];
    const asked = history.incidents.act('before', { action: 'acknowledge' }, 'lan');
    await expect(asked).rejects.toMatchObject({ kind: 'transient' });
    await expect.poll(() => told.length, { timeout: 20_000 }).toBe(2);
    expect(told).toMatchObject([
      { kind: 'unlogged', event: { type: 'incident', change: 'opened', incident: { id: 'a' } } },
      { kind: 'unlogged', event: { incident: { id: 'b' } } },
    ]);
    expect(history.stats()).toMatchObject({ unloggedEvents: 2 });
    expect(history.stats().failure).toContain('another program holds');
    expect(history.stats().stalledSince).toBeGreaterThan(0);
    // Reading goes on all the while.
    expect(await history.incidents.get('before')).toMatchObject({ state: 'open' });
    holder.exec('ROLLBACK');
    holder.close();
    await Promise.all(kept);
    expect(told.slice(2)).toMatchObject([
      { kind: 'logged', event: { sequence: 2, incident: { id: 'a' } } },
      { kind: 'logged', event: { sequence: 3, incident: { id: 'b' } } },
    ]);
    expect(history.stats()).toMatchObject({ failure: undefined, stalledSince: undefined });
  });

  it('says when the disk is full, refuses what nobody can wait for, bounds and counts the rest', async () => {
    const history = await open({ maxBytes: 400_000, capacity: 200, drainMs: 100 });
    const failure = await fillUp(history);
    expect(failure).toMatchObject({ code: 'STORE_FULL', kind: 'transient' });
    expect(failure.message).toContain('free some disk space');
    const before = history.stats().refusedWrites;
    const writes = await settled(
      Array.from({ length: 400 }, (_, i) => raise(history, `more-${i}-${'x'.repeat(3000)}`)),
      200,
    );
    expect(writes.filter((one) => one === 'STORE_QUEUE_FULL').length).toBeGreaterThanOrEqual(200);
    expect(history.stats().refusedWrites).toBeGreaterThan(before);
    expect(history.stats().queuedWrites).toBeLessThanOrEqual(200);
    // What is there can still be read.
    expect(await history.incidents.get('long')).toMatchObject({ state: 'open' });
  });

  it('refuses a damaged database, one that is none, and one of a newer version, each with what to do', async () => {
    writeFileSync(file(), 'this is a text file and no database at all, whatever its name says');
    await expect(open()).rejects.toMatchObject({ code: 'STORE_CORRUPT', kind: 'config' });
    rmSync(file());
    const history = await open();
    await raise(history, 'a');
    await history.close();
    copyFileSync(file(), `${file()}.good`);
    const newer = new SqliteDatabase(file());
    newer.exec(`INSERT INTO kysely_migration VALUES ('9999-from-the-future', '2027')`);
    newer.close();
    await expect(open()).rejects.toMatchObject({ code: 'STORE_NEWER', kind: 'config' });
    copyFileSync(`${file()}.good`, file());
    truncateSync(file(), 8192);
    await expect(open()).rejects.toMatchObject({ code: 'STORE_CORRUPT', kind: 'config' });
  });

  it('says so when the folder cannot be used', async () => {
    writeFileSync(join(dir, 'taken'), '');
    await expect(open({ dir: join(dir, 'taken', 'inside') })).rejects.toThrow();
  });

  it('refuses one bad write without the others that came with it', async () => {
    const history = await open();
    const bad = raise(history, null as never);
    const writes = [raise(history, 'a'), bad, raise(history, 'b')];
    const results = await Promise.allSettled(writes);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'STORE_FAILED', kind: 'bug' } });
    expect(history.events.bounds()).toEqual({ oldest: 1, newest: 2 });
  });
});

/** Lets the child write for a while after it has opened, kills it, and gives back what it had acknowledged. */
async function writeAndKill(dir: string, ms: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  await expect.poll(() => text, { timeout: 30_000 }).toContain('open\n');
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill('SIGKILL');
  await ended(child);
  return text.slice(0, text.lastIndexOf('\n')).split('\n').slice(1);
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.on('close', () => resolve()));
}

/** Notes of 2 kB until the database says no. */
async function fillUp(history: History): Promise<Error & { code: string }> {
  await raise(history, 'long');
  for (let i = 0; i < 1000; i++)
    try {
      await history.incidents.act('long', { action: 'note', text: `${i} ${'x'.repeat(2000)}` }, 'lan');
    } catch (failure) {
      return failure as Error & { code: string };
    }
  throw new Error('the database took everything');
}

/** The codes of those that are refused within `ms`; others are left to themselves. */
async function settled(writes: readonly Promise<unknown>[], ms: number): Promise<string[]> {
  const codes: string[] = [];
  for (const write of writes) write.catch((failure: { code: string }) => codes.push(failure.code));
  await new Promise((resolve) => setTimeout(resolve, ms));
  return codes;
}
