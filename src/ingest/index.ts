/**
 * ingest: Camera -> AccessUnit. One TCP connection a camera, kept alive for ever.
 * Runs in the serving process. Never decodes, never keeps pictures.
 */
export type { AccessUnit, UnitMemory, VideoCodec, VideoFormat } from './access-unit.ts';
export { createIngest, type IngestDeps } from './ingest.ts';
export { defaultIngestOptions, type IngestOptions } from './options.ts';
export type {
  Demand,
  Ingest,
  IngestStats,
  PulledStream,
  StreamSink,
  StreamState,
  StreamStateChange,
  StreamStats,
  StreamToPull,
} from './port.ts';
