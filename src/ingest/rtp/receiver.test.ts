import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { splitLengthPrefixed } from '#codec';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { numbersFrom } from '../../../test/support/fuzz.ts';
import { type recipes, tinyClip } from '../../../test/support/index.ts';
import { type PacketizeOptions, packetize } from '../../../test/support/rtp.ts';
import type { AccessUnit } from '../access-unit.ts';
import { ChunkPool } from './picture-chunks.ts';
import { RtpReceiver } from './receiver.ts';

type Clip = keyof typeof recipes;
const clips = {} as Record<string, AccessUnit[]>;
const names = ['plain', 'h265', 'bFrames', 'h265BFrames', 'slices'] as const satisfies readonly Clip[];

beforeAll(async () => {
  for (const name of names) clips[name] = await accessUnitsOf(await tinyClip(name));
});

interface Run {
  readonly out: AccessUnit[];
  readonly counts: ReturnType<typeof noCounts>;
  readonly receiver: RtpReceiver;
  push(packets: readonly Buffer[], receivedAt?: number): void;
}

const noCounts = () => ({
  packets: 0,
  packetsLost: 0,
  packetsIgnored: 0,
  pictures: 0,
  picturesDamaged: 0,
  sequence: 0,
});

function start(units: readonly AccessUnit[], withSets = true): Run {
  const out: AccessUnit[] = [];
  const counts = noCounts();
  const { codec, parameterSets } = units[0]!.format;
  const receiver = new RtpReceiver({
    codec,
    payloadType: 96,
    parameterSets: withSets ? Object.values(parameterSets).flat() : [],
    maxPictureBytes: 1 << 20,
    pool: new ChunkPool(),
    counts,
    write: (unit) => out.push(unit),
  });
  return {
    out,
    counts,
    receiver,
    push(packets, receivedAt = 1e12) {
      for (const packet of packets) receiver.rtp(packet, 0, packet.length, receivedAt);
    },
  };
}

function received(units: readonly AccessUnit[], packets: readonly Buffer[], withSets?: boolean): Run {
  const run = start(units, withSets);
  run.push(packets);
  return run;
}

/** Same bytes, same keyframes, same distances in time, decoding times that grow and never lie behind presentation. */
function expectSame(out: readonly AccessUnit[], units: readonly AccessUnit[]): void {
  expect(out.map((unit) => unit.data.toString('base64'))).toEqual(
    units.map((unit) => unit.data.toString('base64')),
  );
  expect(out.map((unit) => unit.keyframe)).toEqual(units.map((unit) => unit.keyframe));
  expect(out.map((unit) => unit.pts90k - out[0]!.pts90k)).toEqual(
    units.map((unit) => unit.pts90k - units[0]!.pts90k),
  );
  expectDecodable(out);
}

function expectDecodable(out: readonly AccessUnit[]): void {
  for (const [i, unit] of out.entries()) {
    expect(unit.dts90k).toBeLessThanOrEqual(unit.pts90k);
    if (i > 0) expect(unit.dts90k).toBeGreaterThan(out[i - 1]!.dts90k);
  }
}

/** A picture's slices alone: what supplemental information came before them may be lost without harm. */
function slicesOf({ data, format }: AccessUnit): string {
  const isSlice = (nal: Buffer) => (format.codec === 'h264' ? (nal[0]! & 31) <= 5 : nal[0]! >> 1 <= 31);
  return Buffer.concat(splitLengthPrefixed(data).filter(isSlice)).toString('base64');
}

