import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import type { TrafficHistory } from '../port.ts';
import { countValues, type MinuteValues, turnValues } from '../traffic/series.ts';
import type { Face } from './sqlite-history.ts';
import type { MinuteOfCamera } from './statements/traffic-writes.ts';

export function createSqliteTraffic({ queue, reader }: Face): TrafficHistory {
  const record = async <T extends OfMinute>(
    rows: readonly T[],
    values: (rows: readonly T[]) => MinuteValues,
  ) => {
    if (rows.length === 0) return;
    // Traffic gives way first when the disk does not keep up: incidents matter more.
    await queue.write('recordMinutes', byMinute(rows, values), {
      kind: 'kept',
      share: 0.5,
      weight: rows.length,
    });
  };
  return {
    record: (counts) => record(counts, countValues),
    recordTurns: (turns) => record(turns, turnValues),
    counts: (query, page) => reader.long('listCounts', { query, page }),
    turns: (query, page) => reader.long('listTurns', { query, page }),
  };
}

interface OfMinute {
  readonly camera: CameraId;
  readonly minuteAt: EpochMs;
}

function byMinute<T extends OfMinute>(
  rows: readonly T[],
  values: (rows: readonly T[]) => MinuteValues,
): MinuteOfCamera[] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const name = `${minuteOf(row)} ${row.camera}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return [...groups.values()].map((group) => ({
    camera: group[0]!.camera,
    minute: minuteOf(group[0]!),
    values: values(group),
  }));
}

function minuteOf(row: OfMinute): number {
  return Math.floor(row.minuteAt / 60_000);
}
