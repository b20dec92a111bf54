import { NgatuError } from '#base';

const PLAIN = /^[a-z0-9][a-z0-9._-]{0,179}$/;
const MOST_BYTES = 180;

/** A name for an id that is safe as one step of a path: the id itself where that is plain, else base64url behind `_`. */
export function folderName(id: string): string {
  if (PLAIN.test(id)) return id;
  const bytes = Buffer.from(id);
  if (bytes.length === 0 || bytes.length > MOST_BYTES)
    throw new NgatuError('ID_LENGTH', `expected an id of 1 to ${MOST_BYTES} bytes, got ${bytes.length}`, {
      kind: 'bug',
    });
  return `_${bytes.toString('base64url')}`;
}

/** The id behind a folder's name. */
export function idOfFolder(name: string): string {
  return name.startsWith('_') ? Buffer.from(name.slice(1), 'base64url').toString() : name;
}
