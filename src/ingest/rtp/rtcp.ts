import type { EpochMs } from '#base';

/** What an RTCP compound packet says that matters here (RFC 3550 §6). */
export interface SenderReport {
  readonly source: number;
  /** The sender's wall clock when it wrote the report. */
  readonly wallClock: EpochMs;
  /** The same moment in the units of its RTP timestamps. */
  readonly timestamp: number;
}

export interface RtcpFacts {
  readonly report: SenderReport | undefined;
  readonly goodbye: boolean;
}

const SENDER_REPORT = 200;
const GOODBYE = 203;
const NTP_TO_UNIX_SECONDS = 2_208_988_800;
/** NTP time wraps in 2036 (RFC 5905 §6); seconds below this belong to the era after. */
const ERA_PIVOT = 2 ** 31;

/** Reads the packets of a compound one after the other and stops at the first that is malformed. */
export function parseRtcp(buffer: Buffer, start: number, end: number): RtcpFacts {
  let report: SenderReport | undefined;
  let goodbye = false;
  for (let at = start; at + 4 <= end; ) {
    const length = 4 * (buffer.readUInt16BE(at + 2) + 1);
    if (buffer[at]! >> 6 !== 2 || at + length > end) break;
    const type = buffer[at + 1]!;
    if (type === SENDER_REPORT && length >= 28) report = readReport(buffer, at);
    if (type === GOODBYE) goodbye = true;
    at += length;
  }
  return { report, goodbye };
}

function readReport(buffer: Buffer, at: number): SenderReport {
  const seconds = buffer.readUInt32BE(at + 8);
  const fraction = buffer.readUInt32BE(at + 12) / 2 ** 32;
  const era = seconds < ERA_PIVOT ? 2 ** 32 : 0;
  return {
    source: buffer.readUInt32BE(at + 4),
    wallClock: (seconds + era - NTP_TO_UNIX_SECONDS + fraction) * 1000,
    timestamp: buffer.readUInt32BE(at + 16),
  };
}
