import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** At the end of a name that is not finished. */
export const UNFINISHED = '.new';

let written = 0;

/** Under another name first, and on the disk before it gets its own: nobody ever sees half a file. */
export async function writeWhole(folder: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  // Two writers of the same file must not share the unfinished one.
  const unfinished = `${path}.${process.pid}-${written++}${UNFINISHED}`;
  try {
    await writeSynced(unfinished, parts);
    await rename(unfinished, path);
  } catch (failure) {
    await rm(unfinished, { force: true });
    throw failure;
  }
  await syncFolder(folder);
}

async function writeSynced(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The name itself must survive the loss of power too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
