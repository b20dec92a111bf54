import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { type Lifetime, lifetime, NgatuError } from '#base';

/**
 * One gateway a data folder. The lock is SQLite's own on an empty database, so that the system lets go of it however the
 * process ends.
 */
export function lockData(dir: string): Lifetime {
  const lock = new SqliteDatabase(join(dir, 'ngatu.lock'), { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return lifetime(() => void lock.close());
  } catch (cause) {
    lock.close();
    throw new NgatuError(
      'STORE_IN_USE',
      `another gateway runs on the data folder ${dir}: end it, or choose another with --data`,
      {
        kind: 'config',
        cause,
      },
    );
  }
}
