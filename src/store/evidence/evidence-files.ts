import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type EpochMs, type Log, NgatuError } from '#base';
import { folderName, idOfFolder } from '../folder-name.ts';
import type { IncidentHistory } from '../port.ts';
import { UNFINISHED, writeWhole } from './write-whole.ts';

export type EvidenceName = 'clip.mp4' | 'snapshot.jpg' | 'second-look.jpg';

/** Files that belong to incidents: `<dir>/<incident id>/clip.mp4`, `snapshot.jpg`, `second-look.jpg`. A file that can be seen is whole. */
export interface EvidenceFiles {
  /** Replaces what is there. Rejects with EVIDENCE_NO_ROOM when the disk has none and none can be made. */
  write(incident: string, name: EvidenceName, parts: readonly Uint8Array[]): Promise<void>;
  /** Absolute path of a finished file; undefined when there is none. */
  path(incident: string, name: EvidenceName): Promise<string | undefined>;
  /**
   * Removes what is too old, and then the oldest until no more than `bytes` are left, and tells the history. Locked
   * evidence and that of open incidents stays whatever the bounds; what belongs to no incident any more goes.
   */
  trim(bounds: EvidenceBounds): Promise<void>;
}

export interface EvidenceBounds {
  readonly days: number;
  readonly bytes: number;
}

export interface EvidenceOptions {
  readonly dir: string;
  readonly history: { readonly incidents: Pick<IncidentHistory, 'get' | 'recordEvidence'> };
  readonly clock: Clock;
  readonly log: Log;
  /** Room on the disk that is left to the database and the system; 2 GiB unless told. */
  readonly keepFreeBytes?: number;
}

const DAY_MS = 86_400_000;
const KEEP_FREE_BYTES = 2 * 1024 ** 3;
/** Made at once when there is no room, so that the next clip need not make some again. */
const SPARE_BYTES = 256 * 1024 ** 2;

/** Removes what a crash left unfinished, then serves. */
export async function openEvidenceFiles(options: EvidenceOptions): Promise<EvidenceFiles> {
  const { dir, clock } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await removeUnfinished(dir);
  return {
    async write(incident, name, parts) {
      const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
      const left = await roomFor(options, bytes);
      if (left < bytes) throw noRoom(incident, name, bytes, left);
      await writeWhole(join(dir, folderName(incident)), name, parts);
    },
    async path(incident, name) {
      const path = join(dir, folderName(incident), name);
      return await stat(path).then(
        (found) => (found.isFile() ? path : undefined),
        () => undefined,
      );
    },
    async trim({ days, bytes }) {
      const kept = await keptIn(dir);
      let total = kept.reduce((sum, one) => sum + one.bytes, 0);
      for (const one of kept) {
        if (one.writtenAt >= clock.now() - days * DAY_MS && total <= bytes) break;
        if (await removed(options, one)) total -= one.bytes;
      }
    },
  };
}

/** Bytes that may be written, after the oldest evidence has made way if it had to. */
async function roomFor(options: EvidenceOptions, bytes: number): Promise<number> {
  const left = await room(options);
  if (left >= bytes) return left;
  let missing = bytes - left + SPARE_BYTES;
  for (const one of await keptIn(options.dir)) {
    if (missing <= 0) break;
    if (await removed(options, one)) missing -= one.bytes;
  }
  return await room(options);
}

async function room({ dir, keepFreeBytes }: EvidenceOptions): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize - (keepFreeBytes ?? KEEP_FREE_BYTES);
}

interface Kept {
  readonly folder: string;
  readonly bytes: number;
  readonly writtenAt: EpochMs;
}

/** The one written longest ago first. */
async function keptIn(dir: string): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const folder of await readdir(dir, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    let bytes = 0;
    let writtenAt = 0;
    for (const name of await readdir(join(dir, folder.name))) {
      const file = await stat(join(dir, folder.name, name)).catch(() => undefined);
      bytes += file?.size ?? 0;
      writtenAt = Math.max(writtenAt, file?.mtimeMs ?? 0);
    }
    kept.push({ folder: folder.name, bytes, writtenAt });
  }
  return kept.sort((a, b) => a.writtenAt - b.writtenAt);
}

/** False: somebody still needs it. */
async function removed(
  { dir, history, clock, log }: EvidenceOptions,
  { folder, bytes }: Kept,
): Promise<boolean> {
  const id = idOfFolder(folder);
  const incident = await history.incidents.get(id);
  if (incident !== undefined && (incident.evidence.locked || incident.state === 'open')) return false;
  await rm(join(dir, folder), { recursive: true, force: true });
  log.info({ incident: id, bytes }, 'evidence was removed to make room');
  if (incident === undefined) return true;
  const gone = (['snapshot', 'clip', 'secondLook'] as const)
    .filter((what) => incident.evidence[what] === 'ready')
    .map((what) => [what, 'expired'] as const);
  await history.incidents.recordEvidence(id, { ...Object.fromEntries(gone), at: clock.now() });
  return true;
}

async function removeUnfinished(dir: string): Promise<void> {
  for (const folder of await readdir(dir, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const name of await readdir(join(dir, folder.name)))
      if (name.endsWith(UNFINISHED)) await rm(join(dir, folder.name, name), { force: true });
  }
}

function noRoom(incident: string, name: string, bytes: number, left: number): NgatuError {
  return new NgatuError(
    'EVIDENCE_NO_ROOM',
    `no room for ${name} of ${incident}: it needs ${bytes} bytes, ${Math.max(0, left)} may be used; free some disk space, shorten the retention or unlock evidence`,
    { kind: 'transient', context: { bytes, left } },
  );
}
