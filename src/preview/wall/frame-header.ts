import { WALL_FLAG, WALL_HEADER_BYTES, WALL_KIND } from '../wall-frame.ts';

/** What of a picture stands in its message's header. */
export interface HeaderFacts {
  readonly sequence: number;
  readonly capturedAt: number;
  readonly keyframe: boolean;
}

/** Used for one message after the other: whoever gets it must have copied it before the next is made. */
const header = Buffer.alloc(WALL_HEADER_BYTES);

/** The header of a binary message. The same buffer each time. */
export function wallHeader(kind: keyof typeof WALL_KIND, channel: number, facts: HeaderFacts): Buffer {
  header.writeUInt16BE(channel, 0);
  header[2] = WALL_KIND[kind];
  header[3] = facts.keyframe ? WALL_FLAG.keyframe : 0;
  header.writeUInt32BE(facts.sequence >>> 0, 4);
  header.writeDoubleBE(facts.capturedAt, 8);
  return header;
}
