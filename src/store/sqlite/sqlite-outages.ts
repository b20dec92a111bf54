import type { OutageHistory } from '../port.ts';
import type { Face } from './sqlite-history.ts';

export function createSqliteOutages({ clock, queue, reader }: Face): OutageHistory {
  return {
    record(change) {
      const at = clock.now();
      const preview = { type: 'outage' as const, ...change, at };
      return queue.write('recordOutage', { change, at }, { kind: 'kept', share: 1, preview });
    },
    list: (query, page) => reader.quick('listOutages', { query, page }),
    standing: () => reader.quick('standingOutages', {}),
  };
}
