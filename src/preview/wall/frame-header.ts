import { WALL_FLAG, WALL_HEADER_BYTES, WALL_KIND } from '../wall-frame.ts';

/** What of a picture stands in its message's header. */
export interface HeaderFacts {
  readonly sequence: number;
  readonly capturedAt: number;
  readonly keyframe: boolean;
}

/** The header of an init segment's message. */
export function initHeader(channel: number, facts: HeaderFacts): Buffer {
  const header = Buffer.allocUnsafe(WALL_HEADER_BYTES);
  writeHeader(header, WALL_KIND.init, channel, facts);
  return header;
}

/** The header of a fragment's message and a copy of the fragment's own head, in one buffer: one write less per picture. */
export function fragmentHeader(channel: number, facts: HeaderFacts, head: Buffer): Buffer {
  const both = Buffer.allocUnsafe(WALL_HEADER_BYTES + head.length);
  writeHeader(both, WALL_KIND.fragment, channel, facts);
  head.copy(both, WALL_HEADER_BYTES);
  return both;
}

function writeHeader(into: Buffer, kind: number, channel: number, facts: HeaderFacts): void {
  into.writeUInt16BE(channel, 0);
  into[2] = kind;
  into[3] = facts.keyframe ? WALL_FLAG.keyframe : 0;
  into.writeUInt32BE(facts.sequence >>> 0, 4);
  into.writeDoubleBE(facts.capturedAt, 8);
}
