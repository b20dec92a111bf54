import type { EpochMs } from '#base';
import type { PictureCounts } from './continuity.ts';
import { RtpPacket } from './packet.ts';
import { PictureStream, type PictureStreamOptions } from './picture-stream.ts';
import { parseRtcp } from './rtcp.ts';
import { LATE, SequenceNumbers } from './sequence.ts';

export interface PacketCounts extends PictureCounts {
  packets: number;
  packetsLost: number;
  /** Packets that were no RTP, came twice or late, or belong to something else. */
  packetsIgnored: number;
}

export interface ReceiverOptions extends PictureStreamOptions {
  readonly payloadType: number;
  readonly counts: PacketCounts;
}

/** One for all receivers: it is filled and used up within one call. */
const packet = new RtpPacket();

/** RTP and RTCP packets of one connection's video track -> access units. Takes the time, reads no clock. */
export class RtpReceiver {
  readonly #payloadType: number;
  readonly #counts: PacketCounts;
  readonly #sequence = new SequenceNumbers();
  readonly pictures: PictureStream;
  #source = -1;
  /** The sender said that it stops (RTCP BYE). */
  goodbye = false;

  constructor(options: ReceiverOptions) {
    this.#payloadType = options.payloadType;
    this.#counts = options.counts;
    this.pictures = new PictureStream(options);
  }

  /** One RTP packet, in `buffer` from `start` to `end`; the buffer may be reused afterwards. */
  rtp(buffer: Buffer, start: number, end: number, receivedAt: EpochMs): void {
    const counts = this.#counts;
    if (!packet.parse(buffer, start, end) || packet.payloadType !== this.#payloadType) {
      counts.packetsIgnored++;
      return;
    }
    const missing = this.#sequence.next(packet.sequence);
    if (missing === LATE) {
      counts.packetsIgnored++;
      return;
    }
    counts.packets++;
    if (missing !== 0 || packet.source !== this.#source) this.#interrupted(missing);
    this.pictures.packet(packet, buffer, receivedAt);
  }

  /** One compound RTCP packet. */
  rtcp(buffer: Buffer, start: number, end: number): void {
    const { report, goodbye } = parseRtcp(buffer, start, end);
    this.goodbye ||= goodbye;
    const pts90k = report === undefined ? undefined : this.pictures.timeNear(report.timestamp);
    if (report !== undefined && pts90k !== undefined)
      this.pictures.clock.senderReport(report.wallClock, pts90k);
  }

  #interrupted(missing: number): void {
    const first = this.#source === -1;
    this.#source = packet.source;
    if (first) return;
    if (missing > 0) this.#counts.packetsLost += missing;
    this.pictures.lost();
  }
}
