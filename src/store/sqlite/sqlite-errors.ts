import type { ErrorKind } from '#base';

interface Meaning {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly say: (file: string) => string;
}

/** By the beginning of SQLite's own code; the first that fits counts. */
const MEANINGS: readonly (readonly [string, Meaning])[] = [
  [
    'SQLITE_FULL',
    {
      code: 'STORE_FULL',
      kind: 'transient',
      say: (file) => `no room left for the database ${file}: free some disk space or shorten the retention`,
    },
  ],
  [
    'SQLITE_BUSY',
    {
      code: 'STORE_LOCKED',
      kind: 'transient',
      say: (file) => `another program holds the database ${file} locked: end it, or wait until it is done`,
    },
  ],
  [
    'SQLITE_LOCKED',
    { code: 'STORE_LOCKED', kind: 'transient', say: (file) => `the database ${file} is locked` },
  ],
  ['SQLITE_CORRUPT', damaged()],
  ['SQLITE_NOTADB', damaged()],
  ['SQLITE_READONLY', unwritable()],
  ['SQLITE_CANTOPEN', unwritable()],
  ['SQLITE_PERM', unwritable()],
  ['SQLITE_AUTH', unwritable()],
  [
    'SQLITE_IOERR',
    {
      code: 'STORE_IO',
      kind: 'transient',
      say: (file) =>
        `the disk under the database ${file} fails: look at the system's log, and never keep it on a network file system`,
    },
  ],
];

function damaged(): Meaning {
  return {
    code: 'STORE_CORRUPT',
    kind: 'config',
    say: (file) =>
      `the file ${file} is damaged or not a database: restore a backup, or move it away to begin anew`,
  };
}

function unwritable(): Meaning {
  return {
    code: 'STORE_UNWRITABLE',
    kind: 'config',
    say: (file) => `the database ${file} cannot be opened for writing: check the folder and its permissions`,
  };
}

/** An error as it crosses a thread's border, where classes are lost; the face makes a `NgatuError` of it. */
export interface ThreadError {
  readonly code: string;
  readonly message: string;
  readonly kind: ErrorKind;
  readonly context: Readonly<Record<string, string>>;
}

/** Thrown inside a thread, which must not load `#base` (its log and metrics cost each thread time and memory). */
export class DatabaseRefusal extends Error {
  override readonly name = 'DatabaseRefusal';
  readonly error: ThreadError;

  constructor(error: ThreadError) {
    super(error.message);
    this.error = error;
  }
}

/** What SQLite says, as an error that tells a person what to do; anything else stays a bug. */
export function storeError(thrown: unknown, file: string): ThreadError {
  if (thrown instanceof DatabaseRefusal) return thrown.error;
  const code = sqliteCode(thrown);
  const meaning = MEANINGS.find(([start]) => code.startsWith(start))?.[1];
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (meaning === undefined) {
    const stack = (thrown instanceof Error ? thrown.stack : undefined) ?? '';
    const text = `the database ${file} refused: ${message}`;
    return { code: 'STORE_FAILED', message: text, kind: 'bug', context: { sqlite: code, stack } };
  }
  return {
    code: meaning.code,
    message: meaning.say(file),
    kind: meaning.kind,
    context: { sqlite: code, message },
  };
}

function sqliteCode(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : '';
}
