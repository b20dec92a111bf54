import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#base';
import { incidentAt, testClock } from '../conformance/world.ts';
import type { History } from '../port.ts';
import { openSqliteHistory } from '../sqlite/sqlite-history.ts';
import { type EvidenceOptions, openEvidenceFiles } from './evidence-files.ts';

const DAY = 86_400_000;
const T = Date.now();
const FACTS = { camera: 'cam', name: 'Cam', domain: 'traffic' };

describe('evidence files', () => {
  let root: string;
  let dir: string;
  let history: History;
  const clock = testClock(T);
  const log = createLog({ level: 'silent' });
  const open = (more: Partial<EvidenceOptions> = {}) =>
    openEvidenceFiles({ dir, history, clock, log, keepFreeBytes: 0, ...more });

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'ngatu-evidence-'));
    dir = join(root, 'evidence');
    history = await openSqliteHistory({ dir: root, clock, log });
  });
  afterEach(async () => {
    await history.close();
    rmSync(root, { recursive: true, force: true });
  });

  async function incident(id: string, closed = true): Promise<void> {
    await history.incidents.record({ change: 'opened', incident: incidentAt(id, T) }, FACTS);
    await history.incidents.recordEvidence(id, { clip: 'ready', at: T });
    if (closed) await history.incidents.act(id, { action: 'close' }, 'lan');
  }

  it('are whole or not there, and replace each other', async () => {
    const files = await open();
    expect(await files.path('i1', 'clip.mp4')).toBeUndefined();
    await files.write('i1', 'clip.mp4', [Buffer.from('one '), Buffer.from('two')]);
    const path = await files.path('i1', 'clip.mp4');
    expect(path).toBe(join(dir, 'i1', 'clip.mp4'));
    expect(readFileSync(path!, 'utf8')).toBe('one two');
    await Promise.all(
      ['a', 'b'].map((text) => files.write('i1', 'clip.mp4', [Buffer.from(text.repeat(1e5))])),
    );
    expect(readFileSync(path!, 'utf8')).toMatch(/^(a{100000}|b{100000})$/);
    expect(readdirSync(join(dir, 'i1'))).toEqual(['clip.mp4']);
  });

  it('leave nothing unfinished behind after a crash', async () => {
    mkdirSync(join(dir, 'i1'), { recursive: true });
    writeFileSync(join(dir, 'i1', 'clip.mp4.99-1.new'), 'half');
    await open();
    expect(readdirSync(join(dir, 'i1'))).toEqual([]);
  });

  it('go when they are old, but not while locked or open, and history is told', async () => {
    const files = await open();
    for (const id of ['old', 'locked', 'open', 'young', 'orphan']) {
      if (id !== 'orphan') await incident(id, id !== 'open');
      await files.write(id, 'clip.mp4', [Buffer.from('clip')]);
      const at = (id === 'young' ? T : T - 100 * DAY) / 1000;
      utimesSync(join(dir, id, 'clip.mp4'), at, at);
    }
    await history.incidents.act('locked', { action: 'lock-evidence', locked: true }, 'lan');
    await files.trim({ days: 90, bytes: 1e9 });
    expect(readdirSync(dir).sort()).toEqual(['locked', 'open', 'young']);
    expect((await history.incidents.get('old'))?.evidence).toMatchObject({
      clip: 'expired',
      snapshot: 'pending',
    });
    await files.trim({ days: 900, bytes: 0 });
    expect(readdirSync(dir).sort()).toEqual(['locked', 'open']);
  });

  it('are refused when the disk must be kept free, after the oldest have made way', async () => {
    await incident('old');
    await (await open()).write('old', 'clip.mp4', [Buffer.from('clip')]);
    const files = await open({ keepFreeBytes: Number.MAX_SAFE_INTEGER });
    await expect(files.write('new', 'clip.mp4', [Buffer.from('clip')])).rejects.toMatchObject({
      code: 'EVIDENCE_NO_ROOM',
      kind: 'transient',
    });
    expect(existsSync(join(dir, 'old'))).toBe(false);
    expect(existsSync(join(dir, 'new', 'clip.mp4'))).toBe(false);
  });
});
