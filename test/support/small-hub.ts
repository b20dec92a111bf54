import type { Lifetime } from '../../src/base/index.ts';
import type { AccessUnit } from '../../src/ingest/index.ts';
import type { Hub, Reader, ReadOptions } from '../../src/live/index.ts';

interface Reading {
  readonly reader: Reader;
  readonly options: ReadOptions;
  skipped: number;
  skipping: boolean;
}

/** A hub of thirty lines. */
export function smallHub(): Hub & { readers(stream: string): number } {
  const groups = new Map<string, AccessUnit[]>();
  const readings = new Map<string, Set<Reading>>();
  const give = (reading: Reading, unit: AccessUnit): void => {
    if (reading.options.keyframesOnly && !unit.keyframe) return;
    if (reading.skipping && !unit.keyframe) {
      reading.skipped++;
      return;
    }
    if (reading.skipped > 0) reading.reader.dropped?.(reading.skipped);
    reading.skipped = 0;
    reading.skipping = !reading.reader.write(unit);
    if (reading.skipping) reading.skipped++;
  };
  return {
    write(stream, unit) {
      if (unit.keyframe) groups.set(stream, []);
      groups.get(stream)?.push(unit);
      for (const reading of [...(readings.get(stream) ?? [])]) give(reading, unit);
    },
    read(stream, reader, options): Lifetime {
      const reading = { reader, options, skipped: 0, skipping: options.from === 'live' };
      const all = readings.get(stream) ?? new Set();
      readings.set(stream, all);
      if (options.from === 'cached') for (const unit of groups.get(stream) ?? []) give(reading, unit);
      all.add(reading);
      return { close: () => void all.delete(reading) };
    },
    kept: (stream) => groups.get(stream) ?? [],
    keep: () => ({ close() {} }),
    onDemand: () => ({ close() {} }),
    forget: (stream) => void groups.delete(stream),
    stats: () => ({
      streams: 0,
      readers: 0,
      keptBytes: 0,
      picturesWritten: 0,
      picturesDropped: 0,
      readersCutOff: 0,
    }),
    readers: (stream) => readings.get(stream)?.size ?? 0,
  };
}
