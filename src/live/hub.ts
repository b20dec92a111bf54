import { asNgatuError, type Lifetime, type Log, lifetime } from '#base';
import type { StreamId } from '#camera';
import type { AccessUnit } from '#ingest';
import { LiveStream } from './live-stream.ts';
import type { Hub, Reader, ReadOptions } from './port.ts';
import { Reading } from './reading.ts';

export interface HubOptions {
  /** The most that is kept of one stream, whatever was asked for. */
  readonly maxBytesPerStream: number;
  /** The most that is kept of all together; above it each stream has its equal share. */
  readonly maxBytes: number;
}

export interface HubDeps {
  readonly log: Pick<Log, 'error'>;
  readonly options?: Partial<HubOptions>;
}

export const defaultHubOptions: HubOptions = {
  maxBytesPerStream: 16 * 1024 * 1024,
  maxBytes: 768 * 1024 * 1024,
};

export function createHub(deps: HubDeps): Hub {
  const options = { ...defaultHubOptions, ...deps.options };
  const streams = new Map<StreamId, LiveStream>();
  const totals = { readers: 0, keptBytes: 0, picturesWritten: 0, picturesDropped: 0, readersCutOff: 0 };

  const streamOf = (id: StreamId): LiveStream => {
    let stream = streams.get(id);
    if (stream === undefined) {
      stream = new LiveStream();
      streams.set(id, stream);
    }
    return stream;
  };
  const bound = () =>
    totals.keptBytes <= options.maxBytes
      ? options.maxBytesPerStream
      : Math.min(options.maxBytesPerStream, options.maxBytes / streams.size);
  const keep = (stream: LiveStream, change: () => void) => {
    const before = stream.kept.bytes;
    change();
    totals.keptBytes += stream.kept.bytes - before;
  };
  const leave = (stream: LiveStream, reading: Reading) => {
    if (reading.ended) return;
    stream.leave(reading);
    totals.readers--;
    if (reading.options.keyframesOnly !== true) stream.want(reading.options.demand ?? 'watched', -1);
  };
  /** One reader's fault stays its own. */
  const give = (id: StreamId, stream: LiveStream, reading: Reading, unit: AccessUnit) => {
    try {
      if (!reading.give(unit)) totals.picturesDropped++;
    } catch (thrown) {
      leave(stream, reading);
      totals.readersCutOff++;
      deps.log.error({ stream: id, error: asNgatuError(thrown).message }, 'a reader failed and is cut off');
    }
  };
  const begin = (id: StreamId, stream: LiveStream, reading: Reading) => {
    if (reading.options.keyframesOnly !== true) stream.want(reading.options.demand ?? 'watched', 1);
    totals.readers++;
    if (reading.options.from === 'cached')
      for (const unit of stream.cached()) give(id, stream, reading, unit);
    if (!stream.kept.continuous) reading.interrupt();
    if (!reading.ended) stream.join(reading);
  };

  return {
    write(id, unit) {
      const stream = streamOf(id);
      const shared = stream.shared;
      for (const reading of stream.readings) give(id, stream, reading, unit);
      const before = stream.kept.bytes;
      stream.kept.add(unit, stream.keepMs, bound(), shared);
      totals.keptBytes += stream.kept.bytes - before;
      totals.picturesWritten++;
    },
    read(id: StreamId, reader: Reader, readOptions: ReadOptions): Lifetime {
      const stream = streamOf(id);
      const reading = new Reading(reader, readOptions);
      begin(id, stream, reading);
      return lifetime(() => leave(stream, reading));
    },
    newest: (id) => streams.get(id)?.kept.current().at(-1),
    kept(id, since) {
      const kept = streams.get(id)?.kept;
      kept?.share();
      return kept?.from(since ?? Number.POSITIVE_INFINITY) ?? [];
    },
    keep(id, seconds) {
      const stream = streamOf(id);
      stream.keep(seconds);
      return lifetime(() => keep(stream, () => stream.unkeep(seconds)));
    },
    onDemand(id, tell) {
      const stream = streamOf(id);
      stream.onDemand(tell);
      return lifetime(() => stream.offDemand(tell));
    },
    forget(id) {
      const stream = streams.get(id);
      if (stream === undefined) return;
      keep(stream, () => stream.kept.clear());
      for (const reading of stream.readings) reading.interrupt();
      if (!stream.needed) streams.delete(id);
    },
    stats: () => ({ streams: streams.size, ...totals }),
  };
}
