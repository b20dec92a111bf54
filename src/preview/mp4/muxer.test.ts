import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessUnit } from '#ingest';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { play, probe, tinyClip } from '../../../test/support/index.ts';
import { FRAGMENT_HEAD_BYTES } from './fragment.ts';
import { createMuxer, type Muxer } from './muxer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ngatu-muxer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(name: string, units: readonly AccessUnit[], muxer: Muxer = createMuxer()) {
  const file = join(folder, `${name}.mp4`);
  const parts = units.flatMap((unit) => [muxer.fragmentHead(unit, 'full'), unit.data]);
  await writeFile(file, Buffer.concat([muxer.initSegment(units[0]!.format), ...parts]));
  return file;
}

describe('fragmented MP4', () => {
  it.each(['plain', 'h265', 'bFrames', 'h265BFrames', 'fps5', 'slices'] as const)(
    'of %s is what ffprobe finds in the original',
    async (recipe) => {
      const clip = await tinyClip(recipe);
      const units = await accessUnitsOf(clip);
      const probed = await probe(await written(recipe, units));
      const original = await probe(clip);
      expect(probed.complaints).toEqual([]);
      expect(probed.streams[0]).toMatchObject({
        codec_name: original.streams[0]!.codec_name,
        width: 320,
        height: 180,
        profile: original.streams[0]!.profile,
      });
      const times = (packets: typeof probed.packets, field: 'pts' | 'dts', ticks: number) =>
        packets.map((packet) => Math.round(((packet[field] - packets[0]!.dts) * ticks) / 90_000));
      const step = original.packets[1]!.dts - original.packets[0]!.dts;
      const scale = (90_000 * step) / (units[1]!.dts90k - units[0]!.dts90k);
      expect(times(probed.packets, 'pts', scale)).toEqual(times(original.packets, 'pts', 90_000));
      expect(times(probed.packets, 'dts', scale)).toEqual(times(original.packets, 'dts', 90_000));
      expect(probed.packets.map(({ flags, size }) => [flags[0], size])).toEqual(
        original.packets.map(({ flags, size }) => [flags[0], size]),
      );
    },
  );

  it('decodes without a complaint', async () => {
    const units = await accessUnitsOf(await tinyClip('bFrames'));
    const played = await play(await written('decodes', units), 60);
    expect(played).toEqual({ pictures: units.length, complaints: [], exitCode: 0 });
  });

  it('gives every viewer the same buffers', async () => {
    const units = await accessUnitsOf(await tinyClip());
    const muxer = createMuxer();
    expect(muxer.initSegment(units[0]!.format)).toBe(muxer.initSegment(units[1]!.format));
    const head = muxer.fragmentHead(units[0]!, 'full');
    expect(head).toHaveLength(FRAGMENT_HEAD_BYTES);
    expect(muxer.fragmentHead(units[0]!, 'full')).toBe(head);
    expect(muxer.fragmentHead(units[0]!, 'keyframes')).not.toBe(head);
  });

  it('refuses parameter sets that cannot be read, and says what came', async () => {
    const [unit] = await accessUnitsOf(await tinyClip());
    const broken = {
      ...unit!.format,
      parameterSets: { ...unit!.format.parameterSets, sps: [Buffer.from([0x67])] },
    };
    expect(() => createMuxer().initSegment(broken)).toThrow(/Expected the parameter sets.*too short/);
  });
});