describe('RtpReceiver, nothing lost', () => {
  it.each(names)('gives the pictures of clip %s back', (name) => {
    const units = clips[name]!;
    const { out, counts } = received(units, packetize(units));
    expectSame(out, units);
    expect(counts).toMatchObject({
      packetsLost: 0,
      packetsIgnored: 0,
      picturesDamaged: 0,
      pictures: units.length,
    });
    expect(out.map((unit) => unit.sequence)).toEqual(units.map((_, i) => i));
    expect(out.map((unit) => unit.discontinuity)).toEqual(units.map((_, i) => i === 0));
  });

  it('does so for every way to cut the pictures into packets', () => {
    const ways = fc.record({
      mtu: fc.integer({ min: 40, max: 65_000 }),
      parameterSets: fc.constantFrom('aggregated', 'single', 'none'),
      firstSequence: fc.integer({ min: 65_000, max: 65_535 }),
    }) satisfies fc.Arbitrary<PacketizeOptions>;
    fc.assert(
      fc.property(fc.constantFrom(...names), ways, (name, way) => {
        const units = clips[name]!.slice(0, 35);
        expectSame(received(units, packetize(units, way)).out, units);
      }),
      { numRuns: 40 },
    );
  });

  it.each(names)('finds the limits of pictures in clip %s without markers, one picture late', (name) => {
    const units = clips[name]!;
    expectSame(received(units, packetize(units, { marker: 'none' })).out, units.slice(0, -1));
  });

  it('finds them where every slice has a marker, and shows no part of a picture', () => {
    const units = clips.slices!;
    const { out } = received(units, packetize(units, { marker: 'nal-unit' }));
    expectSame(out, units.slice(0, -1));
  });

  it('takes parameter sets from the stream where the description has none', () => {
    for (const name of names) {
      const units = clips[name]!;
      const { out } = received(units, packetize(units), false);
      expectSame(out, units);
      expect(out[0]!.format).toEqual(units[0]!.format);
      expect(new Set(out.map((unit) => unit.format)).size).toBe(1);
    }
  });

  it('goes on across the wrap of the timestamps', () => {
    const units = clips.bFrames!;
    const early = units.map((unit) => ({ ...unit, pts90k: unit.pts90k + 2 ** 32 - 90_000 }));
    expectSame(received(units, packetize(early)).out, units);
  });

  it('hands on one format for a stream, another from the keyframe with which it changes', async () => {
    const small = clips.plain!;
    const large = await accessUnitsOf(await tinyClip('larger'));
    const last = small.at(-1)!.pts90k + 6000;
    const later = large.map((unit) => ({ ...unit, pts90k: unit.pts90k - large[0]!.pts90k + last }));
    const { out, counts } = received(small, packetize([...small, ...later]));
    expect(out).toHaveLength(small.length + large.length);
    const changes = out.filter((unit, i) => i === 0 || unit.format !== out[i - 1]!.format);
    expect(changes.map((unit) => [unit.keyframe, unit.format.width])).toEqual([
      [true, 320],
      [true, 640],
    ]);
    expect(counts.picturesDamaged).toBe(0);
    expectDecodable(out);
  });

  it('begins with the first keyframe and counts nothing before it as lost', () => {
    const units = clips.plain!;
    const { out, counts } = received(units, packetize(units).slice(7));
    const second = units.findIndex((unit, i) => i > 0 && unit.keyframe);
    expectSame(out, units.slice(second));
    expect(counts).toMatchObject({ picturesDamaged: 0, packetsLost: 0 });
  });
});

