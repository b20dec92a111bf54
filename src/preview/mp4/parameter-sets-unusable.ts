import { NgatuError } from '#base';
import type { VideoFormat } from '#ingest';

/** Runs `make`, whose RangeError means that the format's parameter sets cannot be read; thrown on as `PARAMETER_SETS_UNUSABLE`. */
export function withParameterSets<T>(format: VideoFormat, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new NgatuError('PARAMETER_SETS_UNUSABLE', cause.message, {
      kind: 'transient',
      context: { codec: format.codec, mimeCodec: format.mimeCodec },
      cause,
    });
  }
}
