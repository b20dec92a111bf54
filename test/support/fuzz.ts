import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseH264Pps, parseH264Sps, parseH265Sps, splitLengthPrefixed } from '../../src/codec/index.ts';
import type { AccessUnit, VideoCodec } from '../../src/ingest/index.ts';
import { ChunkPool } from '../../src/ingest/rtp/picture-chunks.ts';
import { RtpReceiver } from '../../src/ingest/rtp/receiver.ts';
import { parseAddress } from '../../src/ingest/rtsp/address.ts';
import { Authorization, strongestChallenge } from '../../src/ingest/rtsp/authorization.ts';
import type { RtspDialogue } from '../../src/ingest/rtsp/dialogue.ts';
import { InterleavedFraming } from '../../src/ingest/rtsp/framing.ts';
import type { RtspResponse } from '../../src/ingest/rtsp/message.ts';
import { negotiate } from '../../src/ingest/rtsp/negotiate.ts';
import { chooseVideo } from '../../src/ingest/rtsp/session-description.ts';

const folder = join(import.meta.dirname, '../../test-fixtures/rtsp');
const MAX_PICTURE_BYTES = 1 << 20;

/** Recorded sessions, and inputs that once made the program fail. */
export function seeds(): Buffer[] {
  const names = readdirSync(folder).filter((name) => /\.(rtsp|bin)$/.test(name));
  return names.sort().map((name) => readFileSync(join(folder, name)));
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Mutation = (bytes: Buffer, random: () => number, other: Buffer) => Buffer;

const within = (random: () => number, end: number) => Math.floor(random() * end);

const mutations: readonly Mutation[] = [
  function flipBits(bytes, random) {
    for (let left = 1 + within(random, 8); left > 0; left--)
      bytes[within(random, bytes.length)]! ^= 1 << within(random, 8);
    return bytes;
  },
  function extremeByte(bytes, random) {
    bytes[within(random, bytes.length)] = [0, 1, 0x24, 0x7f, 0x80, 0xff][within(random, 6)]!;
    return bytes;
  },
  function wrongLength(bytes, random) {
    const at = bytes.indexOf(0x24, within(random, bytes.length));
    if (at !== -1 && at + 4 <= bytes.length)
      bytes.writeUInt16BE([0, 1, 11, 12, 0x7fff, 0xffff][within(random, 6)]!, at + 2);
    return bytes;
  },
  function wrongNumber(bytes, random) {
    const number = ['-1', '0', '4294967296', '99999999999999999999', '1e9', ''][within(random, 6)]!;
    const text = bytes.toString('latin1');
    const digits = [...text.slice(0, 4000).matchAll(/\d+/g)];
    const match = digits[within(random, digits.length)];
    if (match === undefined) return bytes;
    return Buffer.from(
      text.slice(0, match.index) + number + text.slice(match.index + match[0].length),
      'latin1',
    );
  },
  function cut(bytes, random) {
    const at = within(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + within(random, 2000))]);
  },
  function repeat(bytes, random) {
    const at = within(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, at + within(random, 2000)), bytes.subarray(at)]);
  },
  function insert(bytes, random) {
    const at = within(random, bytes.length);
    const garbage = Buffer.from(Array.from({ length: 1 + within(random, 40) }, () => within(random, 256)));
    return Buffer.concat([bytes.subarray(0, at), garbage, bytes.subarray(at)]);
  },
  function splice(bytes, random, other) {
    const at = within(random, bytes.length);
    const from = within(random, other.length);
    return Buffer.concat([
      bytes.subarray(0, at),
      other.subarray(from, from + within(random, 4000)),
      bytes.subarray(at),
    ]);
  },
];

/** Where the answers end and the video begins, about. */
const HEAD_BYTES = 3000;

/** One hostile input: a piece of a recorded session, mutated once or a few times, in its answers or in its video. */
export function mutated(all: readonly Buffer[], random: () => number): Buffer {
  const pick = () => all[within(random, all.length)]!;
  const seed = pick();
  if (random() < 0.5) return mutate(seed.subarray(0, HEAD_BYTES + within(random, 2000)), pick, random);
  const [head, video] = [
    seed.subarray(0, HEAD_BYTES),
    seed.subarray(HEAD_BYTES, HEAD_BYTES + 8000 + within(random, 16_000)),
  ];
  return Buffer.concat([head, mutate(video, pick, random)]);
}

