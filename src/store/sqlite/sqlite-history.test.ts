import { createLog } from '#base';
import { describeHistory } from '../conformance/history.ts';
import { openSqliteHistory } from './sqlite-history.ts';

const log = createLog({ level: 'silent' });

describeHistory('SQLite', (dir, clock) => openSqliteHistory({ dir, clock, log }));