describe('RtpReceiver, with loss', () => {
  it('drops from the hole to the next keyframe, counts it, and goes on', () => {
    const units = clips.plain!;
    const second = units.findIndex((unit, i) => i > 0 && unit.keyframe);
    const before = packetize(units.slice(0, 10)).length;
    const packets = packetize(units);
    packets.splice(before, 1);
    const { out, counts } = received(units, packets);
    expect(out.map((unit) => unit.data)).toEqual(
      [...units.slice(0, 10), ...units.slice(second)].map((unit) => unit.data),
    );
    expect(counts).toMatchObject({ packetsLost: 1, picturesDamaged: second - 10 });
    expect(out[10]).toMatchObject({ keyframe: true, discontinuity: true, sequence: second });
  });

  it('takes a whole keyframe right behind a hole', () => {
    const units = clips.plain!;
    const second = units.findIndex((unit, i) => i > 0 && unit.keyframe);
    const packets = packetize(units);
    packets.splice(packetize(units.slice(0, second)).length - 1, 1);
    const { out, counts } = received(units, packets);
    expect(out.map((unit) => unit.data)).toEqual(
      [...units.slice(0, second - 1), ...units.slice(second)].map((unit) => unit.data),
    );
    expect(counts).toMatchObject({ packetsLost: 1, picturesDamaged: 1 });
  });

  it('never hands on a picture that was not sent, or one that what came before does not lead to', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.integer({ min: 60, max: 1400 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 6 })), { maxLength: 8 }),
        fc.constantFrom('picture', 'none', 'nal-unit'),
        (name, mtu, holes, marker) => {
          const units = clips[name]!;
          const packets = packetize(units, { mtu, marker });
          const lost = new Set(
            holes.flatMap(([at, length]) => Array.from({ length }, (_, i) => (at % packets.length) + i)),
          );
          const { out } = received(
            units,
            packets.filter((_, i) => !lost.has(i)),
          );
          const sent = new Map(units.map((unit, i) => [slicesOf(unit), i]));
          let last = -1;
          for (const unit of out) {
            const index = sent.get(slicesOf(unit))!;
            expect(index).toBeGreaterThan(last);
            if (!unit.keyframe) expect(index).toBe(last + 1);
            last = index;
          }
          expectDecodable(out);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('leaves out packets that come twice or late', () => {
    const units = clips.plain!;
    const packets = packetize(units).flatMap((packet, i) => (i % 7 === 3 ? [packet, packet] : [packet]));
    const { out, counts } = received(units, packets);
    expectSame(out, units);
    expect(counts.packetsIgnored).toBeGreaterThan(5);
  });

  it('takes a new source for a break', () => {
    const units = clips.plain!;
    const half = units.findIndex((unit, i) => i > 0 && unit.keyframe);
    const packets = [
      ...packetize(units.slice(0, half - 3)),
      ...packetize(units.slice(half), { source: 9, firstSequence: 40_000 }),
    ];
    const { out } = received(units, packets);
    expect(out[half - 3]).toMatchObject({ keyframe: true, discontinuity: true });
    expectDecodable(out);
  });

  it('does not hold more than a picture may have', () => {
    const units = clips.plain!;
    const run = start(units);
    run.push(packetize(units.slice(0, 2)));
    const endless = Buffer.alloc(1400);
    endless[0] = 0x80;
    endless[1] = 96;
    endless[12] = 0x7c;
    let sequence = packetize(units.slice(0, 2)).length;
    for (let i = 0; i < 3000; i++) {
      endless[13] = i === 0 ? 0x81 : 0x01;
      endless.writeUInt16BE(sequence++ & 0xffff, 2);
      run.receiver.rtp(endless, 0, endless.length, 1e12);
    }
    expect(run.receiver.pictures.memory.length).toBeLessThanOrEqual(1 << 20);
  });
});

describe('RtpReceiver, timestamps that leap', () => {
  it.each([3600, -3600, 40_000])('goes on as if one picture had passed when they leap by %i s', (seconds) => {
    const units = clips.plain!;
    const leapt = units.map((unit, i) =>
      i < 20 ? unit : { ...unit, pts90k: unit.pts90k + seconds * 90_000 + 2 ** 33 },
    );
    const { out, counts } = received(units, packetize(leapt));
    expectSame(out, units);
    expect(counts.picturesDamaged).toBe(0);
    expect(out.map((unit) => unit.discontinuity)).toEqual(units.map((_, i) => i === 0 || i === 20));
  });

  it('waits for a keyframe where pictures are reordered', () => {
    const units = clips.bFrames!;
    const second = units.findIndex((unit, i) => i > 0 && unit.keyframe);
    const leapt = units.map((unit, i) => (i < 20 ? unit : { ...unit, pts90k: unit.pts90k + 3600 * 90_000 }));
    const { out } = received(units, packetize(leapt));
    expect(out.map((unit) => unit.data)).toEqual(
      [...units.slice(0, 20), ...units.slice(second)].map((unit) => unit.data),
    );
    expectDecodable(out);
  });

  it('keeps decoding times growing when a camera without B-frames steps back a little', () => {
    const units = clips.plain!;
    const stepping = units.map((unit, i) => (i % 5 === 4 ? { ...unit, pts90k: unit.pts90k - 9000 } : unit));
    const { out, counts } = received(units, packetize(stepping));
    expect(out).toHaveLength(units.length);
    expect(counts.picturesDamaged).toBe(0);
    expectDecodable(out);
  });
});