function mutate(part: Buffer, pick: () => Buffer, random: () => number): Buffer {
  let bytes: Buffer = Buffer.from(part);
  for (let left = 1 + within(random, 4); left > 0 && bytes.length > 0; left--)
    bytes = mutations[within(random, mutations.length)]!(bytes, random, pick());
  return bytes;
}

export interface FuzzCounts {
  inputs: number;
  bytes: number;
  messages: number;
  packets: number;
  pictures: number;
  damaged: number;
  problems: number;
}

/** Puts an input through everything that reads what a camera sends. Throws where a promise of the program is broken. */
export async function survive(input: Buffer, random: () => number, total: FuzzCounts): Promise<void> {
  const answers: RtspResponse[] = [];
  const counts = noCounts();
  const receivers = (['h264', 'h265'] as const).map((codec) => receiver(codec, counts));
  let now = 1e12;
  const framing = new InterleavedFraming({
    packet(channel, buffer, start, end) {
      total.packets++;
      for (const each of receivers) {
        if (channel % 2 === 0) each.rtp(buffer, start, end, now);
        else each.rtcp(buffer, start, end);
      }
    },
    message(message) {
      total.messages++;
      if (message.kind === 'response') answers.push(message);
    },
  });
  const read = Buffer.alloc(input.length);
  for (let at = 0; at < input.length; ) {
    const length = input.copy(read, 0, at, at + 1 + within(random, 4000));
    framing.push(read, length);
    at += length;
    now += 40;
  }
  if (framing.problem !== undefined) total.problems++;
  for (const each of receivers)
    check(each.pictures.memory.length <= MAX_PICTURE_BYTES, 'a picture grew beyond its bound');
  await understand(answers);
  total.pictures += counts.pictures;
  total.damaged += counts.picturesDamaged;
  total.inputs++;
  total.bytes += input.length;
}

const noCounts = () => ({
  packets: 0,
  packetsLost: 0,
  packetsIgnored: 0,
  pictures: 0,
  picturesDamaged: 0,
  sequence: 0,
});

function receiver(codec: VideoCodec, counts: ReturnType<typeof noCounts>): RtpReceiver {
  let last: AccessUnit | undefined;
  return new RtpReceiver({
    codec,
    payloadType: 96,
    parameterSets: [],
    maxPictureBytes: MAX_PICTURE_BYTES,
    pool: new ChunkPool(),
    counts,
    write(unit) {
      const nals = splitLengthPrefixed(unit.data);
      check(
        nals.reduce((sum, nal) => sum + 4 + nal.length, 0) === unit.data.length,
        'a picture has wrong lengths',
      );
      check(last !== undefined || unit.keyframe, 'the first picture is no keyframe');
      check(last === undefined || unit.dts90k > last.dts90k, 'decoding times do not grow');
      check(unit.dts90k >= 0 && unit.dts90k <= unit.pts90k, 'a picture is shown before it is decoded');
      check(unit.capturedAt <= unit.receivedAt, 'a picture was taken after it came');
      check(
        last === undefined || last.format === unit.format || unit.keyframe,
        'the format changes without a keyframe',
      );
      check(unit.format.width > 0 && unit.format.width <= 16_384, 'a picture has an impossible size');
      last = unit;
      unit.memory?.release();
    },
  });
}

async function understand(answers: readonly RtspResponse[]): Promise<void> {
  for (const { headers, body } of answers) {
    const challenge = strongestChallenge(headers.get('www-authenticate') ?? []);
    if (challenge !== undefined)
      new Authorization(challenge, { user: 'u', password: 'p' }).header('PLAY', 'rtsp://h/');
    const choice = chooseVideo(body);
    if (choice.ok)
      for (const nal of choice.track.parameterSets)
        for (const parse of [parseH264Sps, parseH264Pps, parseH265Sps]) parse(nal);
    for (const values of headers.values()) parseAddress(values[0]!);
  }
  let next = 0;
  const request = () => {
    const answer = answers[next++];
    return answer === undefined ? Promise.reject(new Error('no answer')) : Promise.resolve(answer);
  };
  await negotiate({ request, session: undefined } as unknown as RtspDialogue, 'rtsp://h/').catch(
    (refusal: Error) => {
      check(
        !(refusal instanceof TypeError || refusal instanceof RangeError),
        `negotiation broke: ${refusal.stack}`,
      );
    },
  );
}

function check(holds: boolean, promise: string): void {
  if (!holds) throw new Error(promise);
}
