import { FRAME_HEADER, RTP_HEADER } from '../clip/packed-clip.ts';
import { type Random, random, randomBelow } from '../random.ts';
import type { Effects } from './fault.ts';

type Damaging = Pick<Effects, 'loss' | 'corrupt' | 'reorder' | 'duplicate' | 'no-marker'>;

export function isDamaging(effects: Effects): boolean {
  const { loss, corrupt, reorder, duplicate } = effects;
  return (loss ?? corrupt ?? reorder ?? duplicate ?? effects['no-marker']) !== undefined;
}

interface Overtaken {
  readonly packet: Buffer;
  left: number;
}

/** What a bad camera or road does to the packets of one session. The same seed does the same to the same packets. */
export class Damage {
  readonly #effects: Damaging;
  readonly #random: Random;
  readonly #overtaken: Overtaken[] = [];
  #losing = false;
  readonly #channel: number;
  packetsLost = 0;

  /** Touches nothing but this channel's packets. */
  constructor(effects: Damaging, channel: number, session: number) {
    const { loss, corrupt, reorder, duplicate } = effects;
    this.#effects = effects;
    this.#channel = channel;
    this.#random = random(((loss ?? corrupt ?? reorder ?? duplicate)?.seed ?? 1) + session * 7919);
  }

  /** Whole interleaved packets in, what goes out instead of them; writes into `packets`. */
  apply(packets: Buffer): Buffer {
    const out: Buffer[] = [];
    for (let at = 0; at + FRAME_HEADER <= packets.length; ) {
      const end = at + FRAME_HEADER + packets.readUInt16BE(at + 2);
      if (packets[at + 1] === this.#channel) this.#packet(packets.subarray(at, end), out);
      else out.push(packets.subarray(at, end));
      at = end;
    }
    return Buffer.concat(out);
  }

  #packet(packet: Buffer, out: Buffer[]): void {
    if (this.#isLost()) {
      this.packetsLost++;
      return;
    }
    if (this.#effects['no-marker']) packet[FRAME_HEADER + 1]! &= 0x7f;
    if (this.#happens(this.#effects.corrupt)) this.#corrupt(packet);
    const { reorder } = this.#effects;
    if (reorder !== undefined && this.#random() < reorder.fraction)
      this.#overtaken.push({ packet: Buffer.from(packet), left: reorder.distancePackets });
    else this.#pass(packet, out);
  }

  #pass(packet: Buffer, out: Buffer[]): void {
    out.push(packet);
    if (this.#happens(this.#effects.duplicate)) out.push(packet);
    for (const late of this.#overtaken) late.left--;
    while (this.#overtaken[0] !== undefined && this.#overtaken[0].left <= 0)
      out.push(this.#overtaken.shift()!.packet);
  }

  #happens(effect: { readonly fraction: number } | undefined): boolean {
    return effect !== undefined && this.#random() < effect.fraction;
  }

  /** Gilbert's model: two states, whose mean durations give the fraction lost and the length of a burst. */
  #isLost(): boolean {
    const { loss } = this.#effects;
    if (loss === undefined) return false;
    const { fraction, meanBurstPackets } = loss;
    const received = 1 - fraction;
    const end = Math.min(1 / meanBurstPackets, received / fraction);
    const start = fraction / (meanBurstPackets * received);
    this.#losing = this.#losing ? this.#random() >= end : this.#random() < start;
    return this.#losing;
  }

  #corrupt(packet: Buffer): void {
    const [from, to] = {
      framing: [0, FRAME_HEADER],
      'rtp-header': [FRAME_HEADER, FRAME_HEADER + RTP_HEADER],
      payload: [FRAME_HEADER + RTP_HEADER, packet.length],
    }[this.#effects.corrupt!.where] as [number, number];
    const flips = this.#effects.corrupt!.where === 'payload' ? 1 + randomBelow(this.#random, 8) : 1;
    for (let left = flips; left > 0; left--) {
      const at = from + randomBelow(this.#random, Math.max(1, to - from));
      packet[at]! ^= 1 << randomBelow(this.#random, 8);
    }
  }
}