describe('RtpReceiver, B-frames', () => {
  it.each(['bFrames', 'h265BFrames'] as const)(
    'finds out that the timestamps of %s are decoding times, and shows its pictures in the right order all the same',
    (name) => {
      const units = Array.from({ length: 4 }, (_, round) =>
        clips[name]!.map((unit) => ({ ...unit, pts90k: unit.pts90k + round * 4 * 90_000 })),
      ).flat();
      const stamped = units.map((unit, i) => ({ ...unit, pts90k: 90_000 + 6000 * i }));
      const { out, receiver } = received(units, packetize(stamped));
      expect(out.length).toBeGreaterThan(units.length - 2 * 60);
      const truth = new Map(units.map((unit) => [slicesOf(unit), unit.pts90k % (4 * 90_000)]));
      const tail = out.slice(-45);
      for (const unit of tail) {
        const shown = unit.pts90k - tail[0]!.pts90k;
        const wanted = truth.get(slicesOf(unit))! - truth.get(slicesOf(tail[0]!))!;
        expect(Math.abs(shown - wanted) % (4 * 90_000)).toBeLessThan(10);
      }
      expectDecodable(out);
      expect(receiver.pictures.refusal).toBeUndefined();
    },
  );

  it('refuses by name timestamps that fit neither', () => {
    const units = Array.from({ length: 20 }, () => clips.bFrames!).flat();
    const random = numbersFrom(1);
    const jumbled = units.map((unit, i) => ({
      ...unit,
      pts90k: 90_000 + 6000 * i + Math.round(random() * 40_000),
    }));
    const { receiver } = received(units, packetize(jumbled));
    expect(receiver.pictures.refusal).toMatch(/B-frames/);
  });

  it('learns how far a stream reorders that does not say so, at the cost of a group', async () => {
    const silent = withoutReordering(clips.bFrames!);
    const units = Array.from({ length: 3 }, (_, round) =>
      silent.map((unit) => ({ ...unit, pts90k: unit.pts90k + round * 4 * 90_000 })),
    ).flat();
    const { out } = received(units, packetize(units), false);
    expect(out.length).toBeGreaterThan(units.length / 2);
    expectDecodable(out);
    const tail = units.slice(-60);
    expectSame(out.slice(-60), tail);
  });

  it('leaves out leading pictures that need what came before the keyframe it began with', () => {
    const units = clips.h265BFrames!;
    const openGroup = units.findIndex((unit, i) => i > 0 && unit.keyframe);
    const whole = received(units, packetize(units)).out;
    const leading = whole.filter((unit) => unit.needsPreviousGroup === true);
    const { out, counts } = received(units, packetize(units.slice(openGroup)));
    const needed = whole.slice(openGroup).filter((unit) => unit.needsPreviousGroup === true);
    expect(out.map((unit) => unit.data)).toEqual(
      whole
        .slice(openGroup)
        .filter((unit) => !needed.includes(unit))
        .map((unit) => unit.data),
    );
    expect(counts.picturesDamaged).toBe(0);
    expect(leading.length + out.length).toBeGreaterThan(0);
    expectDecodable(out);
  });
});

/** The clip's sequence parameter set without the VUI that tells how far it reorders. */
function withoutReordering(units: readonly AccessUnit[]): AccessUnit[] {
  const [sps] = units[0]!.format.parameterSets.sps;
  const bits = [...sps!].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  // The VUI is the last thing: its presence flag is the bit before; the flag cannot be found by searching, so it is counted.
  const flagAt = vuiFlagAt(sps!);
  const cut = `${bits.slice(0, flagAt)}01`;
  const bytes = Buffer.from(
    cut
      .padEnd(Math.ceil(cut.length / 8) * 8, '0')
      .match(/.{8}/g)!
      .map((byte) => Number.parseInt(byte, 2)),
  );
  const format = { ...units[0]!.format, parameterSets: { ...units[0]!.format.parameterSets, sps: [bytes] } };
  return units.map((unit) => ({ ...unit, format }));
}

/** Where vui_parameters_present_flag stands in a main profile set without scaling lists and without cropping beyond one. */
function vuiFlagAt(sps: Buffer): number {
  let at = 32;
  const bit = () => (sps[at >> 3]! >> (7 - (at++ & 7))) & 1;
  const ue = () => {
    let zeros = 0;
    while (bit() === 0) zeros++;
    let value = 1;
    for (let i = 0; i < zeros; i++) value = value * 2 + bit();
    return value - 1;
  };
  ue();
  ue();
  if (ue() === 0) ue();
  ue();
  bit();
  ue();
  ue();
  if (bit() === 0) bit();
  bit();
  if (bit() === 1) for (let i = 0; i < 4; i++) ue();
  return at;
}
