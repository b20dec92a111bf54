import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog, type Lifetime, systemClock } from '#base';
import type { AccessUnit } from '#ingest';
import { createHub } from '#live';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { play, type recipes, tinyClip } from '../../../test/support/index.ts';
import { createDarkroom, type Darkroom } from '../darkroom/darkroom.ts';
import { createClip } from '../mp4/clip.ts';
import { createTranscoder, type TranscoderOptions } from './transcoder.ts';

const log = createLog({ level: 'silent' });
let shared: Darkroom;
beforeAll(() => {
  shared = createDarkroom({ clock: systemClock, log });
});
afterAll(() => shared.close());
const closing: Lifetime[] = [];
afterEach(() => {
  for (const each of closing.splice(0).reverse()) void each.close();
});

function transcoderWith(options: TranscoderOptions = {}, ffmpeg = 'ffmpeg') {
  const hub = createHub({ log });
  const darkroom =
    ffmpeg === 'ffmpeg' ? shared : createDarkroom({ clock: systemClock, log, options: { ffmpeg } });
  if (darkroom !== shared) closing.push(darkroom);
  const transcoder = createTranscoder({ hub, darkroom, clock: systemClock, log, options });
  closing.push(transcoder);
  const received: AccessUnit[] = [];
  const collect = (stream: string) => {
    const write = (unit: AccessUnit) => {
      received.push(unit);
      return true;
    };
    closing.push(hub.read(stream, { write }, { from: 'cached' }));
  };
  const open = (source: string) => {
    const failures: string[] = [];
    const opened = transcoder.open(source, (reason) => failures.push(reason));
    if (opened !== 'full') closing.push(opened);
    return { opened, failures };
  };
  return { hub, transcoder, received, collect, open };
}

const settled = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const unitsOf = async (recipe: keyof typeof recipes) => accessUnitsOf(await tinyClip(recipe));

describe('the transcoder', () => {
  it.each(['h265', 'h265BFrames'] as const)(
    'makes H.264 of %s, picture for picture, capture times kept',
    async (recipe) => {
      const units = await unitsOf(recipe);
      const { hub, received, collect, open } = transcoderWith();
      const { opened } = open('a');
      expect(opened).toMatchObject({ stream: 'a/h264' });
      collect('a/h264');
      for (const unit of units) hub.write('a', unit);
      // ffmpeg holds the last pictures until it knows what follows.
      await settled(() => expect(received.length).toBeGreaterThanOrEqual(units.length - 6));
      const got = [...received];
      const shown = units.map((unit) => unit.capturedAt).sort((a, b) => a - b);
      expect(got.map((unit) => unit.capturedAt)).toEqual(shown.slice(0, got.length));
      expect(got.map((unit) => unit.sequence)).toEqual(got.map((_, i) => i));
      expect(got.filter((unit) => unit.keyframe).length).toBe(2);
      expect(got[0]).toMatchObject({
        keyframe: true,
        discontinuity: true,
        format: { codec: 'h264', width: 320, height: 180 },
      });
      const folder = await mkdtemp(join(tmpdir(), 'ngatu-transcode-'));
      await writeFile(join(folder, 'out.mp4'), Buffer.concat(createClip(got)!.parts));
      expect(await play(join(folder, 'out.mp4'), 60)).toEqual({
        pictures: got.length,
        complaints: [],
        exitCode: 0,
      });
      await rm(folder, { recursive: true });
    },
  );

  it('encodes once for all who look, only so many, and ends with the last', async () => {
    const { hub, transcoder, open } = transcoderWith({ most: 1 });
    const first = open('a').opened as Lifetime;
    const second = open('a').opened as Lifetime;
    expect(open('b').opened).toBe('full');
    expect(transcoder.stats).toEqual({ running: 1, most: 1, started: 1, refused: 1, failed: 0 });
    void first.close();
    expect(transcoder.stats.running).toBe(1);
    void second.close();
    void second.close();
    expect(transcoder.stats.running).toBe(0);
    expect(hub.stats().readers).toBe(0);
    expect(open('b').opened).not.toBe('full');
  });

  it('makes large pictures smaller', async () => {
    const { hub, received, collect, open } = transcoderWith({ mostWidth: 160 });
    open('a');
    collect('a/h264');
    for (const unit of (await unitsOf('h265')).slice(0, 30)) hub.write('a', unit);
    await settled(() => expect(received.length).toBeGreaterThan(3));
    expect(received[0]!.format).toMatchObject({ width: 160, height: 90 });
  });

  it('goes on after a change of format', async () => {
    const { hub, received, collect, open } = transcoderWith();
    open('a');
    collect('a/h264');
    const first = await unitsOf('h265');
    for (const unit of first) hub.write('a', unit);
    await settled(() => expect(received.length).toBeGreaterThan(50));
    const next = await accessUnitsOf(await tinyClip({ codec: 'h265', width: 640, height: 360 }), {
      startAt: first.at(-1)!.capturedAt + 67,
      firstSequence: 60,
    });
    for (const unit of next) hub.write('a', unit);
    await settled(() => expect(received.at(-1)!.format.width).toBe(640));
    const times = received.map((unit) => unit.dts90k);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('says so when there is no encoder', async () => {
    const { hub, transcoder, open } = transcoderWith({ restartMs: 0 }, '/nowhere/ffmpeg');
    const { failures } = open('a');
    const units = await unitsOf('h265');
    await settled(() => {
      hub.write('a', units[0]!);
      expect(failures).toHaveLength(1);
    });
    expect(failures[0]).toMatch(/failed 3 times.*ENOENT/);
    expect(transcoder.stats).toMatchObject({ running: 0, failed: 1 });
  });

  it('survives pictures that no decoder understands', async () => {
    const { hub, open } = transcoderWith({ restartMs: 0 });
    const { failures } = open('a');
    const [unit] = await unitsOf('h265');
    const garbage = { ...unit!, data: Buffer.concat([Buffer.from([0, 0, 4, 0]), Buffer.alloc(1024, 0x26)]) };
    for (let i = 0; i < 5; i++)
      hub.write('a', { ...garbage, sequence: i, dts90k: i * 6000, pts90k: i * 6000 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(failures.length).toBeLessThanOrEqual(1);
  });
});
